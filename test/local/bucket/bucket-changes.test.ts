import assert from "node:assert/strict";
import { test } from "node:test";

import { startedServer } from "./started-server.ts";

test("a bucket with something in it is deleted only with its contents", async () => {
  const announced: string[] = [];
  const server = await startedServer({
    onDelete: ({ attributes }) => {
      announced.push(attributes.eventType);
    },
  });
  await server.put("landing", "a", Buffer.from("1"));
  assert.throws(
    () => {
      server.deleteBucket("landing", "refuse");
    },
    { status: 409, message: /is not empty: landing/ },
  );
  server.deleteBucket("landing", "delete");
  assert.ok(!server.hasBucket("landing"));
  assert.throws(() => server.list("landing"), { status: 404 });
  assert.deepEqual(announced, []);
  server.createBucket("landing", { versioning: true, lifecycle: [] });
  assert.deepEqual(server.list("landing"), []);
});

test("without versioning from now on, what was replaced before stays", async () => {
  const server = await startedServer();
  const first = await server.put("landing", "a", Buffer.from("1"));
  const second = await server.put("landing", "a", Buffer.from("2"));
  server.changeBucket("landing", { versioning: false, lifecycle: [] });
  await server.put("landing", "a", Buffer.from("3"));
  assert.ok(server.stat("landing", "a", first.generation));
  assert.equal(server.stat("landing", "a", second.generation), undefined);
  assert.equal((await server.read("landing", "a")).toString(), "3");
});
