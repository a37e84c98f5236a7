import type { Position } from "../event/record.ts";
import type { Slice } from "./slice.ts";

export interface FillingOptions {
  readonly start: Position;
  readonly newSlice: () => Slice;
  /**
   * A slice ends after this much of the object even when few of its records are sent: otherwise an
   * object of which most is dropped would settle nothing before its end, and each event kept would
   * hold on to the block it came in.
   */
  readonly maxSliceBytes: number;
  /** Takes a complete slice. False = stop. */
  readonly complete: (slice: Slice, end: Position) => Promise<boolean>;
}

/** The slice that is being filled, and how far the object is taken. */
export class FillingSlice {
  readonly #options: FillingOptions;
  #slice: Slice;
  #startOffset: number;
  /** Of the blocks whose length offsets do not tell: those of rows. */
  #heldBytes = 0;
  /** Of what comes next in the object. */
  position: Position;

  constructor(options: FillingOptions) {
    this.#options = options;
    this.#slice = options.newSlice();
    this.#startOffset = options.start.offset;
    this.position = options.start;
  }

  current(): Slice {
    return this.#slice;
  }

  /** Tries `addTo` on the slice, and on a new one when the record is one too many. False = stop. */
  async add(addTo: (slice: Slice) => boolean): Promise<boolean> {
    while (!addTo(this.#slice)) {
      if (!(await this.complete())) return false;
    }
    return true;
  }

  /** Counts a block of rows, which the events made of them hold on to. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
  }

  /** Whether it is to be completed before it is full. */
  isDue(): boolean {
    const { maxSliceBytes } = this.#options;
    const bytes = Math.max(this.#heldBytes, this.position.offset - this.#startOffset);
    return isIdle(this.#slice) || bytes >= maxSliceBytes;
  }

  /** Hands the slice on, and begins the next one. False = stop. */
  async complete(): Promise<boolean> {
    const goesOn = await this.#options.complete(this.#slice, this.position);
    this.#slice = this.#options.newSlice();
    this.#startOffset = this.position.offset;
    this.#heldBytes = 0;
    return goesOn;
  }
}

/** Whether nothing of a slice is to be sent or published: it costs nothing to settle. */
function isIdle({ batches, updates, dead }: Slice): boolean {
  return batches.length + updates.length + dead.length === 0;
}
