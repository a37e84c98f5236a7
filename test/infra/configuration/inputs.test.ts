import assert from "node:assert/strict";
import { suite, test } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import { checkedName, existingNames, knownValues } from "../../../infra/configuration/inputs.ts";
import { validate } from "../../../infra/configuration/validate.ts";

const CHANNEL = "projects/acme/notificationChannels/7";

/** What an output becomes; the method is Pulumi's own, and not in its types. */
function valueOf(output: pulumi.Input<string>): Promise<unknown> {
  return (pulumi.output(output) as unknown as { promise(): Promise<unknown> }).promise();
}

/** The names of `args`, which are all usable as far as they are known. */
function namesOf(args: Parameters<typeof existingNames>[0]) {
  const { values, problems } = knownValues({ ...args });
  assert.deepEqual(problems, []);
  const validated = validate(values);
  assert.deepEqual(validated.problems, []);
  return existingNames(args, validated.settings);
}

suite("what is known before anything is made", () => {
  const resource = new pulumi.DependencyResource("urn:pulumi:dev::p::t::n");
  const CASES: readonly [string, Readonly<Record<string, unknown>>, readonly RegExp[]][] = [
    ["plain values", { memory: "1Gi", uploaders: ["user:a@b.c"], labels: { a: "b" } }, []],
    ["names that are outputs", { existingTopic: pulumi.output("t") }, []],
    ["a name that is a promise", { existingBucket: Promise.resolve("b") }, []],
    ["channels that are outputs", { notificationChannels: [pulumi.output(CHANNEL), CHANNEL] }, []],
    ["an output elsewhere", { memory: pulumi.output("1Gi") }, [/^memory must be known/]],
    ["an output in a list", { uploaders: [pulumi.output("u")] }, [/^uploaders must be known/]],
    ["an output in an object", { labels: { a: pulumi.output("b") } }, [/^labels must be known/]],
    [
      "a list that is an output",
      { notificationChannels: pulumi.output([CHANNEL]) },
      [/^notificationChannels must be known/],
    ],
    ["a resource for its name", { existingTopic: resource }, [/^existingTopic must be a value/]],
    ["two at once", { memory: resource, paused: pulumi.output(true) }, [/^memory/, /^paused/]],
  ];
  for (const [what, args, messages] of CASES)
    test(`${what}: ${messages.length === 0 ? "accepted" : "refused"}`, () => {
      const { problems } = knownValues(args);
      assert.equal(problems.length, messages.length, problems.join("\n"));
      for (const [index, message] of messages.entries())
        assert.match(problems[index] ?? "", message);
    });
});

suite("names of what is there already", () => {
  test("are as they are given, or as they will be", async () => {
    const names = namesOf({
      existingBucket: " a-bucket ",
      existingTopic: pulumi.output(" projects/acme/topics/clicks "),
      messagesServiceAccount: pulumi.output("m@acme.iam.gserviceaccount.com"),
      notificationChannels: [CHANNEL, pulumi.output(CHANNEL)],
    });

    assert.equal(names.bucket, "a-bucket");
    assert.equal(await valueOf(names.topic), "projects/acme/topics/clicks");
    assert.equal(names.objectsServiceAccount, "");
    assert.equal(await valueOf(names.messagesServiceAccount), "m@acme.iam.gserviceaccount.com");
    assert.deepEqual(await Promise.all(names.notificationChannels.map(valueOf)), [
      CHANNEL,
      CHANNEL,
    ]);
  });

  test("may be outputs of both accounts, which are told apart later", () => {
    const account = pulumi.output("a@acme.iam.gserviceaccount.com");
    namesOf({ objectsServiceAccount: account, messagesServiceAccount: pulumi.output("b@c") });
  });

  const WRONG = [
    ["existingTopic", "gs://x", 'existingTopic must be projects/P/topics/T or T, got "gs://x".'],
    ["existingBucket", " ", "existingBucket is empty."],
    [
      "notificationChannels",
      "x",
      'notificationChannels must be projects/P/notificationChannels/N, got "x".',
    ],
    [
      "messagesServiceAccount",
      "x",
      'messagesServiceAccount must be the e-mail address of a service account, got "x".',
    ],
  ] as const;
  for (const [key, name, message] of WRONG)
    test(`refuse ${key} "${name}" as soon as it is known, in one line`, () => {
      assert.throws(
        () => checkedName(key, name),
        (error: Error) => {
          assert.equal(pulumi.RunError.isInstance(error), true);
          assert.equal(error.message, message);
          return true;
        },
      );
    });
});
