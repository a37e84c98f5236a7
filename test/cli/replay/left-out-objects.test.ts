import assert from "node:assert/strict";
import { test } from "node:test";

import { createLeftOut } from "../../../cli/replay/left-out-objects.ts";
import { createObjectImports } from "../../../cli/replay/object-imports.ts";
import { createSkip } from "../../../functions/objects/skip.ts";
import type { OutgoingMessage } from "../../../functions/google/publisher.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { deadLetter, ofObject } from "./dead-letters.ts";

const { landingBucket: bucket } = CLOUD_NAMES;
const SETTINGS = { skip: createSkip([], ["bad/**"]), window: 10 };

for (const [unknown, expected] of [
  [undefined, { "bad/a": /leave its object out/, good: undefined }],
  ["403", { "bad/a": /is not known: 403/, good: /is not known: 403/ }],
] as const)
  test(`a file that importObject would not import stays a dead letter: ${unknown ?? "settings known"}`, async (t) => {
    const cloud = await startOperatorCloud(t);
    const published: OutgoingMessage[] = [];
    const leftOut = createLeftOut(cloud.connection, () =>
      Promise.resolve({ ...SETTINGS, unknown }),
    );
    const publish = (_topic: string, messages: readonly OutgoingMessage[]) => {
      published.push(...messages);
      return Promise.resolve(undefined);
    };
    const importObject = createObjectImports(cloud.connection, publish, leftOut);

    for (const [object, why] of Object.entries(expected)) {
      const { generation } = await cloud.bucket.put(bucket, object, Buffer.from("{}"));
      const { attributes } = deadLetter("", ofObject(object, "", generation));
      const letter = { messageId: "9", publishTime: "", attributes, data: Buffer.alloc(0) };
      const reason = await importObject(letter, { bucket, object, generation }, true);

      if (why === undefined) assert.equal(reason, undefined);
      else assert.match(reason ?? "", why);
    }
    const names = published.map(({ attributes }) => attributes["objectId"]);
    assert.deepEqual(names, unknown === undefined ? ["good"] : []);
  });
