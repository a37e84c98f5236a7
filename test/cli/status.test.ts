import assert from "node:assert/strict";
import { test } from "node:test";

import { events, ndjson } from "../support/factories.ts";
import { useLocalCommand } from "../support/local-command.ts";

const { checkout, put } = useLocalCommand();

interface Status {
  readonly ok: boolean;
  readonly objects: readonly { readonly object: string; readonly state: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly deadLetters: { readonly messages: number };
}

interface Story {
  readonly ok: boolean;
  readonly generations: readonly { readonly state: string; readonly log: readonly unknown[] }[];
  readonly deadLetters: { readonly kinds: readonly { readonly records: number }[] };
}

test("status tells what became of each file, once or until Ctrl-C, and one's whole story", async (t) => {
  const good = await put("good.ndjson", ndjson(events(3)));
  const bad = await put("bad.ndjson", ndjson(events(1001).map(() => "no event")));
  const cloud = checkout().start(["local", "--keep", good, bad]);
  t.after(() => {
    cloud.kill("SIGINT");
    return cloud.ended;
  });
  await cloud.printed(/Watching/);
  const run = (...args: string[]) => checkout().run(["status", "--local", ...args]);

  const [table, json, story, unknown, elsewhere] = await Promise.all([
    run(),
    run("--json"),
    run("gs://local-landing/bad.ndjson", "--json"),
    run("gs://local-landing/none.ndjson"),
    run("--prefix", "gs://elsewhere/2026/"),
  ]);

  assert.match(table.stdout, /^good\.ndjson +complete .* 3 +3 +0 /m);
  assert.match(table.stdout, /^bad\.ndjson +quarantined /m);
  assert.match(
    table.stdout,
    /^Dead letters +1 message waits\n {2}npx --no mixpanel-gcp replay --local --dry-run$/m,
  );
  assert.equal(table.stderr, "");
  assert.equal(table.code, 1, "a file is quarantined");
  const status = JSON.parse(json.stdout) as Status;
  assert.equal(status.ok, false);
  assert.deepEqual(status.objects.map(({ object }) => object).sort(), [
    "bad.ndjson",
    "good.ndjson",
  ]);
  assert.equal(status.deadLetters.messages, 1);
  const { generations, deadLetters } = JSON.parse(story.stdout) as Story;
  assert.deepEqual([generations[0]?.state, generations[0]?.log.length], ["quarantined", 1]);
  assert.equal(deadLetters.kinds[0]?.records, 1);
  assert.match(
    unknown.stderr,
    /^gs:\/\/local-landing\/none\.ndjson is unknown: it is not in the bucket/,
  );
  assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
  assert.match(
    elsewhere.stderr,
    /^--prefix gs:\/\/elsewhere\/2026\/: the stack's bucket is gs:\/\/local-landing, and no receipt/,
  );
  assert.deepEqual([elsewhere.code, elsewhere.stdout], [2, ""]);

  const watching = checkout().start(["status", "--local", "--watch", "--state", "complete"]);
  await watching.printed(/^good\.ndjson +complete/m);
  watching.kill("SIGINT");
  assert.equal((await watching.ended).code, 130);
});

test("wrong usage is told before anything is looked up", async () => {
  const cases = [
    [["status", "file.ndjson"], /names no object\. Give gs:/],
    [["status", "--since", "yesterday"], /30m, 2h, 3d/],
    [["status", "--state", "done"], /There are complete,/],
    [["status", "--local", "--stack", "a"], /each name a stack/],
    [["status", "gs://\u001b[2J\u202e"], /^gs:\/\/\\u001b\[2J\\u202e names no object/],
    [["status", "--\u001b[2J"], /unknown option '--\\u001b\[2J'/],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await checkout().run([...args]);
    assert.match(stderr, message);
    assert.ok(!/[\u001b\u202e]/.test(stderr), "what is typed rules no terminal");
    assert.deepEqual([code, stdout], [2, ""]);
  }
});
