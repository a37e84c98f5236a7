import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createImportObject } from "../../functions/import-object.ts";
import { encodeContinuation, firstProgress } from "../../functions/objects/continuation.ts";
import { receiptName, type Receipt } from "../../functions/objects/receipt.ts";
import type { DeliverUpdates } from "../../functions/mixpanel/profiles/deliver-updates.ts";
import { UnavailableError } from "../../functions/platform/errors.ts";
import { importUpdates } from "./support/senders.ts";
import { startLocalBucket } from "./support/local-bucket.ts";
import {
  createTestRuntime,
  importAll,
  leaveAll,
  OBJECTS,
  type RuntimeParts,
} from "./support/test-runtime.ts";

interface Update {
  readonly $distinct_id: string;
  readonly $set: { readonly v: number };
}

const EVENT = '{"event":"e","properties":{"time":1,"$insert_id":"i"}}\n';

describe("the handler of the objects topic", async () => {
  const { server, google } = await startLocalBucket();
  let names = 0;

  /** Uploads `text` under a name of its own; what a message about it carries. */
  const upload = async (text: string) => {
    const name = `object-${++names}.json`;
    const { generation } = await server.put("landing", name, Buffer.from(text));
    return { bucketId: "landing", objectId: name, objectGeneration: generation };
  };
  type Place = Awaited<ReturnType<typeof upload>>;

  const start = (parts: Partial<RuntimeParts> = {}) => {
    const world = createTestRuntime({ entryPoint: "importObject", google, ...parts });
    const handle = createImportObject(world.runtime);
    return {
      ...world,
      handle: async (attributes: Readonly<Record<string, string>>, data: string | Buffer = "") =>
        await handle({
          data: Buffer.from(data),
          attributes: { eventType: "OBJECT_FINALIZE", ...attributes },
          messageId: "77",
          publishTime: "2026-01-01T00:00:00.000Z",
          subscription: "projects/p/subscriptions/objects",
          deliveryAttempt: 1,
        }),
    };
  };

  const receiptOf = async (place: Place): Promise<Receipt | undefined> => {
    const name = receiptName({
      bucket: place.bucketId,
      object: place.objectId,
      generation: place.objectGeneration,
    });
    if (server.stat("receipts", name) === undefined) return undefined;
    const [bytes] = await google.storage.bucket("receipts").file(name).download();
    return JSON.parse(bytes.toString("utf8")) as Receipt;
  };

  it("imports an object once", async () => {
    const place = await upload(EVENT.repeat(3));
    const { handle, sent } = start();
    assert.deepEqual(await handle(place), { status: 204, text: "complete" });
    assert.equal(sent.length, 3);
    const receipt = await receiptOf(place);
    assert.deepEqual(
      [receipt?.state, receipt?.events.imported, receipt?.code],
      ["complete", 3, "hash"],
    );

    assert.deepEqual(await handle(place), { status: 204, text: "already imported" });
    assert.equal(sent.length, 3);
  });

  it("ignores what is no notification of a new object", async () => {
    const place = await upload(EVENT);
    const { handle, sent, published } = start();
    for (const [eventType, text] of [
      ["OBJECT_DELETE", "OBJECT_DELETE is not for us"],
      ["", "no event type is not for us"],
    ] as const)
      assert.deepEqual(await handle({ ...place, eventType }), { status: 204, text });
    assert.deepEqual([sent, published, await receiptOf(place)], [[], [], undefined]);
  });

  it("dead-letters a message that cannot be understood, with all it carried", async () => {
    const { handle, deadLetters } = start();
    const attributes = { bucketId: "landing", objectId: "a.json", objectGeneration: "x" };
    assert.deepEqual(await handle(attributes, "data"), { status: 204, text: "not a notification" });
    const [letter, ...more] = deadLetters();
    assert.equal(more.length, 0);
    assert.equal(letter?.data.toString("utf8"), "data");
    assert.deepEqual(
      [letter.attributes["reason"], letter.attributes["error"], letter.attributes["source"]],
      ["malformed", "not a notification", "projects/p/subscriptions/objects"],
    );
    assert.deepEqual(letter.attributes["messageId"], "77");
  });

  it("has such a message redelivered when it cannot be dead-lettered", async () => {
    const down = new UnavailableError("Pub/Sub is away");
    const { handle } = start({ publish: () => Promise.reject(down) });
    await assert.rejects(handle({ objectGeneration: "x" }), down);
  });

  it("skips what is not to be imported, and looks for nothing", async () => {
    const place = await upload(EVENT);
    const { handle, logged, sent } = start({ environment: { EXCLUDE_OBJECTS: "object-*" } });
    const { requests } = server.stats();
    assert.deepEqual(await handle(place), { status: 204, text: "skipped: not matching" });
    assert.deepEqual(await handle({ ...place, objectId: "empty.txt" }, '{"size":"0"}'), {
      status: 204,
      text: "skipped: empty",
    });
    assert.deepEqual(
      logged.map(([severity, message, fields]) => [severity, message, fields?.["reason"]]),
      [
        ["INFO", "Object skipped", "not matching"],
        ["INFO", "Object skipped", "empty"],
      ],
    );
    assert.deepEqual([sent, server.stats().requests], [[], requests]);
  });

  it("imports again when it is asked to, and replaces the receipt", async () => {
    const place = await upload(EVENT + "garbage\n");
    const { handle, sent, deadLetters } = start();
    await handle(place);
    const again = { ...place, eventType: "IMPORT_AGAIN" };
    assert.deepEqual(await handle(again), { status: 204, text: "complete" });
    assert.deepEqual([sent.length, deadLetters().length], [2, 2]);
    assert.equal((await receiptOf(place))?.runs, 1);
  });

  it("tells CSV by the type that Cloud Storage has, when the message does not say", async () => {
    const { handle, sent } = start();
    const text = Buffer.from("event,time\nCSV by its type,1\n");
    const stored = { contentType: "text/csv" };
    const { generation } = await server.put("landing", "exports/0", text, stored);
    const place = { bucketId: "landing", objectId: "exports/0", objectGeneration: generation };

    assert.equal((await handle({ ...place, eventType: "IMPORT_AGAIN" })).text, "complete");
    assert.match(sent[0] ?? "", /"event":"CSV by its type"/);
  });

  it("imports a quarantined object when it is told that the quarantine is off", async () => {
    const place = await upload("garbage\n".repeat(1001));
    const { handle, deadLetters } = start();
    assert.deepEqual(await handle(place), { status: 204, text: "quarantined" });
    assert.deepEqual((await receiptOf(place))?.state, "quarantined");
    assert.deepEqual(
      deadLetters().map(({ attributes }) => attributes["reason"]),
      ["quarantined"],
    );

    const again = { ...place, eventType: "IMPORT_AGAIN", quarantine: "off" };
    assert.deepEqual(await handle(again), { status: 204, text: "complete" });
    const receipt = await receiptOf(place);
    assert.deepEqual([receipt?.state, receipt?.records.unusable], ["complete", 1001]);
  });

  it("continues where it stopped, in another message", async () => {
    const place = await upload(EVENT.repeat(5));
    let requests = 0;
    const { handle, published, logged } = start({
      environment: { BATCH_EVENTS: "2", MAX_IN_FLIGHT: "1" },
      deliver: (batch) => (++requests === 2 ? leaveAll(batch, "down") : importAll(batch)),
    });
    assert.deepEqual(await handle(place), { status: 204, text: "continued" });
    const [continuation] = published;
    assert.deepEqual(
      [published.length, continuation?.topic, continuation?.message.attributes["eventType"]],
      [1, OBJECTS, "IMPORT_CONTINUE"],
    );
    assert.deepEqual(logged.at(-1)?.slice(0, 2), ["INFO", "Import continues"]);
    assert.equal(await receiptOf(place), undefined);

    const { attributes = {}, data } = continuation?.message ?? {};
    assert.deepEqual(await handle(attributes, data), { status: 204, text: "complete" });
    const receipt = await receiptOf(place);
    assert.deepEqual([receipt?.records.read, receipt?.events.imported, receipt?.runs], [5, 5, 2]);
  });

  it("continues at the very end of an array without calling it cut off", async () => {
    const place = await upload(`[${EVENT},${EVENT}]`);
    let isDown = true;
    const { handle, published, deadLetters } = start({
      google: {
        ...google,
        within: async (name, deadline, call) => {
          if (isDown && name === "writing the receipt") throw new UnavailableError("503");
          return await google.within(name, deadline, call);
        },
      },
    });
    assert.deepEqual(await handle(place), { status: 204, text: "continued" });
    isDown = false;
    const { attributes = {}, data } = published[0]?.message ?? {};
    assert.deepEqual(await handle(attributes, data), { status: 204, text: "complete" });
    assert.deepEqual(deadLetters(), []);
  });

  it("has the message redelivered when nothing could be settled", async () => {
    const place = await upload(EVENT);
    const { handle, published, logged } = start({ deliver: (batch) => leaveAll(batch, "down") });
    assert.deepEqual(await handle(place), { status: 503, text: "down" });
    assert.deepEqual([published, logged[0]?.slice(0, 2)], [[], ["WARNING", "Import postponed"]]);
  });

  it("starts nothing while the circuit is open, or the instance goes away", async () => {
    const place = await upload(EVENT);
    const open = start();
    open.runtime.circuitBreaker.reportOutage();
    assert.deepEqual(await open.handle(place), {
      status: 503,
      text: "Mixpanel refuses whatever it is sent",
    });
    const leaving = start();
    leaving.stop();
    assert.deepEqual(await leaving.handle(place), { status: 503, text: "the instance goes away" });
    assert.deepEqual([open.sent, leaving.sent], [[], []]);
  });

  it("stops when its time is over", async () => {
    const place = await upload(EVENT.repeat(50));
    const world = start({
      environment: { BATCH_EVENTS: "2", MAX_IN_FLIGHT: "1", TIME_BUDGET_SECONDS: "10" },
      deliver: (batch) => {
        world.clock.now += 6000;
        return importAll(batch);
      },
    });
    assert.deepEqual(await world.handle(place), { status: 204, text: "continued" });
    assert.equal(world.sent.length, 4);
    assert.equal(world.logged.at(-1)?.[2]?.["reason"], "out of time");
  });

  it("gives up a generation that is not there, and says so", async () => {
    const place = await upload(EVENT);
    const { handle, deadLetters } = start();
    const gone = { ...place, objectId: "gone.json", objectGeneration: "7" };
    assert.deepEqual(await handle(gone), { status: 204, text: "deleted" });
    assert.match(deadLetters()[0]?.attributes["error"] ?? "", /deleted before it was imported/);
    const older = { ...place, objectGeneration: "7" };
    assert.deepEqual(await handle(older), { status: 204, text: "superseded" });
    assert.equal(deadLetters().length, 1);
  });

  it("sends the rest of the updates that it has begun to send, also after another delivery", async () => {
    const update = (id: string, v: number) => `{"$distinct_id":"${id}","$set":{"v":${v}}}\n`;
    const others = Array.from({ length: 9000 }, (_, index) => update(`u-${index}`, 0));
    const place = await upload([update("p", 1), ...others, update("p", 2)].join(""));
    const values = new Map<string, number>();
    const apply: DeliverUpdates = (kind, updates, context) => {
      for (const { bytes, start, end } of updates) {
        const text = bytes.toString("utf8", start, end);
        const { $distinct_id: id, $set } = JSON.parse(text) as Update;
        values.set(id, $set.v);
      }
      return importUpdates(kind, updates, context);
    };
    const environment = {
      ...{ TIME_BUDGET_SECONDS: "10", QUARANTINE_PERCENT: "0" },
      ...{ MAX_IN_FLIGHT: "1" },
    };
    const first = start({ environment, deliverUpdates: apply });
    let lane = Promise.resolve();
    const second = start({
      environment,
      // One request after the other, as of one profile: the first one is on its way for long.
      deliverUpdates: async (kind, updates, context) => {
        const isFirst = lane === idle;
        const delivery = lane.then(async () => {
          if (isFirst) assert.equal((await first.handle(place)).text, "complete");
          second.clock.now += 11_000;
          return await apply(kind, updates, context);
        });
        lane = delivery.then(() => undefined);
        return await delivery;
      },
    });
    const idle = lane;

    let response = await second.handle(place);
    for (let run = 1; response.text === "continued" && run < 20; run++) {
      const { attributes = {}, data } = second.published.at(-1)?.message ?? {};
      response = await second.handle(attributes, data);
    }

    assert.deepEqual(response, { status: 204, text: "already imported by another delivery" });
    assert.equal(values.get("p"), 2);
    assert.equal((await receiptOf(place))?.profiles.imported, 9002);
  });

  it("begins where a continuation says", async () => {
    const place = await upload(EVENT.repeat(2));
    const { handle, sent } = start();
    const progress = {
      ...firstProgress("2026-01-01T00:00:00.000Z"),
      position: { offset: EVENT.length, line: 2, member: null },
      run: 2,
    };
    const attributes = { ...place, eventType: "IMPORT_CONTINUE" };
    await handle(attributes, encodeContinuation(progress, undefined));
    assert.deepEqual([sent.length, (await receiptOf(place))?.runs], [1, 2]);
  });
});
