import assert from "node:assert/strict";
import { test } from "node:test";

import { parseFilter } from "../../../local/pubsub/filter.ts";

const MESSAGE = { project: "web", "content-type": "json", empty: "" };

const MATCHES: readonly (readonly [string, boolean])[] = [
  ["", true],
  ["attributes:project", true],
  ["attributes:absent", false],
  ["attributes:empty", true],
  ['attributes:"content-type"', true],
  ['attributes.project = "web"', true],
  ['attributes.project="ios"', false],
  ['attributes.project != "ios"', true],
  ['attributes.absent != "ios"', true],
  ['attributes."content-type" = "json"', true],
  ['hasPrefix(attributes.project, "we")', true],
  ['hasPrefix(attributes.absent, "")', false],
  ["NOT attributes:absent", true],
  ["-attributes:project", false],
  ['attributes:project AND attributes.project = "ios"', false],
  ['attributes.project = "ios" OR attributes:project', true],
  ['(attributes:absent OR attributes:empty) AND NOT attributes.project = "ios"', true],
  ['attributes.project = "w\\"eb"', false],
];

for (const [filter, expected] of MATCHES)
  test(`${filter === "" ? "no filter" : filter} is ${expected}`, () => {
    assert.equal(parseFilter(filter)(MESSAGE), expected);
  });

const REFUSED = [
  'data = "x"',
  "attributes",
  "attributes.project",
  "attributes.project = web",
  'attributes.project = "web',
  'attributes.project > "a"',
  '(attributes.project = "web"',
  'attributes.project = "web")',
  "attributes:a AND attributes:b OR attributes:c",
  "attributes:a attributes:b",
  `attributes.project = "${"x".repeat(250)}"`,
  "%",
];

for (const filter of REFUSED)
  test(`${filter.slice(0, 60)} is refused`, () => {
    assert.throws(() => parseFilter(filter), { code: "INVALID_ARGUMENT" });
  });
