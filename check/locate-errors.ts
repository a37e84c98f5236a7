import path from "node:path";
import { fileURLToPath } from "node:url";

import { identity, type Transform } from "../functions/event/transform-contract.ts";

/** Reading a stack through a source map takes a tenth of a millisecond. */
const MAX_LOCATED = 10_000;
/** Texts whose place is remembered beyond that. */
const MAX_REMEMBERED = 1000;
const FRAME = /^\s+at (?:.* \()?(.+):(\d+):(\d+)\)?$/;

const PRODUCT = ["archive", "check", "cli", "functions", "local"];

/** Where the product is, whose own frames say nothing to the user. */
export interface LocateOptions {
  /** Absolute path of the transform's file. */
  readonly file: string;
  /** Absolute path of the product. */
  readonly repository: string;
}

/**
 * The transform, whose errors say first where in the user's files they were thrown:
 * `my-transform.ts:7:36: Cannot read properties of undefined`. It needs the source map of the
 * bundle it is in. Not for functions that are deployed.
 */
export function locateErrors(transform: Transform, options: LocateOptions): Transform {
  if (transform === identity) return identity;
  const remembered = new Map<string, string>();
  let located = 0;
  const placeOf = (error: Error): string => {
    if (located >= MAX_LOCATED) return remembered.get(error.message) ?? "";
    located++;
    const place = errorPlace(error, options);
    if (remembered.size < MAX_REMEMBERED) remembered.set(error.message, place);
    return place;
  };
  return (record, context) => {
    try {
      return transform(record, context);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const place = placeOf(error);
      if (place === "") throw error;
      throw new Error(`${place}: ${error.message}`, { cause: error });
    }
  };
}

/** `my-transform.ts:7:36`, of the innermost frame in the user's files; "" when there is none. */
export function errorPlace(error: Error, options: LocateOptions): string {
  const foreign = foreignFiles(options.repository);
  for (const line of (error.stack ?? "").split("\n")) {
    const [, source = "", lineNumber = "", column = ""] = FRAME.exec(line) ?? [];
    const file = pathOf(source);
    // From here on it is those who called the transform.
    if (file === path.join(options.repository, "check", "locate-errors.ts")) return "";
    if (file !== undefined && (file === options.file || !foreign.test(file)))
      return `${shortPath(file)}:${lineNumber}:${column}`;
  }
  return "";
}

/** A file as one would name it from here. */
export function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

function pathOf(source: string): string | undefined {
  if (source.startsWith("file://")) return fileURLToPath(source);
  return path.isAbsolute(source) ? source : undefined;
}

/** Files of packages and of the product, whose places say nothing to the user. */
export function foreignFiles(repository: string): RegExp {
  const root = `${repository}${path.sep}`.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`^${root}(?:${PRODUCT.join("|")})[\\\\/]|[\\\\/]node_modules[\\\\/]`);
}
