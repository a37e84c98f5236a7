import assert from "node:assert/strict";
import { test } from "node:test";

import { trackFiles } from "../../../local/run/file-progress.ts";

const FILES = ["a", "b", "c"].map((name) => ({ name, path: name, bytes: 100 }));

test("what the bucket has sent belongs to the file that is being imported", () => {
  let ms = 0;
  const tracker = trackFiles(FILES, () => ms);
  const bytes = (sent: number) => tracker.look(sent).map((progress) => progress.bytes);

  assert.deepEqual(bytes(40), [40, 0, 0]);
  ms = 2000;
  assert.deepEqual(bytes(100), [100, 0, 0]);
  tracker.finished({ object: "a", generation: "1" });
  ms = 3000;
  assert.deepEqual(bytes(130), [100, 30, 0]);
  assert.deepEqual(
    tracker.look(130).map(({ seconds, isFinished }) => ({ seconds, isFinished })),
    [
      { seconds: 2, isFinished: true },
      { seconds: 1, isFinished: false },
      { seconds: 0, isFinished: false },
    ],
  );
});

test("bytes that are read again never make a file more than complete", () => {
  const tracker = trackFiles(FILES, () => 0);

  assert.deepEqual(
    tracker.look(250).map(({ bytes }) => bytes),
    [100, 0, 0],
  );
});
