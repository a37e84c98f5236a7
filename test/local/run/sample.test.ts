import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { createSample, writeSample } from "../../../local/run/sample.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const NOW = 1_780_000_000;

test("the sample is the same every time, and moves with the clock", () => {
  assert.deepEqual(createSample(NOW), createSample(NOW));
  assert.notDeepEqual(createSample(NOW), createSample(NOW + 1));
});

test("the sample is a few hundred varied events", () => {
  const { web, mobile, messages } = createSample(NOW);
  const lines = [...web, ...mobile, ...messages];
  const names = new Set(lines.map((line) => /"event":"([^"]+)"/.exec(line)?.[1]));

  assert.ok(lines.length > 300 && lines.length < 1000);
  assert.ok(names.size >= 6);
});

test("the sample is written as a file, a gzipped one, and messages", async (t) => {
  const sample = createSample(NOW);

  const { files, messageFiles } = await writeSample(await temporaryFolder(t), NOW);

  const [web, mobile, messages] = await Promise.all(
    [...files, ...messageFiles].map(({ path }) => readFile(path)),
  );
  assert.deepEqual(
    files.map(({ name }) => name),
    ["web-events.ndjson", "mobile-events.ndjson.gz"],
  );
  assert.equal(web?.toString("utf8"), `${sample.web.join("\n")}\n`);
  assert.equal(gunzipSync(mobile ?? "").toString("utf8"), `${sample.mobile.join("\n")}\n`);
  assert.equal(messages?.toString("utf8"), `${sample.messages.join("\n")}\n`);
});
