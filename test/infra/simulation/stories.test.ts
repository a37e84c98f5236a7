import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { type Configuration, recordConfigurations, withInstances } from "./configurations.ts";
import { clearlyLower, documentedRates } from "./documented-rates.ts";
import { ratesOf } from "./rates.ts";
import { type RecordedResource, recordStack } from "./recorded-stack.ts";
import { type Story, storyText, tell } from "./story.ts";

const SEEDS = 20;
const configurations = await recordConfigurations([
  "defaults",
  "everything overridden",
  "what a platform team asks for",
  "encrypted with an own key",
]);
const [defaults, overridden] = configurations;
assert.ok(defaults);
assert.ok(overridden);
const plain: Configuration = defaults;
/** With somebody who may upload and publish. */
const withInlets: Configuration = overridden;

/** What the program registers, with something wrong in it. */
function planted(
  { name, stack }: Configuration,
  change: (resource: RecordedResource) => RecordedResource,
): Configuration[] {
  return [{ name, stack: { ...stack, resources: stack.resources.map(change) } }];
}

/** Those of whose names `later` is a part wait for none with `earlier` in theirs. */
const withoutWait = (later: RegExp, earlier: RegExp) => (resource: RecordedResource) =>
  later.test(resource.name)
    ? { ...resource, dependencies: resource.dependencies.filter((urn) => !earlier.test(urn)) }
    : resource;

const withoutHook = (pattern: RegExp) => (resource: RecordedResource) => ({
  ...resource,
  run: { ...resource.run, onError: resource.run.onError.filter(({ name }) => !pattern.test(name)) },
});

suite("a deployment that is delayed, refused and killed", () => {
  const stories: Story[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1)
    test(`of seed ${seed} ends well, or says what to do, and the next run repairs it`, async () => {
      const story = await tell(seed, configurations);
      stories.push(story);
      assert.deepEqual(story.findings, [], storyText(story));
    });

  test("succeeds by the run by which docs/deploy.md says that it does", () => {
    assert.equal(stories.length, SEEDS);
    assert.deepEqual(clearlyLower(ratesOf(stories), documentedRates()), []);
  });

  test("is the same for the same seed", async () => {
    const [one, other] = [await tell(7, configurations), await tell(7, configurations)];
    assert.deepEqual(one, other);
  });
});

/** Faults of the program, and a seed in whose story each is found. */
const FAULTS: readonly {
  readonly name: string;
  readonly seed: number;
  /** @default plain */
  readonly configuration?: Configuration;
  readonly change: (resource: RecordedResource) => RecordedResource;
  readonly finding: RegExp;
}[] = [
  {
    name: "an API that is too new is not tried again",
    seed: 11,
    change: withoutHook(/-refused$/),
    finding: /failed twice: .*API has not been used/,
  },
  {
    name: "an alert for a metric that is too new is not tried again",
    seed: 27,
    change: withoutHook(/-refused$/),
    finding: /failed twice: .*Cannot find metric/,
  },
  {
    name: "nobody is told how to take over what a killed run has made",
    seed: 46,
    change: withoutHook(/-refused$/),
    finding: /it is not deployed after/,
  },
  {
    name: "a function whose creation failed is not made anew",
    seed: 1,
    change: (resource) => ({ ...resource, replaceOnChanges: [] }),
    finding: /has no address/,
  },
  {
    name: "a function does not wait until its grants work",
    seed: 11,
    change: (resource) => ({ ...resource, run: { ...resource.run, beforeCreate: [] } }),
    finding: /function failed twice: .*Build failed/,
  },
  {
    name: "objects are announced before there is a subscription",
    seed: 1,
    change: withoutWait(/-notification$/, /push/),
    finding: /notification.* is there before .*subscription/,
  },
  {
    name: "who uploads may do so before objects are announced",
    seed: 1,
    configuration: withInlets,
    change: withoutWait(/-uploader-/, /notification/),
    finding: /bucket.* is there before .*notification.*: what is uploaded is never announced/,
  },
  {
    name: "who publishes may do so before there is a subscription",
    seed: 1,
    configuration: withInlets,
    change: withoutWait(/-publisher-/, /push/),
    finding: /-events.* is there before .*subscription.*: what is published is kept for nobody/,
  },
];

suite("a planted fault is found:", () => {
  for (const { name, seed, configuration = plain, change, finding } of FAULTS)
    test(name, async () => {
      const right = await tell(seed, [configuration]);
      assert.deepEqual(right.findings, [], storyText(right));
      const wrong = await tell(seed, planted(configuration, change));
      assert.match(wrong.findings.join("\n"), finding, storyText(wrong));
    });
});

test("with fewer instances the program registers what the stories assume", async () => {
  const { resources } = await recordStack({ config: { maxInstances: "10" } });
  const texts = (all: readonly RecordedResource[]) =>
    new Map(all.map(({ name, text }) => [name, text]));
  assert.deepEqual(texts(resources), texts(withInstances(plain.stack, 10).resources));
});

test("a killed run waits for nothing any more, and what Google has begun goes on", async () => {
  const killed: Story[] = [];
  for (let seed = 40; seed <= 60; seed += 1) {
    const story = await tell(seed, [plain]);
    if (story.isKilled) killed.push(story);
  }
  assert.ok(killed.some(({ humanSteps }) => humanSteps.join().includes("pulumi refresh")));
  assert.ok(killed.every(({ isDeployed }) => isDeployed));
});
