import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Transform } from "../../../functions/event/transform-contract.ts";
import { prepare, sentText, sentTexts } from "../support/prepared.ts";

const COMPLETE =
  '{ "event":"e","properties":{"time":1,"ip":0,"$insert_id":"a","n":1234567890123456789,"x":1.0,"s":"\\u00e9"} }';

/** A transform as somebody writes it who has no types. */
function untyped(transform: (record: Record<string, unknown>) => unknown): Transform {
  return transform as unknown as Transform;
}

function problemOf(line: string, transform: Transform): string {
  const prepared = prepare(line, { transform });
  if (prepared.kind !== "unusable") return prepared.kind;
  return `${prepared.problem.reason}: ${prepared.problem.error}`;
}

describe("a record with a transform", () => {
  it("keeps its bytes when it is not changed", () => {
    assert.equal(sentText(COMPLETE, { transform: (record) => record }), COMPLETE);
  });

  it("is serialised when it is changed in place, integers exact", () => {
    const transform: Transform = (record) => {
      record["event"] = "f";
      return record;
    };
    assert.equal(
      sentText(COMPLETE, { transform }),
      '{"event":"f","properties":{"time":1,"ip":0,"$insert_id":"a","n":1234567890123456789,"x":1,"s":"é"}}',
    );
  });

  it("is serialised when it is changed, whether it gets longer or shorter, and else keeps its bytes", () => {
    const line = (x: string, s: string): string =>
      `{ "event": "e", "properties": {"time": 1, "ip": 0, "$insert_id": "a", "x": ${x}, "s": "${s}"} }`;
    const texts = [
      ["1.50", "a"],
      ["1e5", "a"],
      ["-0", "\\u00e9\\/"],
      ["1E2", "  1e5  "],
      ["10", '\\"x'],
    ] as const;
    for (const [x, s] of texts)
      for (const text of [
        "",
        "b",
        "a much longer text than there was before, whatever was left out",
      ]) {
        const before = line(x, s);
        const rewrite: Transform = (record) => {
          Object.assign(record["properties"] ?? {}, { s: text });
          return record;
        };
        const expected = JSON.parse(before) as { properties: { s: string } };
        expected.properties.s = text;
        assert.equal(sentText(before, { transform: rewrite }), JSON.stringify(expected));
        const touch: Transform = (record) => {
          const { properties } = record;
          record["properties"] = structuredClone(properties ?? null);
          return record;
        };
        assert.equal(sentText(before, { transform: touch }), before);
      }
  });

  it("can use and make integers beyond 2^53", () => {
    const transform = untyped(({ n }) => ({
      event: "e",
      properties: { time: 1, ip: 0, $insert_id: "a", n, next: BigInt(String(n)) + 1n },
    }));
    const line = '{"n":9007199254740993}';
    assert.match(sentText(line, { transform }), /"n":9007199254740993,"next":9007199254740994\}/);
  });

  it("is dropped when nothing comes of it", () => {
    for (const nothing of [null, []])
      assert.equal(prepare(COMPLETE, { transform: untyped(() => nothing) }).kind, "dropped");
  });

  it("is dropped when all that comes of it is ignored, and used when not all is", () => {
    const ignored = { event: "e", properties: { time: 1, $ignore: true } };
    const kept = { event: "e", properties: { time: 1 } };
    assert.equal(prepare(COMPLETE, { transform: () => [ignored, ignored] }).kind, "dropped");
    assert.equal(sentTexts(prepare(COMPLETE, { transform: () => [ignored, kept] })).length, 1);
  });

  it("becomes several events with ids of their own", () => {
    const transform: Transform = () => [
      { event: "a", properties: { time: 1 } },
      { event: "$merge", properties: { time: 2, $insert_id: "own" } },
    ];
    const prepared = prepare("{}", { transform });
    assert.ok(prepared.kind === "used");
    assert.deepEqual(
      prepared.events.map(({ isIdentity }) => isIdentity),
      [false, true],
    );
    assert.equal(prepared.idsAdded, 1);
    assert.match(sentTexts(prepared)[1] ?? "", /"\$insert_id":"own"/);
  });

  it("is unusable as a whole when one of its events is", () => {
    const transform: Transform = () => [
      { event: "a", properties: { time: 1 } },
      { event: "b", properties: {} },
    ];
    assert.equal(problemOf("{}", transform), "invalid: missing");
  });

  it("is unusable when the transform throws, whatever it throws", () => {
    const hostile: unknown = Object.create(null);
    const strange: unknown = Object.assign(new Error("x"), { message: { text: 5 } });
    for (const [thrown, error] of [
      [new Error("no\n plan"), "no plan"],
      ["text", "text"],
      [undefined, "undefined"],
      [Symbol("s"), "Symbol(s)"],
      [hostile, "threw something that is no error"],
      [strange, "threw something that is no error"],
    ] as const) {
      const transform = untyped(() => {
        throw thrown;
      });
      assert.equal(problemOf(COMPLETE, transform), `transform-failed: ${error}`);
    }
  });

  it("is unusable when the transform is asynchronous, also when that fails", async () => {
    const expected = "transform-failed: a transform has to be synchronous";
    const rejections: unknown[] = [];
    const notice = (reason: unknown): void => void rejections.push(reason);
    process.on("unhandledRejection", notice);
    for (const result of [
      () => Promise.resolve({}),
      () => Promise.reject(new Error("late")),
      () => [Promise.reject(new Error("late"))],
      () => ({ then: () => undefined }),
    ])
      assert.equal(problemOf(COMPLETE, untyped(result)), expected);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", notice);
    assert.deepEqual(rejections, []);
  });

  it("is unusable when what it becomes is no event", () => {
    for (const [result, problem] of [
      [{}, "invalid: missing"],
      [{ event: "e", properties: { time: NaN } }, "invalid: missing"],
      [{ event: "e", properties: { time: new Date(0) } }, "invalid: not a number"],
      [{ event: "e", properties: new Map([["time", 1]]) }, "invalid: missing"],
      [{ toJSON: () => undefined }, "transform-failed: the transform returned something that"],
      [{ toJSON: () => "text" }, "invalid: not a JSON object"],
      [Object.create({ event: "e", properties: { time: 1 } }), "invalid: missing"],
    ] as const)
      assert.ok(
        problemOf(
          COMPLETE,
          untyped(() => result),
        ).startsWith(problem),
        problem,
      );
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    assert.match(
      problemOf(
        COMPLETE,
        untyped(() => cyclic),
      ),
      /^transform-failed: .*circular/i,
    );
  });

  it("is unusable when reading what it becomes throws, whenever that is", () => {
    const event = { event: "e", properties: { time: 1 } };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const once = (reads: number): object => {
      let left = reads;
      const get = (): unknown => {
        if (left-- <= 0) throw new Error("read once more");
        return event.properties;
      };
      return Object.defineProperty({ event: "e" }, "properties", { get, enumerable: true });
    };
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const withDeep = { event: "e", properties: { time: 1, deep } };
    const results = [
      ...[proxy, [proxy], once(0), once(1), withDeep, [event, withDeep]],
      { ...event, toJSON: () => assert.fail("no JSON") },
      Object.defineProperty({}, "then", { get: () => assert.fail("no then") }),
    ];
    for (const [index, result] of results.entries())
      assert.match(
        problemOf(
          COMPLETE,
          untyped(() => result),
        ),
        /^transform-failed: ./,
        `${index}`,
      );
  });

  it("may leave properties undefined", () => {
    const transform = untyped(() => ({
      event: "e",
      properties: {
        $insert_id: undefined,
        ip: undefined,
        $ignore: undefined,
        time: "1",
        a: undefined,
      },
    }));
    const sent = JSON.parse(sentText(COMPLETE, { transform })) as {
      properties: Record<string, unknown>;
    };
    assert.match(String(sent.properties["$insert_id"]), /^[0-9a-f]{36}$/);
    assert.equal(sent.properties["ip"], 0);
  });

  it("is not given what is no object, nor what is no JSON", () => {
    const never: Transform = () => {
      throw new Error("called");
    };
    assert.equal(problemOf("[1]", never), "invalid: not a JSON object");
    assert.equal(problemOf("{", never), "malformed: not valid JSON: cut off");
  });

  it("is unusable when what it becomes is over 1 MB", () => {
    const transform: Transform = () => ({
      event: "e",
      properties: { time: 1, a: "é".repeat(500_000) },
    });
    assert.equal(problemOf(COMPLETE, transform), "too-large: larger than 1 MB");
  });

  it("is told where it comes from", () => {
    const contexts: unknown[] = [];
    prepare(COMPLETE, {
      transform: (record, context) => {
        contexts.push(context);
        return record;
      },
    });
    const place = {
      source: "object",
      bucket: "landing",
      object: "a.json",
      generation: "7",
      line: 2,
    };
    assert.deepEqual(contexts, [place]);
  });
});

it("a transform gets the secret of the stack, and none where there is none", () => {
  const seen: unknown[] = [];
  const transform: Transform = (record, context) => {
    seen.push("secret" in context ? context.secret : "none");
    return record;
  };
  const line = '{"event":"e","properties":{"time":1,"distinct_id":"u","$insert_id":"i"}}';
  prepare(line, { transform, transformSecret: "of the stack" });
  prepare(line, { transform, transformSecret: "" });
  prepare(line, { transform });
  assert.deepEqual(seen, ["of the stack", "none", "none"]);
});
