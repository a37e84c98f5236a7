import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { kindOf } from "../../local/deployment/deployment.ts";
import type { Resource } from "../../local/deployment/resource.ts";
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

    const skip = options.preview === true && "what a preview does not know yet has no form";
    test("every type and input can be deployed onto the local cloud", { skip }, () => {
      for (const resource of run.registrations.filter(({ custom }) => custom))
        kindOf(resource).check(withArchiveBytes(resource));
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

    test("nothing is warned about but what another topic would lose", () => {
      const isAboutTopics = (line: string) => line.includes("Setting existingTopic later");
      assert.deepEqual(
        run.warnings.filter((line) => !isAboutTopics(line)),
        [],
      );
    });
  });
}

/** An archive is bytes by the time it is deployed. */
function withArchiveBytes({ type, name, inputs }: Resource): Resource {
  return "source" in inputs
    ? { type, name, inputs: { ...inputs, source: new Uint8Array() } }
    : { type, name, inputs };
}
