import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { awaitReceipt, nextLookMs } from "../../../cli/backfill/await-receipt.ts";
import { createSettledLookup } from "../../../cli/backfill/settled-objects.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { RefusedError } from "../../../cli/google/rest.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { connectionToLists } from "../../support/fake-storage.ts";

const { signal } = new AbortController();
const NAME = "b/a/7.json";
const SETTLED = { state: "settled" } as const;
const WAITING = { state: "waiting" } as const;
const COMPLETE = { end: "receipt", receipt: { state: "complete" } };
const OLD = "2026-11-20T10:00:00.000Z";
const NEW = "2026-11-26T10:00:00.000Z";

function virtualPause() {
  let time = 0;
  const now = () => time;
  return {
    now,
    sleep: (ms: number) => {
      time += ms;
      return Promise.resolve();
    },
  };
}

/** A receipt as `look` has it at each look. */
function connectionTo(look: () => Readonly<Record<string, unknown>> | undefined): Connection {
  return connectionToLists({}, 1000, look);
}

test("looks come ever more seldom: soon at first, every 15 s in the end", () => {
  assert.deepEqual([0, 1000, 4000, 20_000, 3_600_000].map(nextLookMs), [
    ...[250, 250, 1000, 5000, 15_000],
  ]);
});

/** The oldest message that waits is another one every 20 minutes. */
const isMoving = (now: number) => Math.floor(now / 1_200_000) * 1_200_000;

test("a receipt is waited for, however long it takes, while what waits moves on", async () => {
  const pause = virtualPause();
  const connection = connectionTo(() =>
    pause.now() > 5 * 3_600_000 ? { state: "complete" } : undefined,
  );
  const lookUp = () => Promise.resolve({ ...WAITING, oldest: isMoving(pause.now()) });
  const options = { ...pause, signal, size: 0, lookUp };
  const ended = await awaitReceipt(connection, { name: NAME, since: undefined }, options);
  assert.deepEqual(ended, COMPLETE);
});

describe("a receipt is not waited for without end", () => {
  const stuck = Date.parse(OLD);
  const table = [
    [
      "an older message is stuck",
      0,
      (now: number) => stuck + (now % 60_000),
      30,
      /2026-11-20T10:00Z waits/,
    ],
    ["the figures stay old", 0, () => undefined, 30, /older than its message/],
    ["an older one is, and the object is large", 3_600_000_000, () => stuck, 90, /waits before it/],
    ["what waits moves on for ever", 0, isMoving, 360, /waits before it, after 6 h/],
  ] as const;
  for (const [what, size, oldestAt, minutes, why] of table)
    test(what, async () => {
      const pause = virtualPause();
      const lookUp = () => {
        const oldest = oldestAt(pause.now());
        return Promise.resolve({ ...WAITING, ...(oldest !== undefined && { oldest }) });
      };
      const options = { ...pause, signal, size, lookUp };
      const connection = connectionTo(() => undefined);
      const ended = await awaitReceipt(connection, { name: NAME, since: undefined }, options);
      assert.equal(ended.end, "waiting");
      assert.match("why" in ended ? ended.why : "", why);
      assert.equal(Math.round(pause.now() / 60_000), minutes);
    });
});

test("the receipt of an earlier import is not the one that is waited for", async () => {
  const pause = virtualPause();
  const connection = connectionTo(() => ({
    ...{ name: NAME, generation: "1", state: "complete" },
    timeCreated: pause.now() > 30_000 ? NEW : OLD,
  }));
  const options = { ...pause, signal, size: 0, lookUp: () => Promise.resolve(WAITING) };
  await awaitReceipt(connection, { name: NAME, since: OLD }, options);
  assert.ok(pause.now() > 30_000);
});

test("an outage of minutes is sat out, a longer one is told", async () => {
  for (const { minutes, isSatOut } of [
    { minutes: 5, isSatOut: true },
    { minutes: 30, isSatOut: false },
  ]) {
    const pause = virtualPause();
    const connection = connectionTo(() => {
      if (pause.now() < minutes * 60_000) throw new UnavailableError("away");
      return { state: "complete" };
    });
    const options = { ...pause, signal, size: 0, lookUp: () => Promise.resolve(WAITING) };
    const waiting = awaitReceipt(connection, { name: NAME, since: undefined }, options);
    if (isSatOut) assert.deepEqual(await waiting, COMPLETE);
    else await assert.rejects(waiting, /away/);
  }
});

test("a backlog that was empty long enough after the message says that nothing comes any more", async () => {
  const { objectsSubscription: subscription } = CLOUD_NAMES;
  const point = (value: string) => ({
    timeSeries: [
      {
        resource: { labels: { subscription_id: subscription.replace(/^.*\//, "") } },
        points: [{ value: { int64Value: value } }],
      },
    ],
  });
  const pause = virtualPause();
  let figures = 0;
  const settledOn = (connection: Connection) =>
    createSettledLookup(
      { ...connection, stack: { ...connection.stack, local: undefined } },
      subscription,
      pause,
    );
  const respond = (value: string) => () => {
    figures++;
    return point(value);
  };
  const lookUp = settledOn(connectionTo(respond("0")));
  assert.deepEqual(await lookUp(0), WAITING);
  await pause.sleep(5 * 60_000);
  assert.deepEqual(await lookUp(0), WAITING);
  assert.equal(figures, 0);
  await pause.sleep(60_000);
  assert.deepEqual([await lookUp(0), await lookUp(0)], [SETTLED, SETTLED]);
  assert.equal(figures, 2, "one look, of two metrics, serves all");
  assert.deepEqual(await lookUp(pause.now()), WAITING);

  // Three messages, of which the oldest waits for three seconds: none is from six minutes ago.
  await pause.sleep(60_000);
  assert.deepEqual(await settledOn(connectionTo(respond("3")))(0), SETTLED);
  assert.deepEqual(await settledOn(connectionTo(respond("100")))(0), WAITING);
  assert.deepEqual(await settledOn(connectionTo(() => ({})))(0), {
    state: "unknown",
    why: "Cloud Monitoring has no figures of the subscription",
  });
  const refused = connectionTo(() => {
    throw new RefusedError("no permission.\nA remedy.", 403);
  });
  assert.deepEqual(await settledOn(refused)(0), {
    state: "unknown",
    why: "no permission. A remedy.",
  });
});

test("a figure from before the message says nothing of it", async () => {
  const { objectsSubscription: subscription } = CLOUD_NAMES;
  const announcedAt = Date.parse(NEW);
  const settlementAt = async (endTime: string, messages: string, oldestSeconds?: string) => {
    const series = (value: string) => ({
      resource: { labels: { subscription_id: subscription.replace(/^.*\//, "") } },
      points: [{ interval: { endTime }, value: { int64Value: value } }],
    });
    const { rest, ...connection } = connectionTo(() => undefined);
    const get: typeof rest.get = (_what, url) => {
      const value = url.includes("oldest_unacked") ? oldestSeconds : messages;
      return Promise.resolve(value === undefined ? {} : { timeSeries: [series(value)] });
    };
    const pause = virtualPause();
    await pause.sleep(361_000);
    const stack = { ...connection.stack, local: undefined };
    const now = (): number => announcedAt + pause.now();
    const known = { ...connection, stack, rest: { ...rest, get, now } };
    return await createSettledLookup(known, subscription, pause)(0);
  };

  assert.deepEqual(await settlementAt("2026-11-26T09:57:00Z", "0", "0"), WAITING);
  assert.deepEqual(await settlementAt("2026-11-26T10:02:00Z", "0", "0"), SETTLED);
  assert.deepEqual(await settlementAt("2026-11-26T10:02:00Z", "3", "130"), {
    ...WAITING,
    oldest: Date.parse("2026-11-26T09:59:50Z"),
  });
  assert.deepEqual(await settlementAt("2026-11-26T10:02:00Z", "3", "110"), SETTLED);
  assert.deepEqual(await settlementAt("2026-11-26T10:02:00Z", "3"), {
    state: "unknown",
    why: "Cloud Monitoring does not say how old what waits is",
  });
});

test("where nobody may tell what waits, waiting ends, later for what is large", async () => {
  for (const [size, minutes] of [
    [0, 30],
    [3_600_000_000, 90],
  ] as const) {
    const pause = virtualPause();
    const unknown = { state: "unknown", why: "no permission" } as const;
    const options = { ...pause, signal, size, lookUp: () => Promise.resolve(unknown) };
    const connection = connectionTo(() => undefined);
    const ended = await awaitReceipt(connection, { name: NAME, since: undefined }, options);
    assert.deepEqual(ended, { end: "unknown", why: "no permission" });
    assert.equal(Math.round(pause.now() / 60_000), minutes);
  }
});
