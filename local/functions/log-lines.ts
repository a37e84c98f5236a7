import type { Readable } from "node:stream";

/** One line a function logged; `message` and `severity` are always there. */
export type LogLine = Readonly<Record<string, unknown>> & {
  readonly severity: string;
  readonly message: string;
};

/** A longer line is cut: a function that prints without end must not fill this process's memory. */
const MAX_LINE_CHARACTERS = 1024 * 1024;

/** Calls `onLine` for every line of `stream`, without its end. */
export function readLines(stream: Readable, onLine: (text: string) => void): void {
  let partial = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (partial + chunk).split("\n");
    partial = (lines.pop() ?? "").slice(0, MAX_LINE_CHARACTERS);
    lines.forEach(onLine);
  });
  stream.on("end", () => {
    if (partial !== "") onLine(partial);
  });
}

/**
 * Takes a line apart as Cloud Logging does: a JSON object is a structured entry, anything else is a
 * text of severity DEFAULT (https://cloud.google.com/logging/docs/structured-logging).
 */
export function parseLogLine(text: string): LogLine {
  const fields = parseObject(text);
  const { severity, message } = fields;
  return {
    ...fields,
    severity: typeof severity === "string" ? severity : "DEFAULT",
    message: typeof message === "string" ? message : text,
  };
}

interface LogFields {
  readonly severity?: unknown;
  readonly message?: unknown;
}

function parseObject(text: string): LogFields {
  if (!text.startsWith("{")) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
