import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { isMessageFilter } from "../../../infra/configuration/message-filter.ts";
import { parseFilter } from "../../../local/pubsub/filter.ts";

const TAKEN = [
  "attributes:project",
  'attributes:"content-type"',
  'attributes.project = "web"',
  'attributes."iana.org/language" != "de"',
  'hasPrefix(attributes.project, "we")',
  "-attributes:project",
  "NOT attributes:a AND attributes:b AND NOT (attributes:c OR attributes:d)",
  'attributes.project = "w\\"eb"',
];
const REFUSED = [
  "nonsense (",
  'attributes.project = "sale" AN attributes.x',
  "attributes.project = web",
  'attributes.project = "web',
  "attributes:a AND attributes:b OR attributes:c",
  "attributes:a and attributes:b",
  "attributes:a attributes:b",
  'attributes.project == "web"',
  'project = "web"',
  "(attributes:a",
  "%",
];

for (const filter of TAKEN)
  test(`${filter} is one`, () => {
    assert.ok(isMessageFilter(filter));
  });
for (const filter of REFUSED)
  test(`${filter} is none`, () => {
    assert.ok(!isMessageFilter(filter));
  });

/** Whether the local Pub/Sub takes it. */
function isTakenLocally(filter: string): boolean {
  try {
    parseFilter(filter);
    return true;
  } catch {
    return false;
  }
}

test("it takes what the local Pub/Sub takes, and nothing else", () => {
  const word = fc.constantFrom(
    ...["attributes", "hasPrefix", "AND", "OR", "NOT", "-", "(", ")", ".", ":", "=", "!=", ","],
    ...["a", "kind", '"web"', '"a b"', "attributes:a", 'attributes.a = "b"'],
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 9 }), (words) => {
      const filter = words.join(" ");
      assert.equal(isMessageFilter(filter), isTakenLocally(filter), filter);
    }),
    { numRuns: 3000 },
  );
});
