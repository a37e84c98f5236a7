import assert from "node:assert/strict";
import { test } from "node:test";

import { createRest } from "../../../cli/google/rest.ts";
import { createAccess } from "../../../check/google-access.ts";
import { neededRole } from "../../../cli/google/needed-role.ts";
import { listenOnLoopback, sendJson } from "../../../local/http-server.ts";

const URLS: readonly (readonly [string, string | undefined])[] = [
  ["https://storage.googleapis.com/storage/v1/b/bucket/o?prefix=a", "storage.objectViewer"],
  [
    "https://storage.googleapis.com/storage/v1/b/bucket/o/projects%2Ftopics%2Ffunctions?alt=media",
    "storage.object",
  ],
  ["https://storage.googleapis.com/storage/v1/b/bucket/notificationConfigs", "storage.legacy"],
  ["https://storage.googleapis.com/storage/v1/b/bucket?fields=lifecycle", "storage.legacy"],
  ["https://iam.googleapis.com/v1/projects/-/serviceAccounts/a@b.c", "iam.securityReviewer"],
  ["https://pubsub.googleapis.com/v1/projects/p/subscriptions?pageSize=1", "pubsub.viewer"],
  ["https://pubsub.googleapis.com/v1/projects/p/subscriptions/s:pull", "pubsub.subscriber"],
  ["https://pubsub.googleapis.com/v1/projects/p/topics/t:publish", "pubsub.publisher"],
  ["https://monitoring.googleapis.com/v3/projects/p/timeSeries?filter=x", "monitoring.viewer"],
  ["https://logging.googleapis.com/v2/entries:list", "logging.viewer"],
  ["https://cloudfunctions.googleapis.com/v2/projects/p/locations/-/functions", "cloudfunctions"],
  ["https://example.com/other", undefined],
];

test("a refusal names the role that the request takes", async (t) => {
  for (const [url, role] of URLS) {
    const needed = neededRole(url);
    assert.equal(
      needed?.includes(`roles/${role ?? ""}`),
      role === undefined ? undefined : true,
      url,
    );
  }
  const server = await listenOnLoopback((request, response) => {
    request.resume();
    sendJson(response, 403, { error: { message: "Permission denied." } });
  });
  t.after(() => server.stop());
  const local = { storageUrl: server.url, pubsubUrl: server.url };
  const google = createAccess({ project: "p", local });
  const rest = createRest({ google, isLocal: true, signal: new AbortController().signal });
  await assert.rejects(rest.get("listing gs://bucket/", `${server.url}/b/bucket/o`), {
    message:
      "listing gs://bucket/ was refused (403): Permission denied.\n" +
      "It takes roles/storage.objectViewer on the bucket. docs/permissions.md lists the roles an operator needs.",
  });
});
