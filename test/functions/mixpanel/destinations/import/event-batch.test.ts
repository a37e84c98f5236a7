import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  createBatchBuilders,
  lengthOf,
  pickEvents,
  sliceBatch,
  type BatchBuilder,
  type EventBatch,
} from "../../../../../functions/mixpanel/destinations/import/event-batch.ts";
import type { EventBytes } from "../../../../../functions/event/record.ts";
import { toRecord } from "../../../support/prepared.ts";

/** An event that is sent as `text`, with `insertion` put in behind the first byte. */
function eventOf(text: string, insertion = ""): EventBytes {
  const record = toRecord(text);
  const { bytes, start, end } = record;
  return { bytes, start, end, insertAt: start + 1, insertion, isIdentity: false, record };
}

function textsOf(batch: EventBatch): readonly string[] {
  return batch.ends.map((end, index) =>
    batch.bytes.toString("utf8", index === 0 ? 0 : (batch.ends[index - 1] ?? 0) + 1, end),
  );
}

/** All batches that become of `events`, filled one after the other. */
function fill(
  events: readonly EventBytes[],
  newBuilder: () => BatchBuilder,
): readonly EventBatch[] {
  const builders: BatchBuilder[] = [];
  for (const event of events) {
    const open = builders.at(-1);
    const fits = open?.fits([event]) === true;
    assert.equal(open?.add(event) ?? false, fits);
    if (fits) continue;
    const builder = newBuilder();
    assert.equal(builder.add(event), true);
    builders.push(builder);
  }
  return builders.map((builder) => builder.seal());
}

const texts = fc
  .array(fc.string({ unit: "grapheme-ascii", minLength: 2, maxLength: 60 }), { maxLength: 30 })
  .map((strings) => strings.map((text) => `{${text.replaceAll(/\s/g, "-")}}`));

describe("a batch", () => {
  it("holds every event once, in order, within both limits", () => {
    fc.assert(
      fc.property(
        texts,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 150 }),
        (lines, events, bytes) => {
          const newBuilder = createBatchBuilders({ events, bytes }, 4);
          const batches = fill(
            lines.map((line) => eventOf(line)),
            newBuilder,
          );
          assert.deepEqual(batches.flatMap(textsOf), lines);
          for (const batch of batches) {
            assert.ok(lengthOf(batch) <= events);
            assert.ok(batch.bytes.length <= bytes || lengthOf(batch) === 1);
            assert.equal(batch.bytes.toString("utf8"), textsOf(batch).join("\n"));
          }
        },
      ),
    );
  });

  it("counts what is put in, and the line breaks between, but none at the end", () => {
    const builder = createBatchBuilders({ events: 10, bytes: 14 }, 1)();
    builder.add(eventOf("{ab}", "+é".replace("é", "!")));
    assert.equal(builder.fits([eventOf("{123456}")]), false);
    assert.equal(builder.fits([eventOf("{12345}")]), true);
    assert.equal(builder.fits([eventOf("{1}"), eventOf("{2}")]), true);
    assert.equal(builder.fits([eventOf("{1}"), eventOf("{23}")]), false);
    builder.add(eventOf("{12345}"));
    assert.deepEqual(textsOf(builder.seal()), ["{+!ab}", "{12345}"]);
  });

  it("is full at exactly its limits, and not before", () => {
    const exact = createBatchBuilders({ events: 10, bytes: 9 }, 1)();
    assert.deepEqual([exact.add(eventOf("{12}")), exact.add(eventOf("{34}"))], [true, true]);
    assert.deepEqual(textsOf(exact.seal()), ["{12}", "{34}"]);
    const short = createBatchBuilders({ events: 10, bytes: 8 }, 1)();
    assert.deepEqual([short.add(eventOf("{12}")), short.add(eventOf("{34}"))], [true, false]);
    const few = createBatchBuilders({ events: 1, bytes: 100 }, 1)();
    assert.deepEqual([few.add(eventOf("{12}")), few.add(eventOf("{34}"))], [true, false]);
  });

  it("takes an event over the limit alone, and nothing beside it", () => {
    const builder = createBatchBuilders({ events: 10, bytes: 5 }, 1)();
    builder.add(eventOf("{123456789}"));
    assert.equal(builder.fits([eventOf("{}")]), false);
    assert.deepEqual(textsOf(builder.seal()), ["{123456789}"]);
  });

  it("does not share its memory with one that is not released", () => {
    const newBuilder = createBatchBuilders({ events: 10, bytes: 100 }, 2);
    const [first, second] = [newBuilder(), newBuilder()];
    first.add(eventOf("{first}"));
    second.add(eventOf("{second}"));
    const sealed = second.seal();
    first.release();
    const third = newBuilder();
    third.add(eventOf("{third}"));
    assert.deepEqual(textsOf(sealed), ["{second}"]);
    assert.deepEqual(textsOf(third.seal()), ["{third}"]);
  });

  it("is empty when nothing was added", () => {
    const builder = createBatchBuilders({ events: 10, bytes: 100 }, 2)();
    assert.equal(builder.length(), 0);
    assert.deepEqual([...builder.seal().bytes], []);
  });
});

describe("parts of a batch", () => {
  const newBuilder = createBatchBuilders({ events: 100, bytes: 10_000 }, 0);

  it("are those events, in that order", () => {
    const lines = ["{0}", "{11}", "{222}", "{3}", "{44}"];
    const [batch] = fill(
      lines.map((line) => eventOf(line)),
      newBuilder,
    );
    assert.ok(batch);
    for (const indexes of [[0], [4], [1, 2, 3], [0, 1, 2, 3, 4], [0, 2, 4], [1, 3], []]) {
      const part = pickEvents(batch, indexes);
      const expected = indexes.map((index) => lines[index]);
      assert.deepEqual(textsOf(part), expected);
      assert.equal(part.bytes.toString("utf8"), expected.join("\n"));
    }
    assert.deepEqual(textsOf(sliceBatch(batch, 1, 3)), ["{11}", "{222}"]);
    assert.deepEqual(textsOf(pickEvents(pickEvents(batch, [0, 2, 4]), [1, 2])), ["{222}", "{44}"]);
  });
});
