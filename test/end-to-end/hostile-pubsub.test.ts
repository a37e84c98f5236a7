import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import type { EntryPoint } from "../../functions/settings.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { allBut, startTestCloud, type TestCloud } from "../support/local-cloud.ts";
import {
  firstTimes,
  say,
  startLyingProxy,
  twist,
  type Lie,
  type LyingProxy,
  type ProxiedRequest,
} from "./lying-proxy.ts";
import { eventText, push, readable } from "./message-scenario.ts";
import { assertComplete, eventLines, importObject, receiptOf } from "./object-scenario.ts";

async function startLiedTo(
  t: TestContext,
  entryPoint: EntryPoint,
): Promise<{ readonly cloud: TestCloud; readonly proxy: LyingProxy }> {
  const proxy = await startLyingProxy();
  t.after(() => proxy.stop());
  const environment = {
    PUBSUB_EMULATOR_HOST: proxy.host,
    TIMEOUT_SECONDS: "25",
    TIME_BUDGET_SECONDS: "1",
    BATCH_EVENTS: "50",
  };
  const cloud = await startTestCloud(t, {
    leavesOut: allBut(entryPoint),
    environment: { [entryPoint]: environment },
    mixpanel: { keepEvents: 0, latencyMs: 60 },
  });
  proxy.forward(cloud.pubsub.url);
  return { cloud, proxy };
}

/** Nothing is published by these, whatever they say. */
const UNPUBLISHED: Readonly<Record<string, Lie>> = {
  "200 of HTML": say(200, "<html>welcome</html>", { "content-type": "text/html" }),
  "200 of nothing": say(200, ""),
  "200 without ids": say(200, "{}"),
  "200 with too few ids": say(200, '{"messageIds":[]}'),
  "200 with ids that are none": say(200, '{"messageIds":[null,"",7]}'),
  "200 with too many ids": say(200, '{"messageIds":["1","2","3","4","5","6","7"]}'),
  "200 cut in its ids": say(200, '{"messageIds":["1'),
  "204": say(204, ""),
  "202": say(202, '{"messageIds":["1"]}'),
  "302": say(302, "", { location: "http://127.0.0.1:9/" }),
  "404": say(404, "{}"),
  "500": say(500, ""),
  "a broken connection": (response) => {
    response.destroy();
  },
};

/** A record that Mixpanel refuses by name, whatever else happens. */
const poison = (name: string): string => eventText(name, 1, { time: 1 });

test("a dead letter is published when there is an id for it, and acknowledged only then", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, "importMessages");
  for (const [name, lie] of Object.entries(UNPUBLISHED))
    await t.test(name, async () => {
      let lies = 0;
      proxy.lie(
        firstTimes(2, (...args) => {
          lies++;
          return lie(...args);
        }),
      );

      cloud.publish(poison(name), eventText(name, 2));
      await cloud.idle();

      assert.equal(lies, 2);
      assert.deepEqual(
        readable(cloud.deadLetters()).map(({ text }) => text),
        [poison(name)],
      );
    });
});

test("a dead letter that is published but not confirmed comes twice rather than never", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, "importMessages");
  proxy.lie(
    firstTimes(
      1,
      twist(() => ({ body: Buffer.from("{}") })),
    ),
  );

  assert.equal((await push(cloud, { data: poison("Unconfirmed") })).status, 204);

  const texts = readable(cloud.deadLetters()).map(({ text }) => text);
  assert.deepEqual(texts, [poison("Unconfirmed"), poison("Unconfirmed")]);
});

test("a publish that hangs ends by the deadline, and the message comes again", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, "importMessages");
  proxy.lie(firstTimes(1, () => undefined));

  cloud.publish(poison("Hanging"));
  await cloud.idle();

  assert.deepEqual(
    readable(cloud.deadLetters()).map(({ text }) => text),
    [poison("Hanging")],
  );
  assert.equal(cloud.functions.importMessages.restarts(), 0);
});

test("the dead letters of an object are published before anything behind them is settled", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, "importObject");
  for (const [name, lie] of Object.entries(UNPUBLISHED))
    await t.test(name, async () => {
      proxy.lie(firstTimes(2, lie, isFor(CLOUD_NAMES.deadLetterTopic)));

      await importObject(cloud, name, `${eventLines(20, name)}not JSON\n`);

      const { records, state } = await receiptOf(cloud, name);
      assert.equal(state, "complete");
      assert.deepEqual(records, { read: 21, dropped: 0, unusable: 1, used: 20 });
      const dead = readable(cloud.deadLetters()).map(({ text }) => text);
      assert.deepEqual(new Set(dead), new Set(["not JSON"]));
    });
});

test("an object goes on when its continuation was published, and not before", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, "importObject");
  for (const name of ["200 of HTML", "200 without ids", "200 with too few ids", "204"])
    await t.test(name, async () => {
      let lies = 0;
      const lie = UNPUBLISHED[name];
      assert.ok(lie !== undefined);
      proxy.lie(
        firstTimes(
          1,
          (...args) => {
            lies++;
            return lie(...args);
          },
          isFor(CLOUD_NAMES.objectsTopic),
        ),
      );

      await importObject(cloud, name, eventLines(3000, name));

      assert.equal(lies, 1);
      const { runs } = await assertComplete(cloud, name, name, 3000);
      assert.ok(runs > 1, `${runs} runs`);
    });
});

function isFor(topic: string): (request: ProxiedRequest) => boolean {
  return ({ url }) => url.startsWith(`/v1/${topic}:publish`);
}
