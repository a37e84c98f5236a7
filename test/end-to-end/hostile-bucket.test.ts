import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startObjectCloud, type TestCloud } from "../support/local-cloud.ts";
import {
  firstTimes,
  say,
  startLyingProxy,
  twist,
  type Lie,
  type LyingProxy,
  type ProxiedRequest,
} from "./lying-proxy.ts";
import { assertComplete, eventLines, importObject, linesWith, shownOf } from "./object-scenario.ts";

/**
 * Three ranges of 4 MiB; the lies are about the second one. The events are large, as few of them
 * are cheaper to import.
 */
const EVENTS = 3000;
const NOTE = "x".repeat(4000);
const RANGE = 4 * 1024 * 1024;

const largeLines = (name: string): string =>
  eventLines(EVENTS, name).replaceAll('"time":', `"note":"${NOTE}","time":`);

async function startLiedTo(
  t: TestContext,
): Promise<{ readonly cloud: TestCloud; readonly proxy: LyingProxy }> {
  const proxy = await startLyingProxy();
  t.after(() => proxy.stop());
  const cloud = await startObjectCloud(t, {
    mixpanel: { keepEvents: 0 },
    environment: {
      importObject: {
        STORAGE_EMULATOR_HOST: proxy.url,
        TIMEOUT_SECONDS: "25",
        TIME_BUDGET_SECONDS: "9",
      },
    },
  });
  proxy.forward(cloud.bucket.url);
  return { cloud, proxy };
}

const isSecondRange = ({ headers }: ProxiedRequest): boolean =>
  headers.range?.startsWith(`bytes=${RANGE}-`) === true;

const contentRange = (change: (start: number, end: number, total: number) => string): Lie =>
  twist(({ headers }) => {
    const [, start, end, total] = /(\d+)-(\d+)\/(\d+)/.exec(headers["content-range"] ?? "") ?? [];
    const value = change(Number(start), Number(end), Number(total));
    return { headers: { ...headers, "content-range": value } };
  });

const ONE_RANGE_LIES: Readonly<Record<string, Lie>> = {
  "404": say(404, "Not Found"),
  "416 with another total": say(416, "", { "content-range": `bytes */${RANGE}` }),
  "416 without a total": say(416, ""),
  "206 with a smaller total": contentRange((start, end) => `bytes ${start}-${end}/${end + 1}`),
  "206 with a larger total": contentRange(
    (start, end, total) => `bytes ${start}-${end}/${total * 2}`,
  ),
  "206 of another place": contentRange((start, end, total) => {
    return `bytes ${start - 10}-${end - 10}/${total}`;
  }),
  "206 of another generation": twist(({ headers }) => ({
    headers: { ...headers, "x-goog-generation": "1" },
  })),
  "206 without its place": twist(({ headers: { "content-range": _gone, ...headers } }) => ({
    headers,
  })),
  "206 that is short": twist(({ body }) => ({ body: body.subarray(0, 1000) })),
  "a short 200": say(200, '{"event":"Injected"}\n'),
  "200 of HTML": say(200, "<html>welcome</html>", { "content-type": "text/html" }),
  "204": say(204, ""),
  "304": say(304, ""),
  "302": say(302, "", { location: "http://127.0.0.1:9/" }),
};

test("one wrong response in the middle of an object loses nothing of it", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [name, lie] of Object.entries(ONE_RANGE_LIES))
    await t.test(name, async () => {
      proxy.lie(firstTimes(1, lie, isSecondRange));

      await importObject(cloud, name, largeLines(name));

      await assertComplete(cloud, name, name, EVENTS);
      assert.deepEqual(cloud.deadLetters(), []);
    });
});

test("a receipt is written when the response says what was stored", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  const isReceipt = ({ method, url }: ProxiedRequest): boolean =>
    method === "POST" && url.includes(`/b/${CLOUD_NAMES.receiptsBucket}/`);
  const lies: Readonly<Record<string, Lie>> = {
    "200 of HTML": say(200, "<html></html>", { "content-type": "text/html" }),
    "200 of nothing": say(200, ""),
    "200 of another object": say(200, '{"name":"other","generation":"1"}'),
    hung: () => undefined,
  };
  for (const [name, lie] of Object.entries(lies))
    await t.test(name, async () => {
      proxy.lie(firstTimes(1, lie, isReceipt));

      await importObject(cloud, name, eventLines(50, name));

      await assertComplete(cloud, name, name, 50);
    });
});

test("metadata that say nothing about the object do not end its import", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  const lies: Readonly<Record<string, Lie>> = {
    "404 once": say(404, '{"error":{"code":404}}'),
    "another object's": say(200, '{"name":"other","generation":"7"}'),
    "200 of HTML": say(200, "<html></html>", { "content-type": "text/html" }),
  };
  for (const [name, lie] of Object.entries(lies))
    await t.test(name, async () => {
      const gone = firstTimes(1, say(404, "Not Found"), isSecondRange);
      const metadata = firstTimes(
        1,
        lie,
        ({ method, url, headers }) =>
          method === "GET" &&
          headers.range === undefined &&
          !url.includes("alt=media") &&
          url.includes(`/b/${CLOUD_NAMES.landingBucket}/o/`),
      );
      proxy.lie((request) => gone(request) ?? metadata(request));

      await importObject(cloud, name, largeLines(name));

      await assertComplete(cloud, name, name, EVENTS);
      assert.deepEqual(cloud.deadLetters(), []);
    });
});

test("an object that vanishes while it is read: what was read is in, and the receipt says it is not all", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const state of ["superseded", "deleted"])
    await t.test(state, async () => {
      const content = Buffer.from(largeLines(state));
      const linesRead = content.subarray(0, RANGE).filter((byte) => byte === 0x0a).length;
      const vanish: Lie = async (response, pass) => {
        const stored = cloud.bucket.stat(CLOUD_NAMES.landingBucket, state);
        const generation = String(stored?.generation);
        await cloud.bucket.delete(CLOUD_NAMES.landingBucket, state, generation);
        if (state === "superseded") await cloud.upload(state, eventLines(1, "Newer"));
        const { status, headers, body } = await pass();
        response.writeHead(status, headers).end(body);
      };
      proxy.lie(firstTimes(1, vanish, isSecondRange));

      await importObject(cloud, state, content.toString());

      const receipts = linesWith(cloud, "Import complete").filter(
        (line) => line["state"] === state,
      );
      assert.equal(receipts.length, 1);
      assert.equal(shownOf(cloud, state).distinct, linesRead);
      assert.equal(cloud.deadLetters().length, state === "deleted" ? 1 : 0);
    });
});
