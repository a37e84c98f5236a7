import { columnsOf } from "./fit.ts";
import { createPaint, type Paint } from "./paint.ts";

/** How text is written to a stream. */
export interface TextStyle {
  readonly paint: Paint;
  /** Lines are not longer. */
  readonly columns: number;
}

/** What suits a stream: colours and width of a terminal, or of a pipe. */
export function styleOf(stream: {
  readonly isTTY?: boolean;
  readonly columns?: number;
}): TextStyle {
  return { paint: createPaint(stream), columns: columnsOf(stream) };
}
