/**
 * Where things are in the memory, which is fixed: nothing is ever allocated.
 *
 * The page before the input is never part of a line, so that 0 can say "refused". What JavaScript
 * puts in before the first scan: LISTS. What it puts in for every scan: the input.
 */

/** Position that stands for "not valid, or not plain": no text begins here. */
export const REFUSED: usize = 0;

/** Names to look up, each as a byte with its length and its bytes; a length of 0 ends a list. */
export const PLACEHOLDER_IDS: usize = 0x400;
export const IDENTITY_EVENTS: usize = 0x800;

/**
 * 1 at `length * 256 + first byte` of every placeholder: nearly all ids are told from them without
 * a comparison.
 */
export const STARTS_PLACEHOLDER: usize = 0x1000;

/** No placeholder may be longer: STARTS_PLACEHOLDER has no room for it. */
export const MAX_PLACEHOLDER_BYTES: usize = 47;

/** One row for each line that is not blank: ROW_BYTES each, see `writeRow`. */
export const TABLE: usize = 0x4000;
export const MAX_ROWS: i32 = 0x4000;
export const ROW_BYTES: usize = 20;

/**
 * Whole lines. Longer than the longest line that can be an event (1 MB and 64 KiB of white space
 * around it).
 */
export const INPUT: usize = 0x60000;
export const MAX_INPUT: i32 = 0x120000;

/**
 * What is read at once may reach this far behind the input; also the room for the line feed that
 * ends it.
 */
export const PADDING: i32 = 64;

/** Longest row that is mapped. */
export const MAX_ROW: i32 = 0x10000;

/**
 * Where the properties of a row's event are written, with room before them for its name and behind
 * them for all columns: each of the two is shorter than a row and 64 bytes.
 */
export const MAPPED: usize = 0x1b0000;
