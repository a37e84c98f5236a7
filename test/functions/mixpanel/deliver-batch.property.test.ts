import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  accepted,
  response,
  deliver,
  linesOf,
  refusedRows,
  refusedWhole,
  unreachable,
} from "../support/fake-mixpanel.ts";

describe("whatever Mixpanel answers", () => {
  it("makes every event exactly one of imported, rejected and pending, with the same bytes each time", async () => {
    const lineOf = (index: number): string => linesOf(200)[index] ?? "";
    const reply = fc.oneof(
      { weight: 3, arbitrary: fc.constant("accept" as const) },
      { weight: 3, arbitrary: fc.constant("refuse" as const) },
      fc.constantFrom("rows", "mixed", "few", "strings", "413", "413 small", "404", "none", "401"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.array(reply, { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        async (count, replies, isIdentity) => {
          const known = new Set(linesOf(count));
          const imported = new Set<string>();
          const { delivery, requests } = await deliver(
            (sent, request) => {
              for (const line of sent) assert.ok(known.has(line), line);
              assert.equal(new Set(sent).size, sent.length);
              switch (replies[request % replies.length]) {
                case "accept":
                  for (const line of sent) imported.add(line);
                  return accepted(sent.length);
                case "refuse":
                  return refusedWhole();
                case "rows":
                  sent.forEach((line, index) => index % 3 === 0 || imported.add(line));
                  return refusedRows(
                    sent.flatMap((_, index) => (index % 3 === 0 ? [index] : [])),
                    sent.length,
                  );
                case "mixed":
                  return response(400, {
                    failed_records: [{ index: sent.length - 1, message: "m" }, { index: -1 }],
                  });
                case "few":
                  return accepted(Math.floor(sent.length / 2));
                case "strings":
                  return response(400, { failed_records: ["no"], num_records_imported: 0 });
                case "413":
                  return response(413, "");
                case "413 small":
                  return response(413, "max limit of 40 bytes");
                case "404":
                  return response(404, "");
                case "401":
                  return response(401, "");
                case "none":
                case undefined:
                default:
                  return unreachable();
              }
            },
            count,
            isIdentity,
          );
          const others = [...delivery.rejected.map(({ index }) => index), ...delivery.pending];
          assert.equal(new Set(others).size, others.length);
          assert.equal(delivery.imported + others.length, count);
          assert.ok(others.every((index) => index >= 0 && index < count));
          // What counts as imported was said to be.
          const open = new Set(others.map(lineOf));
          assert.ok(linesOf(count).every((line) => open.has(line) || imported.has(line)));
          assert.equal(delivery.retryReason === undefined, delivery.pending.length === 0);
          assert.equal(delivery.requests, requests.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
