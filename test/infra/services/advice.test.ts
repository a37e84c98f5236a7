import assert from "node:assert/strict";
import { test } from "node:test";

import { adviceOnFailure } from "../../../infra/services/advice.ts";

const CASES = [
  { operation: "create", error: "Build failed: npm ERR!", says: [/^Then run: pulumi up \(/] },
  { operation: "update", error: "Build failed: npm ERR!", says: [/pulumi up --refresh/] },
  {
    operation: "create",
    error: "spec.template.metadata.annotations: maxScale may not exceed 10",
    says: [/pulumi config set maxInstances 10/, /pulumi up/],
  },
  {
    operation: "create",
    error: "Quota exceeded for total allowable CPU per project per region",
    says: [/maxInstances/],
  },
  {
    operation: "create",
    // https://github.com/google-github-actions/deploy-cloudrun/issues/480
    error: "failed precondition: due to quota restrictions, cannot run builds in this region",
    says: [/config set location/],
  },
  {
    operation: "create",
    // https://github.com/jspsych/datapipe/pull/238
    error: "Max instances must be set to 200 or fewer to set the requested total CPU.",
    says: [/maxInstances/],
  },
  {
    operation: "create",
    error: "Error 403: Permission 'iam.serviceaccounts.actAs' denied on service account x",
    says: [/grant them roles\/iam\.serviceAccountUser/, /^(?!.*7 minutes)/],
  },
  {
    operation: "create",
    error: "Error 403: Permission 'artifactregistry.repositories.get' denied",
    says: [/7 minutes/],
  },
  {
    operation: "update",
    error: "Container Healthcheck failed. The user-provided container failed to start",
    says: [/does not start/, /--refresh/],
  },
];

for (const { operation, error, says } of CASES)
  test(`a failed ${operation} with "${error.slice(0, 50)}" says what to do`, () => {
    const advice = adviceOnFailure(operation, error);
    for (const pattern of says) assert.match(advice, pattern);
  });
