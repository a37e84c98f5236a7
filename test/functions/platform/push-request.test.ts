import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parsePushRequest } from "../../../functions/platform/push-request.ts";

function envelope(message: object): object {
  return { message, subscription: "projects/p/subscriptions/s" };
}

describe("a push request", () => {
  it("is taken apart", () => {
    const body = envelope({
      data: Buffer.from("é\n").toString("base64"),
      attributes: { eventType: "OBJECT_FINALIZE", __proto__x: "y" },
      messageId: "1",
      message_id: "1",
      publishTime: "2026-01-01T00:00:00.000Z",
    });
    assert.deepEqual(parsePushRequest(body), {
      data: Buffer.from("é\n"),
      attributes: { eventType: "OBJECT_FINALIZE", __proto__x: "y" },
      messageId: "1",
      publishTime: "2026-01-01T00:00:00.000Z",
      subscription: "projects/p/subscriptions/s",
      deliveryAttempt: 1,
    });
  });

  it("says how often it was delivered, when the subscription counts", () => {
    for (const [deliveryAttempt, expected] of [
      [7, 7],
      [undefined, 1],
      [null, 1],
      ["7", 1],
      [1.5, 1],
    ] as const) {
      const parsed = parsePushRequest({ ...envelope({}), deliveryAttempt });
      assert.equal(parsed?.deliveryAttempt, expected, String(deliveryAttempt));
    }
  });

  it("may have no data, no attributes, and the older spelling of its fields", () => {
    for (const message of [{}, { data: "", attributes: {} }, { data: null, attributes: null }])
      assert.deepEqual(parsePushRequest({ message }), {
        data: Buffer.alloc(0),
        attributes: {},
        messageId: "",
        publishTime: "",
        subscription: "",
        deliveryAttempt: 1,
      });
    const older = parsePushRequest(envelope({ message_id: "2", publish_time: "then" }));
    assert.deepEqual([older?.messageId, older?.publishTime], ["2", "then"]);
  });

  it("takes base64 in both alphabets, padded or not", () => {
    for (const data of ["+/8=", "-_8=", "+/8", "-_8"])
      assert.deepEqual(parsePushRequest(envelope({ data }))?.data, Buffer.from([0xfb, 0xff]));
  });

  it("is none when its data is no base64", () => {
    for (const data of ["a", "abcde", "ab=c", "====", "=", "a b=", "a*bc", "é===", "{}", 5, {}, []])
      assert.equal(parsePushRequest(envelope({ data })), undefined, JSON.stringify(data));
  });

  it("is none when it has no message", () => {
    for (const body of [
      undefined,
      null,
      "",
      "text",
      5,
      [],
      {},
      { message: null },
      { message: [] },
      { message: "x" },
    ])
      assert.equal(parsePushRequest(body), undefined, JSON.stringify(body));
    for (const attributes of [[], "x", 5])
      assert.equal(parsePushRequest(envelope({ attributes })), undefined);
  });

  it("takes the largest message", () => {
    const data = Buffer.alloc(10_000_000, 7);
    const parsed = parsePushRequest(envelope({ data: data.toString("base64") }));
    assert.equal(parsed?.data.equals(data), true);
  });
});
