/** A file on this machine that a run imports. */
export interface InputFile {
  /** Name of the object it becomes. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** What a run imports. */
export interface RunInput {
  readonly files: readonly InputFile[];
  /** Files whose lines are published, each as one message. */
  readonly messageFiles: readonly InputFile[];
}
