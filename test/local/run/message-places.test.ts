import assert from "node:assert/strict";
import { test } from "node:test";

import { createMessagePlaces } from "../../../local/run/message-places.ts";

test("a message is found by its file and line, blank lines between or not", () => {
  const places = createMessagePlaces();
  places.add("a.ndjson", ["100", "101", "102"], [1, 2, 3]);
  places.add("a.ndjson", ["103", "104"], [5, 9]);
  places.add("b.ndjson", ["200"], [1]);

  assert.deepEqual(
    ["99", "100", "102", "103", "104", "105", "200"].map((id) => places.find(id)),
    [
      undefined,
      "a.ndjson line 1",
      "a.ndjson line 3",
      "a.ndjson line 5",
      "a.ndjson line 9",
      undefined,
      "b.ndjson line 1",
    ],
  );
});

test("a message is found when others published between those of its file", () => {
  const places = createMessagePlaces();
  places.add("a.ndjson", ["10", "13", "14"], [1, 2, 4]);
  places.add("b.ndjson", ["11", "12"], [1, 2]);

  assert.deepEqual(
    ["10", "11", "12", "13", "14", "15"].map((id) => places.find(id)),
    [
      "a.ndjson line 1",
      "b.ndjson line 1",
      "b.ndjson line 2",
      "a.ndjson line 2",
      "a.ndjson line 4",
      undefined,
    ],
  );
});
