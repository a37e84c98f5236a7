import assert from "node:assert/strict";
import { test } from "node:test";

import { continueCommand, copyCommand } from "../../../cli/backfill/shell-commands.ts";
import { parseTarget } from "../../../cli/backfill/target.ts";

test("the command that goes on has what the first one had, and the time", () => {
  const since = "2026-11-26T10:00:00.000Z";
  const plain = {
    target: "gs://b/*.json",
    again: false,
    since,
    quarantineOff: false,
    strict: false,
  };
  assert.equal(
    continueCommand({ ...plain, stack: { local: true } }),
    "npx --no mixpanel-gcp backfill 'gs://b/*.json' --local",
  );
  const stack = { stack: "prod", set: ["bucketUrl=gs://b"] };
  assert.equal(
    continueCommand({ ...plain, again: true, quarantineOff: true, strict: true, stack }),
    `npx --no mixpanel-gcp backfill 'gs://b/*.json' --again --since ${since} --quarantine off ` +
      "--strict --stack prod --set bucketUrl=gs://b",
  );
});

test("copies of another bucket keep their names", () => {
  const table = [
    ["gs://o", "gcloud storage rsync --recursive gs://o/ gs://landing/"],
    ["gs://o/x/y/", "gcloud storage rsync --recursive gs://o/x/y/ gs://landing/x/y/"],
    ["gs://o/x/y", "gcloud storage cp --recursive 'gs://o/x/y*' gs://landing/x/"],
    ["gs://o/x/*.json", "gcloud storage cp --recursive 'gs://o/x/*.json' gs://landing/x/"],
  ] as const;
  for (const [target, command] of table)
    assert.equal(copyCommand(parseTarget(target), "landing"), command);
});
