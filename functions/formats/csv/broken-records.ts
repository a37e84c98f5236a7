import type { Problem } from "../../event/problem.ts";

// What a record is broken by: a fixed vocabulary, without anything of what it holds.

export const TEXT_BEHIND_QUOTE = malformed("text after a closing quote");
export const CUT_OFF = malformed("cut off: what follows it is damaged");
export const NEVER_CLOSED = malformed("a quote that is never closed");

/** A record of `fields` in a file whose header has `columns`. */
export function wrongNumber(fields: number, columns: number): Problem {
  const noun = fields === 1 ? "field" : "fields";
  return malformed(`${fields} ${noun}, the header has ${columns}`);
}

function malformed(error: string): Problem {
  return { reason: "malformed", field: "", error };
}
