import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ConfigError } from "../../functions/platform/errors.ts";
import { parseSettings, type EntryPoint, type Settings } from "../../functions/settings.ts";

const REQUIRED = {
  MIXPANEL_TOKEN: "a-secret-token",
  GOOGLE_CLOUD_PROJECT: "project",
  DEAD_LETTER_TOPIC: "projects/project/topics/dead",
  OBJECTS_TOPIC: "projects/project/topics/objects",
  RECEIPTS_BUCKET: "receipts",
};

function parse(
  more: Readonly<Record<string, string>> = {},
  entryPoint: EntryPoint = "importObject",
): Settings {
  return parseSettings({ ...REQUIRED, ...more }, entryPoint);
}

function problemsOf(
  environment: Readonly<Record<string, string>>,
  entryPoint: EntryPoint = "importObject",
) {
  try {
    parseSettings(environment, entryPoint);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    for (const problem of error.problems) assert.ok(error.message.includes(problem));
    return error.problems;
  }
  return [];
}

/** The variables that the problems of `more` name. */
function namesOf(more: Readonly<Record<string, string>>): readonly string[] {
  return problemsOf({ ...REQUIRED, ...more }).map((problem) => problem.split(" ")[0] ?? "");
}

describe("the settings", () => {
  it("have the documented defaults", () => {
    assert.deepEqual(parse(), {
      entryPoint: "importObject",
      mixpanelToken: "a-secret-token",
      mixpanelUrl: "https://api.mixpanel.com",
      project: "project",
      deadLetterTopic: "projects/project/topics/dead",
      objectsTopic: "projects/project/topics/objects",
      receiptsBucket: "receipts",
      batchEvents: 2000,
      batchBytes: 2_097_152,
      maxInFlight: 10,
      timeoutMs: 300_000,
      timeBudgetMs: 240_000,
      lingerMs: 50,
      includeObjects: [],
      excludeObjects: [],
      formats: {},
      quarantinePercent: 90,
      syntheticId: "record",
      locateByRequest: false,
      deadLetterContents: "bytes",
      profileOperators: ["$set", "$set_once", "$union", "$remove"],
      proveToken: true,
      transformSecret: "",
      pubsubEmulator: "",
    });
  });

  it("have a budget of 60 s for messages, and need neither objects topic nor receipts", () => {
    const { OBJECTS_TOPIC: _, RECEIPTS_BUCKET: __, ...environment } = REQUIRED;
    const settings = parseSettings(environment, "importMessages");
    assert.deepEqual(
      [settings.timeBudgetMs, settings.objectsTopic, settings.receiptsBucket],
      [60_000, "", ""],
    );
    assert.equal(parse({ TIMEOUT_SECONDS: "540" }).timeBudgetMs, 480_000);
  });

  it("take empty variables, and white space, as absent", () => {
    const empty = Object.fromEntries(
      [
        ...["MIXPANEL_REGION", "MIXPANEL_URL", "BATCH_EVENTS", "BATCH_BYTES", "MAX_IN_FLIGHT"],
        ...[
          "TIMEOUT_SECONDS",
          "TIME_BUDGET_SECONDS",
          "LINGER_MS",
          "INCLUDE_OBJECTS",
          "EXCLUDE_OBJECTS",
          "FORMATS",
        ],
        ...["QUARANTINE_PERCENT", "SYNTHETIC_ID", "LOCATE_BY_REQUEST", "DEAD_LETTER_CONTENTS"],
        ...["STORAGE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST"],
      ].map((name, index) => [name, index % 2 === 0 ? "" : " \n"]),
    );
    assert.deepEqual(parse(empty), parse());
    for (const name of Object.keys(REQUIRED)) assert.deepEqual(namesOf({ [name]: " " }), [name]);
  });

  it("trim white space around the token", () => {
    assert.equal(
      parse({ MIXPANEL_TOKEN: " \ta-secret-token\r\n" }).mixpanelToken,
      "a-secret-token",
    );
  });

  it("name every problem at once, and never the token", () => {
    const problems = problemsOf({
      MIXPANEL_TOKEN: "a-secret-token",
      MIXPANEL_REGION: "mars",
      DEAD_LETTER_TOPIC: "dead",
      BATCH_EVENTS: "2001",
      SYNTHETIC_ID: "none",
    });
    const names = problems.map((problem) => problem.split(" ")[0]);
    assert.deepEqual(names.toSorted(), [
      ...["BATCH_EVENTS", "DEAD_LETTER_TOPIC", "GOOGLE_CLOUD_PROJECT", "MIXPANEL_REGION"],
      ...["OBJECTS_TOPIC", "RECEIPTS_BUCKET", "SYNTHETIC_ID"],
    ]);
    assert.equal(problems.join().includes("a-secret-token"), false);
  });

  it("take numbers within their ranges only, and whole", () => {
    for (const [name, min, max] of [
      ["BATCH_EVENTS", 1, 2000],
      ["BATCH_BYTES", 1024, 10_485_760],
      ["MAX_IN_FLIGHT", 1, 100],
      ["TIMEOUT_SECONDS", 16, 3600],
      ["TIME_BUDGET_SECONDS", 1, 3600],
      ["LINGER_MS", 0, 10_000],
      ["QUARANTINE_PERCENT", 0, 100],
    ] as const) {
      for (const good of [min, max]) assert.deepEqual(namesOf({ [name]: String(good) }), [], name);
      for (const bad of [
        String(min - 1),
        String(max + 1),
        "1.5",
        "1e2",
        "0x10",
        "ten",
        "5 5",
        "+5",
      ])
        assert.deepEqual(namesOf({ [name]: bad }), [name], `${name}=${bad}`);
    }
  });

  it("take the operators of profiles, in whatever order and as often as they come", () => {
    const { profileOperators } = parse({ PROFILE_OPERATORS: " $delete,$set , $set" });
    assert.deepEqual(profileOperators, ["$set", "$delete"]);
    assert.throws(() => parse({ PROFILE_OPERATORS: "$set,$increment" }), /got "\$increment"/);
  });

  it("take the documented words only", () => {
    assert.equal(parse({ SYNTHETIC_ID: "position" }).syntheticId, "position");
    assert.equal(parse({ LOCATE_BY_REQUEST: "true" }).locateByRequest, true);
    assert.equal(parse({ DEAD_LETTER_CONTENTS: "reference" }).deadLetterContents, "reference");
    assert.equal(parse({ PROVE_TOKEN: "false" }).proveToken, false);
    for (const name of [
      "SYNTHETIC_ID",
      "LOCATE_BY_REQUEST",
      "DEAD_LETTER_CONTENTS",
      "PROVE_TOKEN",
      "MIXPANEL_REGION",
    ])
      for (const value of ["yes", "TRUE", "constructor", "toString", "__proto__"])
        assert.deepEqual(namesOf({ [name]: value }), [name], `${name}=${value}`);
  });

  it("take the region's host, unless there is a URL", () => {
    assert.equal(parse({ MIXPANEL_REGION: "eu" }).mixpanelUrl, "https://api-eu.mixpanel.com");
    assert.equal(parse({ MIXPANEL_REGION: "in" }).mixpanelUrl, "https://api-in.mixpanel.com");
    assert.equal(
      parse({ MIXPANEL_REGION: "eu", MIXPANEL_URL: "https://proxy.example/mixpanel//" })
        .mixpanelUrl,
      "https://proxy.example/mixpanel",
    );
  });

  it("take a URL without TLS on loopback only", () => {
    for (const url of [
      "http://localhost:8080",
      "http://127.0.0.1:1",
      "http://127.5.6.7",
      "http://[::1]:80",
      "https://a.b",
    ])
      assert.deepEqual(namesOf({ MIXPANEL_URL: url }), [], url);
    for (const url of [
      "http://api.mixpanel.com",
      "http://127.0.0.1.evil.example",
      "http://localhost.evil.example",
      "ftp://localhost",
      "localhost:8080",
      "api.mixpanel.com",
      "https://a.b/?c=d",
      "https://a.b/#c",
    ])
      assert.deepEqual(namesOf({ MIXPANEL_URL: url }), ["MIXPANEL_URL"], url);
  });

  it("take a topic by its full name only", () => {
    for (const name of ["DEAD_LETTER_TOPIC", "OBJECTS_TOPIC"])
      for (const topic of [
        "dead",
        "projects/p/topics/",
        "projects/p/topics/a/b",
        "/projects/p/topics/t",
        "projects/p/subscriptions/s",
      ])
        assert.deepEqual(namesOf({ [name]: topic }), [name], topic);
  });

  it("take globs separated by commas, braces with commas in them whole", () => {
    const { includeObjects, excludeObjects } = parse({
      INCLUDE_OBJECTS: " logs/**, *.{json,ndjson} ,,a/@(b,c|d)/[,x],{a,{b,c}}",
      EXCLUDE_OBJECTS: "tmp/**",
    });
    assert.deepEqual(includeObjects, [
      "logs/**",
      "*.{json,ndjson}",
      "a/@(b,c|d)/[,x]",
      "{a,{b,c}}",
    ]);
    assert.deepEqual(excludeObjects, ["tmp/**"]);
    assert.deepEqual(parse({ INCLUDE_OBJECTS: "a),\\{b,c" }).includeObjects, ["a)", "\\{b", "c"]);
  });

  it("take the Pub/Sub emulator with or without a scheme", () => {
    for (const host of ["localhost:8085", "http://localhost:8085/"])
      assert.equal(parse({ PUBSUB_EMULATOR_HOST: host }).pubsubEmulator, "http://localhost:8085");
    assert.deepEqual(namesOf({ PUBSUB_EMULATOR_HOST: "not a host" }), ["PUBSUB_EMULATOR_HOST"]);
  });
});
