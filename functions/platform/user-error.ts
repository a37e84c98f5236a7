/**
 * Something the person at the keyboard can put right: a missing file, a port in use. The command
 * line prints its message alone, without a stack trace; any other error is a bug and keeps its
 * stack. Nothing that is deployed throws it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** Of the process: 2 = wrong usage, 1 = it ran and failed. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
