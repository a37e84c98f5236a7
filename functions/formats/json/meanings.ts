import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  LINE_FEED,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  RECORD_SEPARATOR,
} from "./bytes.ts";

/** What a byte can mean within a value, outside of its strings. */
export const MEANS_NOTHING = 0;
export const OPENS = 1;
export const CLOSES = 2;
export const QUOTES = 3;
const BREAKS = 4;
export const MEANINGS = new Uint8Array(256);
for (const byte of [OPEN_OBJECT, OPEN_ARRAY]) MEANINGS[byte] = OPENS;
for (const byte of [CLOSE_OBJECT, CLOSE_ARRAY]) MEANINGS[byte] = CLOSES;
MEANINGS[QUOTE] = QUOTES;
for (const byte of [LINE_FEED, RECORD_SEPARATOR]) MEANINGS[byte] = BREAKS;

/** What separates values, and so is never part of a bare word. */
export const SEPARATES = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0d, LINE_FEED, COMMA, OPEN_ARRAY, CLOSE_ARRAY, RECORD_SEPARATOR])
  SEPARATES[byte] = 1;

/** What is before a string: after anything else a quote was lost, or is one too many. */
export const MAY_PRECEDE_STRING = new Uint8Array(256);
for (const byte of [OPEN_OBJECT, OPEN_ARRAY, COMMA, COLON]) MAY_PRECEDE_STRING[byte] = 1;
