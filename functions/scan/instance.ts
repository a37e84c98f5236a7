import {
  FIRST_MILLISECONDS,
  IDENTITY_EVENTS,
  MAX_INSERT_ID_BYTES,
  MAX_SECONDS_AHEAD,
  PLACEHOLDER_IDS,
} from "../event/limits.ts";
import { SCANNER as MODULE } from "./module.ts";

/** What assembly/lines.ts exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly scanLines: (length: number, nowMs: number, looksAtEvents: boolean) => number;
  readonly mapRow: (length: number, nowMs: number) => number;
  readonly mappedStart: Integer;
  readonly mappedEnd: Integer;
  readonly mappedFlags: Integer;
  readonly scannedEnd: Integer;
  readonly scannedLines: Integer;
  readonly INPUT: Integer;
  readonly MAX_INPUT: Integer;
  readonly MAX_ROW: Integer;
  readonly TABLE: Integer;
  readonly MAX_ROWS: Integer;
  readonly PLACEHOLDER_IDS: Integer;
  readonly IDENTITY_EVENTS: Integer;
  readonly STARTS_PLACEHOLDER: Integer;
  readonly MAX_PLACEHOLDER_BYTES: Integer;
  readonly maxInsertIdBytes: Variable;
  readonly firstMilliseconds: Variable;
  readonly maxSecondsAhead: Variable;
}

interface Integer {
  readonly value: number;
}

interface Variable {
  value: number;
}

/** Integers of a row of the table: start, end, propertiesEnd, flags, line. */
export const ROW_INTEGERS = 5;

/** The compiled scanner, and views of its memory, which is never moved. */
export interface Scanner {
  readonly exported: Exports;
  /** All of it: exported positions that are not counted from the input are counted from here. */
  readonly memory: Buffer;
  readonly input: Uint8Array;
  readonly table: Int32Array;
}

function instantiate(): Scanner {
  const compiled = new WebAssembly.Module(Buffer.from(MODULE, "base64"));
  // The one cast of this file: the module is compiled from sources that export these.
  const exported = new WebAssembly.Instance(compiled).exports as Exports;
  const { memory, INPUT, MAX_INPUT, TABLE, MAX_ROWS } = exported;
  writeRules(new Uint8Array(memory.buffer), exported);
  return {
    exported,
    memory: Buffer.from(memory.buffer),
    input: new Uint8Array(memory.buffer, INPUT.value, MAX_INPUT.value),
    table: new Int32Array(memory.buffer, TABLE.value, MAX_ROWS.value * ROW_INTEGERS),
  };
}

/**
 * The rules of an event stay in event/limits.ts: numbers are set, and the names to look up are
 * written to where assembly/layout.ts expects them.
 */
function writeRules(memory: Uint8Array, exported: Exports): void {
  exported.maxInsertIdBytes.value = MAX_INSERT_ID_BYTES;
  exported.firstMilliseconds.value = FIRST_MILLISECONDS;
  exported.maxSecondsAhead.value = MAX_SECONDS_AHEAD;
  writeList(memory, exported.PLACEHOLDER_IDS.value, PLACEHOLDER_IDS);
  writeList(memory, exported.IDENTITY_EVENTS.value, IDENTITY_EVENTS);
  for (const id of PLACEHOLDER_IDS) {
    if (id.length > exported.MAX_PLACEHOLDER_BYTES.value)
      throw new Error(`The scanner has no room for the placeholder ${id}.`);
    for (const first of Buffer.from(`${id.slice(0, 1)}${id.slice(0, 1).toUpperCase()}`))
      memory[exported.STARTS_PLACEHOLDER.value + id.length * 256 + first] = 1;
  }
}

/** Each name as a byte with its length and its bytes; the memory is zero, which ends the list. */
function writeList(memory: Uint8Array, start: number, names: Iterable<string>): void {
  let at = start;
  for (const name of names) {
    memory.set([name.length, ...Buffer.from(name)], at);
    at += name.length + 1;
  }
}

/** The one of this process: what a call finds is valid until the next one. */
export const SCANNER: Scanner = instantiate();
