import assert from "node:assert/strict";
import { test } from "node:test";

import { policy } from "./healthy.ts";
import { examine, type Reply } from "./stand-in.ts";

test("policies are asked for with their conditions, as each service takes it", async (t) => {
  const asked = new Map<string, { readonly url: string; readonly body: string }>();
  const record =
    (name: string, found: object): Reply =>
    (request, response, body) => {
      asked.set(name, { url: request.url ?? "", body });
      response.setHeader("content-type", "application/json").end(JSON.stringify(found));
    };
  await examine(t, ["grants"], {
    replies: {
      "serviceAccounts/invoker@my-project.iam.gserviceaccount.com:getIamPolicy": record(
        "account",
        policy("roles/iam.serviceAccountTokenCreator", "pubsub"),
      ),
      "/b/landing/iam": record("bucket", {}),
      "/crm/v3/projects/my-project:getIamPolicy": record("project", {}),
    },
  });

  const { account, bucket, project } = Object.fromEntries(asked);
  assert.match(account?.url ?? "", /\?options\.requestedPolicyVersion=3$/);
  assert.equal(account?.body, "{}");
  assert.match(bucket?.url ?? "", /\?optionsRequestedPolicyVersion=3$/);
  assert.equal(project?.body, '{"options":{"requestedPolicyVersion":3}}');
});
