import assert from "node:assert/strict";
import { test } from "node:test";

import { askTime } from "../../../cli/google/ask-time.ts";
import { readBacklogs } from "../../../cli/google/backlog.ts";
import { createRest } from "../../../cli/google/rest.ts";
import { filterOf, parseTime } from "../../../cli/replay/replay-flags.ts";
import { replay } from "../../../cli/replay/replay.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startMonitoring } from "../../../local/monitoring/monitoring-server.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { deadLetter } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription } = CLOUD_NAMES;
const MINUTES = 60_000;
const FLAGS = { maxReplays: 3, typecheck: true };

for (const off of [-10 * MINUTES, 0, 10 * MINUTES])
  test(`a clock that is ${off / MINUTES} minutes off changes nothing`, async (t) => {
    const cloud = await startOperatorCloud(t);
    const wallNow = (): number => Date.now() + off;
    const { google, signal } = cloud.connection;
    const rest = createRest({ google, isLocal: true, signal, wallNow });
    const connection = { ...cloud.connection, rest };
    const publish = (data: string) => cloud.pubsub.publish(deadLetterTopic, [deadLetter(data)]);

    publish("{}");
    const startedAt = await askTime(connection);
    assert.ok(Math.abs(startedAt - Date.now()) < 2 * MINUTES, "by the service's clock");
    const since = filterOf({ ...FLAGS, since: parseTime("5m") }, startedAt);
    const before = await replay(connection, { filter: since, startedAt, expected: 1 });
    assert.deepEqual([before.total.replaced, before.later], [1, 0]);

    // What is published from a while after the start on is later, and nothing of before is.
    publish("[]");
    const tooOld = startedAt - 5 * MINUTES;
    const later = await replay(connection, { filter: {}, startedAt: tooOld, expected: 0 });
    assert.deepEqual([later.total.letters, later.later], [0, 1]);
    const until = filterOf({ ...FLAGS, until: parseTime("5m") }, startedAt);
    const old = await replay(connection, { filter: until, expected: 1 });
    assert.deepEqual([old.total.letters, old.others, old.later], [0, 1, 0]);
  });

test("the backlog is asked for again when the interval was that of a wrong clock", async (t) => {
  const cloud = await startOperatorCloud(t);
  const asked: number[] = [];
  const monitoring = await startMonitoring(() => 7);
  t.after(() => monitoring.stop());
  const { google, signal } = cloud.connection;
  const wallNow = (): number => Date.now() + 20 * MINUTES;
  const rest = createRest({ google, isLocal: true, signal, wallNow });
  const get: typeof rest.get = async (what, url) => {
    const response = await rest.get(what, url);
    const end = Date.parse(new URL(url).searchParams.get("interval.endTime") ?? "");
    asked.push(end);
    // As Monitoring does: no points of a time that is yet to come.
    return end - 10 * MINUTES > Date.now() ? {} : response;
  };
  const connection = {
    ...cloud.connection,
    ...{ rest: { ...rest, get }, monitoringUrl: monitoring.url },
  };

  const backlog = (await readBacklogs(connection, [deadLetterSubscription])).get(
    deadLetterSubscription,
  );

  assert.equal(backlog?.messages, 7);
  assert.ok(Math.abs(Date.parse(backlog.measuredAt) - Date.now()) < MINUTES);
  assert.ok(asked.some((end) => Math.abs(end - Date.now()) < MINUTES));
});
