import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import {
  findGoldenCases,
  readExpected,
  runGoldenCase,
  writeExpected,
} from "../../check/golden-cases.ts";
import { goldenDiff } from "../../check/golden-diff.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const lines = (...values: unknown[]) =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("");

test("equal texts have no difference", () => {
  assert.equal(goldenDiff(lines({ a: 1 }), lines({ a: 1 })), "");
});

test("a difference names the property, with what is around it and no more", () => {
  const before = { event: "A", properties: { a: 1, b: 2, c: 3, d: 4, e: 5 } };
  const after = { ...before, properties: { ...before.properties, e: 6 } };
  assert.equal(
    goldenDiff(lines(before, { event: "B" }), lines(after, { event: "B" })),
    [
      '      "c": 3,',
      '      "d": 4,',
      '-     "e": 5',
      '+     "e": 6',
      "    }",
      "  }",
      "  ...",
    ].join("\n"),
  );
});

test("integers beyond 2^53 are told apart", () => {
  assert.match(goldenDiff('{"n":9007199254740993}\n', '{"n":9007199254740992}\n'), /^[-+] .*992/m);
});

test("an event too many is one, and does not make all that follow differ", () => {
  const expected = Array.from({ length: 50 }, (_, index) => ({ event: `E${index}` }));
  const difference = goldenDiff(lines(...expected), lines({ event: "New" }, ...expected));
  assert.match(difference, /^\+ +"event": "New"/m);
});

test("a case is run with the transform beside it, and written when asked to", async (t) => {
  const folder = await temporaryFolder(t);
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  await write(
    "a.ts",
    `export const transform = (record: { event: string }, context: { object: string }) => {
      if (record.event === "Bad") throw new Error("bad");
      return record.event === "Gone" ? null : { ...record, object: context.object };
    };`,
  );
  const properties = { time: 1 };
  await write(
    "a.in.ndjson",
    lines({ event: "E", properties }, { event: "Bad" }, { event: "Gone" }, { event: "No" }),
  );
  const [golden, ...others] = await findGoldenCases(folder);
  assert.ok(golden !== undefined && others.length === 0);
  assert.equal(await readExpected(golden), undefined);

  const made = await runGoldenCase(golden);
  await writeExpected(golden, made);

  assert.equal(await readExpected(golden), made);
  assert.equal(
    made,
    lines(
      { event: "E", properties, object: "a.ndjson" },
      { refused: { reason: "transform-failed", field: "", error: "bad" } },
      { refused: { reason: "invalid", field: "properties", error: "missing" } },
    ),
  );
});

test("a folder that is not there has no cases", async () => {
  assert.deepEqual(await findGoldenCases("/nowhere/at/all"), []);
});
