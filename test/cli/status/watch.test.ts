import assert from "node:assert/strict";
import { test } from "node:test";

import { RefusedError } from "../../../cli/google/rest.ts";
import { watch } from "../../../cli/status/watch.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";

type Stream = Parameters<typeof watch>[0]["stream"];

const BEGIN = Date.parse("2026-11-26T10:00:00Z");

/** Watches what these looks give, one after the other, and returns what was written. */
async function watched(
  looks: readonly (string | Error)[],
  isTTY: boolean,
  isInLines = false,
): Promise<string[]> {
  const interruption = new AbortController();
  const written: string[] = [];
  const write = (text: string): boolean => {
    written.push(text);
    return true;
  };
  const left = [...looks];
  let time = BEGIN;
  await watch({
    look: () => {
      const next = left.shift();
      return typeof next === "string" ? Promise.resolve(next) : Promise.reject(next ?? new Error());
    },
    stream: { isTTY, write } as unknown as Stream,
    errors: { write: (text: string) => write(`stderr: ${text}`) },
    isInLines,
    signal: interruption.signal,
    now: () => time,
    sleep: (ms) => {
      time += ms;
      if (left.length === 0) interruption.abort();
      return Promise.resolve();
    },
  });
  return written;
}

test("JSON is a line each, on a terminal too", async () => {
  const written = await watched(['{"a":1}', AWAY, '{"a":2}'], true, true);
  const [first, outage, second] = written;
  assert.deepEqual([first, second, written.length], ['{"a":1}\n', '{"a":2}\n', 3]);
  assert.match(outage ?? "", /^stderr: NOT KNOWN/);
});

const AWAY = new UnavailableError("listing gs://b\u001b[2J/: no response");

test("an outage does not end it: what is shown says that it is old, and since when", async () => {
  const refused = new RefusedError("listing was refused (403).\nA remedy.", 403);
  const [first, old, older, fresh] = await watched(["table 1", AWAY, refused, "table 2"], true);
  assert.match(first ?? "", /table 1/);
  assert.match(
    old ?? "",
    /NOT KNOWN since 2026-11-26T10:00:00Z: listing gs:\/\/b\\u001b\[2J\/: no response\.[^]*tried again\.[^]*table 1/,
  );
  assert.match(older ?? "", /NOT KNOWN since 2026-11-26T10:00:00Z: .*\(403\)\. A remedy\. It/);
  assert.match(fresh ?? "", /table 2/);
  assert.ok(!fresh?.includes("NOT KNOWN"));
});

test("without a terminal an old state is not written twice", async () => {
  const written = await watched(["table", AWAY, "table"], false);
  assert.deepEqual(
    written.map((text) => text.includes("table")),
    [true, false, true],
  );
  assert.match(written[1] ?? "", /^stderr: NOT KNOWN since /);
});

test("what fails at first, or is a bug, ends it", async () => {
  await assert.rejects(watched([AWAY], true), /no response/);
  await assert.rejects(watched(["table", new TypeError("a bug")], true), /a bug/);
});
