import { MAX_EVENT_BYTES } from "../../event/limits.ts";
import { OVERSIZED_HEAD_BYTES } from "../ndjson/lines.ts";

/** As much as a line may have. */
export const MAX_ROW_BYTES = MAX_EVENT_BYTES + 64 * 1024;

/** The JSON of a row while it is written, as bytes in a string. Of one too long only the head. */
export class RowText {
  #json = "";
  #length = 0;

  add(json: string): void {
    this.#length += json.length;
    if (this.#length <= MAX_ROW_BYTES) this.#json += json;
    else if (this.#json.length < OVERSIZED_HEAD_BYTES)
      this.#json += json.slice(0, OVERSIZED_HEAD_BYTES - this.#json.length);
  }

  /** Adds what is not even made, since it makes the row too long. */
  addUnmade(length: number): void {
    this.#length += length;
  }

  /** Bytes of it all. */
  length(): number {
    return this.#length;
  }

  isOversized(): boolean {
    return this.#length > MAX_ROW_BYTES;
  }

  /** All of it, or as much as is kept. */
  json(): string {
    return this.#json;
  }

  /** Its first 64 KiB. */
  head(): Buffer {
    return Buffer.from(this.#json.slice(0, OVERSIZED_HEAD_BYTES), "latin1");
  }
}
