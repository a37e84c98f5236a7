import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { CHECKS } from "../../../cli/doctor/catalogue.ts";
import { toJson } from "../../../cli/doctor/doctor-report.ts";
import { isWell } from "../../../cli/doctor/run-checks.ts";
import { FAULTS_AFTER } from "./faults-after.ts";
import { FAULTS_BEFORE } from "./faults-before.ts";
import { FAULTS_OF_FUNCTIONS } from "./faults-functions.ts";
import { FAULTS_OF_GRANTS } from "./faults-grants.ts";
import { FAULTS_OF_SUBSCRIPTIONS } from "./faults-subscriptions.ts";
import { TOKEN } from "./healthy.ts";
import { examine } from "./stand-in.ts";

const PLANTED = [
  ...FAULTS_BEFORE,
  ...FAULTS_OF_SUBSCRIPTIONS,
  ...FAULTS_OF_FUNCTIONS,
  ...FAULTS_OF_GRANTS,
  ...FAULTS_AFTER,
];

test("a healthy setup is all green", async (t) => {
  const results = await examine(t, []);

  const notOk = results.filter(({ outcome }) => outcome.status !== "ok");
  assert.deepEqual(
    notOk.map(({ check, outcome }) => `${check.id}: ${outcome.detail}`),
    [],
  );
  assert.ok(isWell(results));
});

describe("each planted fault is found, with a remedy, by its check alone", () => {
  for (const { fault, id, status = "failed", given, detail, remedy } of PLANTED)
    test(fault, async (t) => {
      const results = await examine(t, [id], given);

      const found = results.find(({ check }) => check.id === id)?.outcome;
      assert.ok(found !== undefined);
      assert.equal(found.status, status, found.detail);
      assert.match(found.detail, detail);
      assert.match(found.remedy ?? "", remedy);
      assert.ok(!isWell(results));
      assert.deepEqual(
        results.filter(({ outcome }) => outcome.status !== "ok").map(({ check }) => check.id),
        [id],
      );
      assert.doesNotMatch(JSON.stringify(toJson("", results)), new RegExp(`${TOKEN}|5ec2e77`));
    });

  test("every check has a fault that it finds", () => {
    const planted = new Set(PLANTED.map(({ id }) => id));
    const others = CHECKS.filter(({ id, phase }) => phase !== "canary" && !planted.has(id));
    assert.deepEqual(
      others.map(({ id }) => id),
      // Credentials are of the person at the keyboard; the outputs have a test of their own.
      ["credentials", "deployed"],
    );
  });
});
