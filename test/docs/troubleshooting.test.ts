import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";

const page = readFileSync(join(REPOSITORY, "docs/deploy.md"), "utf8");
const [, section = ""] = page.split(/^## If it fails$/m);
const text = section.split(/^## /m)[0] ?? "";

/** Cells of every row, headings left out. */
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("|") && !/^\| (message|-)/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** Words of messages of which each has to have its row. */
const MESSAGES: readonly string[] = [
  "does not satisfy the version range",
  "Unknown file extension",
  "PULUMI_ACCESS_TOKEN must be set",
  "incorrect passphrase",
  "is missing configuration value 'mixpanelToken'",
  "The configuration of … is not usable",
  "The functions do not start",
  "could not find default credentials",
  "currently locked",
  "pending operations",
  "has not been used in project",
  "Billing must be enabled",
  "maxScale may not exceed 10",
  "cannot run builds in this region",
  "iam.serviceaccounts.actAs",
  "Service account … does not exist",
  "does not have permission to publish messages",
  "gcf-v2-sources",
  "Permission denied on secret",
  "Permission denied on Cloud KMS key",
  "constraints/gcp.resourceLocations",
  "do not belong to a permitted customer",
  "constraints/run.allowedIngress",
  "constraints/run.allowedVPCEgress",
  "constraints/iam.disableServiceAccountCreation",
  "constraints/gcp.restrictNonCmekServices",
  "Build failed",
  "Container Healthcheck failed",
  "has no address",
  "Cannot find metric",
  "you already own it",
  "The requested bucket name is not available",
  "already exists",
  "Mixpanel refused the credentials",
  "Google refused the credentials",
  "cannot be deleted because it is protected",
];

suite("If it fails, in docs/deploy.md", () => {
  for (const message of MESSAGES)
    test(`has a row for "${message}"`, () => {
      assert.equal(rows.filter(([cell = ""]) => cell.includes(message)).length, 1);
    });

  test("has a remedy in every row, and a source", () => {
    assert.ok(rows.length > 40);
    for (const row of rows) {
      const [message = "", , remedy = "", ...others] = row;
      assert.deepEqual(others, [], message);
      assert.notEqual(remedy, "", message);
      assert.match(row.join(" "), /\]\(\S+\)/, message);
    }
  });

  test("quotes our own messages as the code has them", () => {
    const ours = {
      "infra/configuration/arguments.ts": ["is not usable", "mixpanelToken is missing"],
      "infra/push-function/start-check.ts": ["The functions do not start"],
      "infra/push-function/push-subscription.ts": [
        "has no address: its creation has failed before",
      ],
      "archive/bundle.ts": ["The functions could not be bundled"],
      "functions/mixpanel/circuit-breaker.ts": ["Mixpanel refused the credentials"],
      "functions/objects/run-log.ts": ["Google refused the credentials"],
    };
    for (const [path, messages] of Object.entries(ours)) {
      const code = readFileSync(join(REPOSITORY, path), "utf8");
      for (const message of messages) {
        assert.ok(code.includes(message), `${path}: ${message}`);
        assert.ok(text.includes(message), message);
      }
    }
  });
});
