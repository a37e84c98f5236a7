import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { CONFIGURATIONS } from "./support/configurations.ts";
import { graphOf } from "./support/graph.ts";
import { INVARIANTS } from "./support/invariants.ts";
import { validate } from "./support/provider-rules.ts";
import { runProgram } from "./support/run-program.ts";

const OUTPUTS = [
  "bucketUrl",
  "dashboardUrl",
  "deadLetterSubscription",
  "deadLetterTopic",
  "eventsTopic",
  "importMessagesFunction",
  "importObjectFunction",
  "objectsTopic",
  "receiptsBucket",
];

for (const [name, options] of Object.entries(CONFIGURATIONS)) {
  // One at a time, outside the suites: mocks belong to the process.
  const run = await runProgram(options);

  suite(`with ${name}`, () => {
    test("every resource passes the provider's rules", () => {
      const problems = run.registrations
        .filter(({ custom }) => custom)
        .flatMap((resource) =>
          validate(resource.type, resource.inputs).map((problem) => `${resource.name}: ${problem}`),
        );
      assert.deepEqual(problems, []);
    });

    for (const [rule, offendersOf] of Object.entries(INVARIANTS))
      test(rule, () => {
        assert.deepEqual(offendersOf(run), []);
      });

    test("the outputs are those that are promised", () => {
      assert.deepEqual(Object.keys(run.outputs).sort(), OUTPUTS);
    });

    test("nothing waits for itself", () => {
      assert.equal(graphOf(run.registrations).cycle(), null);
    });

    test("nothing is warned about", () => {
      assert.deepEqual(run.warnings, []);
    });
  });
}
