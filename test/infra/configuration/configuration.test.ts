import assert from "node:assert/strict";
import { test } from "node:test";

import { parseSettings } from "../../../functions/settings.ts";
import { isOneGlob } from "../../../infra/configuration/globs.ts";
import { warningsAbout } from "../../../infra/configuration/rules.ts";
import { validate } from "../../../infra/configuration/validate.ts";
import fc from "fast-check";

import { type ProgramOptions, runProgram, TOKEN, UNSET } from "../support/run-program.ts";

/** The problems a run is refused with, without bullets. */
async function problemsOf(options: ProgramOptions): Promise<string[]> {
  const error = await runProgram(options).then(
    () => assert.fail("the program ran"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  const [title, ...lines] = error.message.split("\n");
  assert.equal(title, "The configuration of mixpanel-import is not usable:");
  return lines.map((line) => line.replace(/^ {2}- /, ""));
}

const WRONG: Readonly<Record<string, { config: Record<string, string>; problem: RegExp }>> = {
  "no token": {
    config: { mixpanelToken: UNSET },
    problem: /^mixpanelToken is missing: pulumi config set --secret/,
  },
  "no project": { config: { "gcp:project": UNSET }, problem: /^gcp:project is missing/ },
  "an unknown region of Mixpanel": {
    config: { mixpanelRegion: "fr" },
    problem: /^mixpanelRegion must be one of us, eu, in, got "fr"$/,
  },
  "a multi-region": {
    config: { location: "EU" },
    problem: /^location must be a region such as us-central1, no multi-region, got "EU"$/,
  },
  "a bucket as URL": {
    config: { existingBucket: "gs://x" },
    problem: /^existingBucket must be a bucket's name without gs:/,
  },
  "a bucket with capitals": {
    config: { bucketName: "Acme" },
    problem: /^bucketName must be a bucket's name/,
  },
  "a bucket's name that Google keeps for itself": {
    config: { bucketName: "goog-landing" },
    problem: /^bucketName must have up to 63 characters between its dots, not begin with goog/,
  },
  "a filter with a mistake": {
    config: { messageFilter: 'attributes.project = "sale" AN attributes.x' },
    problem: /^messageFilter must be a filter of Pub\/Sub, such as /,
  },
  "two buckets": {
    config: { existingBucket: "acme", bucketName: "acme2" },
    problem: /set one of them$/,
  },
  "a project without its bucket": {
    config: { existingBucketProject: "p" },
    problem: /^existingBucketProject is set, but existingBucket is not$/,
  },
  "half a topic": {
    config: { existingTopic: "topics/t" },
    problem: /^existingTopic must be projects\/P\/topics\/T or T/,
  },
  "the public as uploader": {
    config: { uploaders: '["allUsers"]' },
    problem: /^uploaders must be IAM members .*got "allUsers" \(the public gets no access\)$/,
  },
  "a bare address as publisher": {
    config: { publishers: '["a@example.com"]' },
    problem: /^publishers must be IAM members/,
  },
  "a text for a list": {
    config: { uploaders: "user:a@example.com" },
    problem:
      /^uploaders must be a list of strings \(pulumi config set --path 'uploaders\[0\]' VALUE\)/,
  },
  "numbers in a list": {
    config: { includeObjects: "[1]" },
    problem: /^includeObjects must be a list of strings/,
  },
  "a member twice": {
    config: { uploaders: '["user:a@example.com","user:a@example.com"]' },
    problem: /^uploaders names "user:a@example.com" twice: remove one of them$/,
  },
  "a glob with a comma": {
    config: { includeObjects: '["a,b"]' },
    problem: /^includeObjects must be one glob an entry: .*no comma .*got "a,b"$/,
  },
  "too many events": {
    config: { batchEvents: "2001" },
    problem: /^batchEvents must be a whole number from 1 to 2000, got 2001$/,
  },
  "a fraction": {
    config: { batchEvents: "1.5" },
    problem: /^batchEvents must be a whole number from 1 to 2000, got "1.5"$/,
  },
  "a word for a number": {
    config: { maxInstances: "many" },
    problem: /^maxInstances must be a whole number from 1 to 1000, got "many"$/,
  },
  "more than all": {
    config: { quarantinePercent: "101" },
    problem: /^quarantinePercent must be a whole number from 0 to 100, got 101$/,
  },
  "a long timeout": {
    config: { timeoutSeconds: "541" },
    problem: /^timeoutSeconds must be a whole number from 60 to 540, got 541$/,
  },
  "little memory": { config: { memory: "256Mi" }, problem: /^memory must be from 512Mi to 4Gi/ },
  "memory for more CPU than there is": {
    config: { memory: "8Gi" },
    problem: /^memory must be from 512Mi to 4Gi/,
  },
  "memory in another unit": {
    config: { memory: "1024M" },
    problem: /^memory must be from 512Mi to 4Gi, written as 512Mi or 1Gi, got "1024M"$/,
  },
  "high concurrency": {
    config: { messageConcurrency: "1001" },
    problem: /^messageConcurrency must be a whole number from 1 to 1000/,
  },
  "long retention": {
    config: { retentionDays: "32" },
    problem: /^retentionDays must be a whole number from 1 to 31, got 32$/,
  },
  "no retention": {
    config: { deadLetterRetentionDays: "0" },
    problem: /^deadLetterRetentionDays must be a whole number from 1 to 31, got 0$/,
  },
  "objects that go too soon": {
    config: { deleteObjectsAfterDays: "13" },
    problem: /^deleteObjectsAfterDays must be 0 or at least 14, got 13$/,
  },
  "objects that go before their messages": {
    config: { deleteObjectsAfterDays: "20", retentionDays: "20" },
    problem: /^deleteObjectsAfterDays \(20\) must be more than retentionDays \(20\)/,
  },
  "an unknown fate": {
    config: { bucketOnDestroy: "abandon" },
    problem: /^bucketOnDestroy must be one of keep, delete, fail/,
  },
  "a word for yes": {
    config: { paused: "yes" },
    problem: /^paused must be true or false, got "yes"$/,
  },
  "a key of another region": {
    config: { kmsKey: "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k" },
    problem: /^kmsKey must be in us-central1, .*got one in us-east1 \(/,
  },
  "a global key": {
    config: { kmsKey: "projects/p/locations/global/keyRings/r/cryptoKeys/k" },
    problem: /^kmsKey must be in us-central1, .*got one in global \(neither a global nor/,
  },
  "a key of a multi-region": {
    config: {
      kmsKey: "projects/p/locations/europe/keyRings/r/cryptoKeys/k",
      mixpanelRegion: "eu",
    },
    problem: /^kmsKey must be in europe-west1, .*got one in europe \(/,
  },
  "a version of a key": {
    config: {
      kmsKey: "projects/p/locations/us-central1/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
    },
    problem: /^kmsKey must be projects\/P\/.*, without a version, got/,
  },
  "a key by its short name": {
    config: { kmsKey: "mixpanel" },
    problem: /^kmsKey must be projects\/P\//,
  },
  "a network as URL": {
    config: { network: "https://www.googleapis.com/compute/v1/projects/p/global/networks/n" },
    problem: /^network must be a network's name or projects\/P\/global\/networks\/N, got/,
  },
  "a subnetwork of another region": {
    config: { network: "n", subnetwork: "projects/p/regions/us-east1/subnetworks/s" },
    problem: /^subnetwork must be in us-central1, where the functions are, got one in us-east1$/,
  },
  "one account for both functions": {
    config: { objectsServiceAccount: "a@p.example", messagesServiceAccount: "a@p.example" },
    problem: /^objectsServiceAccount and messagesServiceAccount must be two accounts/,
  },
  "no address": {
    config: { alertEmail: "ops" },
    problem: /^alertEmail must be an e-mail address, got "ops"$/,
  },
  "a label with capitals": {
    config: { labels: '{"Team":"x"}' },
    problem: /^labels must be lower-case/,
  },
  "a list for labels": {
    config: { labels: "[]" },
    problem: /^labels must be an object of strings/,
  },
  "a format that is none": {
    config: { formats: '{"exports/**":"excel"}' },
    problem: /^formats must say one of ndjson, .* for each glob, got "exports\/\*\*: excel"$/,
  },
  "a list for formats": {
    config: { formats: '["csv"]' },
    problem: /^formats must be an object of strings/,
  },
};

for (const [name, { config, problem }] of Object.entries(WRONG))
  test(`${name} is refused, and only that`, async () => {
    const problems = await problemsOf({ config });
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0] ?? "", problem);
  });

test("all problems are named at once, and never the token", async () => {
  const problems = await problemsOf({
    config: {
      mixpanelRegion: "fr",
      batchEvents: "x",
      memory: "1",
      paused: "1",
      "gcp:project": UNSET,
    },
  });
  assert.equal(problems.length, 5);
  assert.equal(problems.join().includes(TOKEN), false);
});

test("nothing is registered when the transform cannot be bundled", async () => {
  const error = await runProgram({ config: { transform: "no/such/file.ts" } }).then(
    () => assert.fail("the program ran"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.match(error.message, /^The transform \/.*\/no\/such\/file\.ts is not a file\./);
  assert.equal("__pulumiRunError" in error, true);
});

const LOCATIONS = [
  { config: {}, expected: "us-central1", warned: false },
  { config: { mixpanelRegion: "eu" }, expected: "europe-west1", warned: false },
  { config: { mixpanelRegion: "in" }, expected: "asia-south1", warned: false },
  { config: { "gcp:region": "us-east4" }, expected: "us-east4", warned: false },
  {
    config: { "gcp:region": "us-east4", mixpanelRegion: "eu" },
    expected: "us-east4",
    warned: true,
  },
  {
    config: { "gcp:region": "us-east4", location: "europe-west4", mixpanelRegion: "eu" },
    expected: "europe-west4",
    warned: false,
  },
];

for (const { config, expected, warned } of LOCATIONS)
  test(`${JSON.stringify(config)} runs in ${expected}${warned ? ", with a warning" : ""}`, async () => {
    const { registrations, warnings } = await runProgram({ config });
    const located = registrations.filter(({ inputs }) => inputs["location"] !== undefined);
    assert.deepEqual([...new Set(located.map(({ inputs }) => inputs["location"]))], [expected]);
    assert.equal(
      warnings.some((line) => line.includes(`location ${expected} is not where`)),
      warned,
    );
  });

test("settings without effect are warned about", () => {
  const { settings, problems } = validate({
    existingBucket: "theirs",
    existingTopic: "theirs",
    uploaders: ["user:a@example.com"],
    publishers: ["user:a@example.com"],
    deleteObjectsAfterDays: 30,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    warningsAbout(settings, "us-central1").map((line) => line.split(" ")[0]),
    ["uploaders", "deleteObjectsAfterDays", "publishers"],
  );
});

test("a glob is accepted exactly when the functions read it as one", () => {
  const read = (globs: string) =>
    parseSettings(
      {
        MIXPANEL_TOKEN: "t",
        GOOGLE_CLOUD_PROJECT: "p",
        DEAD_LETTER_TOPIC: "projects/p/topics/d",
        INCLUDE_OBJECTS: globs,
      },
      "importMessages",
    ).includeObjects;
  const globs = fc.string({
    unit: fc.constantFrom("a", "b", "*", ",", "{", "}", "[", "]", "(", ")", "\\"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(globs, (glob) => {
      // With others around it, as in a list of several: nothing may leak from one into the next.
      const stays = JSON.stringify(read(`x,${glob},y`)) === JSON.stringify(["x", glob, "y"]);
      assert.equal(isOneGlob(glob), stays);
    }),
    { numRuns: 2000 },
  );
  for (const glob of ["*.{json,ndjson}", "logs/[a,b]/**", "\\{a"]) assert.ok(isOneGlob(glob), glob);
});

test("white space around the token is removed", async () => {
  const { registrations } = await runProgram({ config: { mixpanelToken: `  ${TOKEN}\n` } });
  const version = registrations.find(({ type }) => type.endsWith(":SecretVersion"));
  assert.equal(version?.inputs["secretData"], TOKEN);
});
