import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { useLocalCommand } from "../support/local-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { runJson } = useLocalCommand();

const event = (id: string): string =>
  JSON.stringify({
    event: "Viewed",
    properties: { time: 1_750_000_000, distinct_id: "someone", $insert_id: id },
  });

test("what a stack is configured with is what the local run does", async (t) => {
  const folder = await temporaryFolder(t);
  const stack = path.join(folder, "Pulumi.prod.yaml");
  await writeFile(
    stack,
    `config:
  gcp:project: acme
  mixpanel-gcp:mixpanelToken: { secure: v1:abc }
  mixpanel-gcp:existingBucket: acme-events
  mixpanel-gcp:existingTopic: acme-topic
  mixpanel-gcp:formats: { "**/*.txt": csv }
  mixpanel-gcp:messageFilter: attributes.kind = "order"
`,
  );
  const files = path.join(folder, "files");
  await mkdir(files);
  const csv = "event,time,distinct_id\nBought,1750000000,someone\n";
  for (const [name, text] of Object.entries({ "rows.txt": csv, "no.ndjson": event("1") }))
    await writeFile(path.join(files, name), text);
  const messages = path.join(folder, "messages.ndjson");
  await writeFile(messages, event("2"));

  const { code, stderr, summary } = await runJson([
    ...["--stack", stack, "--config", 'includeObjects=["**/*.txt"]'],
    ...["--messages", messages, files],
  ]);

  assert.match(stderr, /Left out, for a local run has its own: gcp:project, .*mixpanelToken\./);
  assert.deepEqual(
    summary.objects.map(({ bucket, object, events }) => [bucket, object, events.imported]),
    [["acme-events", "files/rows.txt", 1]],
  );
  // The message has no attributes: the filter keeps it from the function.
  assert.equal(summary.mixpanel.distinctEvents, 1);
  assert.equal(code, 0);
});
