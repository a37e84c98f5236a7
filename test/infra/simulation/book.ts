import { mock } from "node:test";

import type { Google } from "./google.ts";

/** What happened, in order, for people. */
export interface Book {
  readonly lines: readonly string[];
  readonly note: (resource: string, what: string) => void;
  /** Begins to collect what the program says; call what it returns to have it. */
  listen(): () => readonly string[];
}

export function createBook({ clock }: Google): Book {
  const lines: string[] = [];
  const last = new Map<string, string>();
  return {
    lines,
    note: (resource, what) => {
      // What is tried again is told once.
      if (last.get(resource) === what) return;
      last.set(resource, what);
      const time = `${Math.floor(clock.now() / 60)}:${String(Math.floor(clock.now() % 60)).padStart(2, "0")}`;
      lines.push(`${time.padStart(6)} ${resource.replace(/^mixpanel-import-/, "")} ${what}`);
    },
    listen: () => {
      const said: string[] = [];
      const spy = mock.method(globalThis.console, "warn", (line: string) => {
        said.push(line);
      });
      return () => {
        spy.mock.restore();
        return said;
      };
    },
  };
}
