import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { startConsole } from "../../cli/console/console-server.ts";
import { chooseChecks } from "../../cli/doctor/catalogue.ts";
import { runChecks } from "../../cli/doctor/run-checks.ts";
import { runProgram } from "../../cli/doctor/run-program.ts";
import { SERVICE_URLS } from "../../cli/doctor/service-urls.ts";
import type { ReplayReport } from "../../cli/replay/plan.ts";
import { loadRepair, replay } from "../../cli/replay/replay.ts";
import { readStatus } from "../../cli/status/read-status.ts";
import { readStory } from "../../cli/status/read-story.ts";
import { createReceiptReader } from "../../cli/status/receipts.ts";
import { toFilter } from "../../cli/status/status-flags.ts";
import { startBucketServer } from "../../local/bucket/bucket-server.ts";
import { OWNER } from "../../local/caller.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startMonitoring } from "../../local/monitoring/monitoring-server.ts";
import { LOCAL_PROJECT } from "../../local/deployment/recorded-program.ts";
import { connectionTo } from "../support/operator-cloud.ts";
import { createProgramPubSub } from "../support/program-pubsub.ts";
import { GOOGLES_EMULATOR } from "../support/pubsub-emulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { deadLetter } from "./replay/dead-letters.ts";

const { landingBucket, receiptsBucket, deadLetterTopic, eventsTopic } = CLOUD_NAMES;
const { objectsSubscription, eventsSubscription } = CLOUD_NAMES;
/** A port that nobody listens on: what is pushed stays. */
const NOBODY = "http://127.0.0.1:9";

/** Takes every record it is given, as long as it can be read. */
const REPAIR = `
export const transform = (record: any) => ({ event: "Repaired", ...record });
`;

/** One of each kind; one has two records. */
const LETTERS = [
  deadLetter('{"properties":{}}', { field: "event" }),
  deadLetter('{"n":1}\n{"n":2}', { reason: "transform-failed", records: "2" }),
  deadLetter("cut off", { reason: "malformed" }),
  {
    data: Buffer.from('{"n":3}').toString("base64"),
    attributes: {
      CloudPubSubDeadLetterSourceSubscription: eventsSubscription.replace(/^.*\//, ""),
      CloudPubSubDeadLetterSourceSubscriptionProject: LOCAL_PROJECT.project,
    },
  },
];

test(
  "status, doctor, console and replay on Google's emulator",
  { skip: GOOGLES_EMULATOR.skip, timeout: 300_000 },
  async (t) => {
    const pubsub = await GOOGLES_EMULATOR.start(OWNER);
    t.after(() => pubsub.stop());
    await createProgramPubSub(pubsub, NOBODY);
    const folder = path.join(await temporaryFolder(t), "buckets");
    const bucket = await startBucketServer({ folder, buckets: [landingBucket, receiptsBucket] });
    t.after(() => bucket.stop());
    const monitoring = await startMonitoring((subscription) => {
      if (![objectsSubscription, eventsSubscription].includes(subscription)) return undefined;
      const { received, acknowledged, deadLettered } = pubsub.stats(subscription);
      return received - acknowledged - deadLettered;
    });
    t.after(() => monitoring.stop());
    const services = {
      storageUrl: bucket.url,
      pubsubUrl: `http://${pubsub.host}`,
      monitoringUrl: monitoring.url,
    };
    const connection = connectionTo(services, new AbortController().signal);
    const { generation } = await bucket.put(landingBucket, "a", Buffer.from("{}"));
    await pubsub.publish(eventsTopic, [{ data: "e30=" }, { data: "e30=" }]);
    const letter = (object: string, reason: string) => ({
      data: "e30=",
      attributes: {
        ...{ version: "1", reason, field: "event", error: "missing", records: "1", lines: "1" },
        ...{ source: `gs://${landingBucket}/${object}#${generation}`, bucketId: landingBucket },
        ...{ objectId: object, objectGeneration: generation, replays: "0" },
      },
    });
    await pubsub.publish(deadLetterTopic, [letter("a", "invalid"), letter("b", "rejected")]);

    const filter = toFilter({ limit: 50 }, Date.now());
    const { backlog } = await readStatus(connection, filter, createReceiptReader(connection));
    assert.ok("value" in backlog);
    const { objects, events, deadLetters } = backlog.value;
    assert.deepEqual([objects.delivery, objects.messages], ["pushed", 0]);
    assert.deepEqual([events.delivery, events.messages], ["pushed", 2]);
    assert.equal(deadLetters.delivery, "pulled");
    const story = await readStory(connection, { bucket: landingBucket, object: "a" });
    assert.ok("value" in story.deadLetters);
    assert.deepEqual(
      story.deadLetters.value.kinds.map(({ reason, records }) => [reason, records]),
      [["invalid", 1]],
    );

    const { google, stack, signal } = connection;
    const ids = ["subscriptions", "push", "dead-letter-policy"];
    const results = await runChecks(
      chooseChecks({ ids, origin: "local", canary: false }),
      {
        ...{
          origin: "local",
          stackName: undefined,
          stackOptions: "",
          given: {},
          urls: SERVICE_URLS,
          google,
          signal,
        },
        ...{ isLocal: true, runProgram, environment: {}, requestMs: 10_000 },
        time: { now: () => performance.now(), sleep: () => Promise.resolve() },
      },
      { stack, project: stack.project },
      () => undefined,
    );
    assert.deepEqual(
      results
        .filter(({ check }) => ids.includes(check.id))
        .map(({ check, outcome }) => [check.id, outcome.status, outcome.detail]),
      [
        ["subscriptions", "ok", "all three are there."],
        ["push", "ok", "both push to the functions."],
        ["dead-letter-policy", "ok", "both give up into it, after 100 and 100 attempts."],
      ],
    );

    const server = await startConsole(connection);
    t.after(() => server.stop());
    const [, token = ""] = /token=(.+)$/.exec(server.address) ?? [];
    const post = async (name: string, input: object): Promise<ReplayReport> => {
      const headers = { "x-session-token": token, origin: server.url };
      const response = await fetch(server.url + name, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(input),
      });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      return JSON.parse(text) as ReplayReport;
    };
    assert.equal((await post("/dead-letters", {})).groups.length, 2);
    const source = `gs://${landingBucket}/a`;
    const group = { reason: "invalid", field: "event", error: "missing", source };
    const { total } = await post("/replay", { ...group, dryRun: false });
    assert.deepEqual([total.replaced, total.sent], [1, 1]);
    assert.equal((await post("/dead-letters", {})).groups.length, 1);
    assert.equal(pubsub.stats(eventsSubscription).received, 3);

    const repair = path.join(await temporaryFolder(t), "repair.ts");
    await writeFile(repair, REPAIR);
    await pubsub.publish(deadLetterTopic, Array.from({ length: 20 }, () => LETTERS).flat());
    const report = await replay(connection, {
      ...{ filter: {}, leaseSeconds: 60, expected: 81 },
      repair: await loadRepair(repair, false),
    });
    // The letter of "b" of before is repaired, too; only what is no JSON stays.
    assert.deepEqual(
      [report.total.sent, report.total.unrepaired, report.total.left],
      [20 + 40 + 20 + 1, 20, 20],
    );
    // A letter with two records is one message; what is sent twice has the same ids.
    assert.ok(pubsub.stats(eventsSubscription).received >= 3 + report.total.sent - 20);
    assert.equal((await post("/dead-letters", {})).groups.length, 1);
  },
);
