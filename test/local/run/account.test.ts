import assert from "node:assert/strict";
import { test } from "node:test";

import type { Receipt } from "../../../functions/objects/receipt.ts";
import { ZERO_UPDATES, type UpdateCounts } from "../../../functions/records/counters.ts";
import type { RunFacts } from "../../../local/run/account.ts";
import { findProblems } from "../../../local/run/account.ts";
import { summarize } from "../../../local/run/summary.ts";

function receipt(overrides: Partial<Receipt> = {}): Receipt {
  return {
    version: 1,
    bucket: "local-landing",
    object: "a.ndjson",
    generation: "1",
    size: 100,
    state: "complete",
    records: { read: 10, dropped: 1, unusable: 2, used: 7 },
    events: { produced: 7, imported: 6, rejected: 1, idsAdded: 0 },
    profiles: ZERO_UPDATES,
    groups: ZERO_UPDATES,
    bytes: 100,
    requests: 1,
    retries: 0,
    runs: 1,
    code: "",
    firstError: null,
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:01.000Z",
    ...overrides,
  };
}

function mixpanel(distinctEvents: number, updatesApplied = 0): RunFacts["mixpanel"] {
  const profiles = updatesApplied > 0 ? 1 : 0;
  return { requests: 2, distinctEvents, updatesApplied, users: profiles, groups: 0 };
}

/** Facts of a run in which all is well. */
function facts(overrides: Partial<RunFacts> = {}): RunFacts {
  return {
    uploads: [{ name: "a.ndjson", generation: "1" }],
    skipped: [],
    receipts: [receipt()],
    messages: {
      published: 2,
      acknowledged: 2,
      messages: 2,
      records: { read: 3, dropped: 0, unusable: 1, used: 2 },
      events: { produced: 2, imported: 2, rejected: 0 },
      ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
    },
    deadLetters: {
      records: 4,
      byReason: { malformed: 3, rejected: 1 },
      groups: [],
      undelivered: 0,
    },
    mixpanel: mixpanel(8),
    lastRefusal: "503: not now",
    unpublished: [],
    failure: undefined,
    isStrict: false,
    ...overrides,
  };
}

test("a run that adds up is in order", () => {
  assert.deepEqual(findProblems(facts()), []);
});

const IN_ORDER: { what: string; overrides: Partial<RunFacts> }[] = [
  {
    what: "equal records that are one event in Mixpanel",
    overrides: { mixpanel: mixpanel(5) },
  },
  {
    what: "records that were dead-lettered twice",
    overrides: {
      deadLetters: { records: 8, byReason: { malformed: 8 }, groups: [], undelivered: 0 },
    },
  },
];

for (const { what, overrides } of IN_ORDER)
  test(`${what}: in order`, () => {
    assert.deepEqual(findProblems(facts(overrides)), []);
  });

const PROBLEMS: { what: string; overrides: Partial<RunFacts>; problem: RegExp }[] = [
  {
    what: "a quarantined object, whose records are not in the topic one by one",
    overrides: {
      receipts: [receipt({ state: "quarantined" })],
      deadLetters: { records: 1, byReason: { quarantined: 1 }, groups: [], undelivered: 0 },
    },
    problem: /^a\.ndjson was quarantined/,
  },
  {
    what: "an object that is cut off",
    overrides: { receipts: [receipt({ state: "truncated" })] },
    problem: /^a\.ndjson is cut off/,
  },
  {
    what: "an upload without a receipt",
    overrides: {
      uploads: [
        { name: "a.ndjson", generation: "1" },
        { name: "b.ndjson", generation: "2" },
      ],
    },
    problem: /b\.ndjson has no receipt/,
  },
  {
    what: "a receipt of another generation",
    overrides: { receipts: [receipt({ generation: "7" })] },
    problem: /a\.ndjson has no receipt/,
  },
  {
    what: "records that went missing in an object",
    overrides: { receipts: [receipt({ records: { read: 11, dropped: 1, unusable: 2, used: 7 } })] },
    problem: /a\.ndjson#1: 11 records were read, but 1 dropped \+ 2 unusable \+ 7 used/,
  },
  {
    what: "events that went missing in an object",
    overrides: {
      receipts: [receipt({ events: { produced: 8, imported: 6, rejected: 1, idsAdded: 0 } })],
    },
    problem: /8 events were made, but 6 imported \+ 1 rejected/,
  },
  {
    what: "messages that were acknowledged without being counted",
    overrides: { messages: { ...facts().messages, messages: 1 } },
    problem: /2 messages were acknowledged, but only 1 were counted/,
  },
  {
    what: "messages that could not be delivered",
    overrides: { deadLetters: { ...facts().deadLetters, undelivered: 3 } },
    problem: /3 messages were given up .* The last response was 503: not now\./,
  },
  {
    what: "too few dead letters",
    overrides: { deadLetters: { records: 3, byReason: {}, groups: [], undelivered: 0 } },
    problem: /4 records could not be imported, but only 3 are in the dead-letter topic/,
  },
  {
    what: "more events in Mixpanel than were counted",
    overrides: { mixpanel: mixpanel(9) },
    problem: /8 events were counted as imported, but Mixpanel has 9/,
  },
  {
    what: "no event in Mixpanel where some were counted",
    overrides: { mixpanel: mixpanel(0) },
    problem: /8 events were counted as imported, but Mixpanel has 0/,
  },
  {
    what: "a line that could not be published",
    overrides: { unpublished: ["line 3 was not published"] },
    problem: /line 3 was not published/,
  },
];

for (const { what, overrides, problem } of PROBLEMS)
  test(`${what} is found`, () => {
    const problems = findProblems(facts(overrides));

    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", problem);
  });

test("a run that was ended early names the cause alone", () => {
  const problems = findProblems(facts({ receipts: [], failure: "The token was refused." }));

  assert.deepEqual(problems, ["The token was refused."]);
});

test("the summary has exactly the promised fields", () => {
  assert.deepEqual(summarize(facts()), {
    ok: true,
    objects: [receipt()],
    messages: {
      published: 2,
      acknowledged: 2,
      events: { produced: 2, imported: 2, rejected: 0 },
      records: { read: 3, dropped: 0, unusable: 1, used: 2 },
    },
    deadLetters: { records: 4, byReason: { malformed: 3, rejected: 1 } },
    mixpanel: { requests: 2, distinctEvents: 8 },
  });
});

/** Facts of a run with a file of updates of users only. */
function updateFacts(counts: Partial<UpdateCounts>, updatesApplied = 10): RunFacts {
  const profiles = { ...ZERO_UPDATES, produced: 10, ...counts };
  const events = { produced: 0, imported: 0, rejected: 0, idsAdded: 0 };
  const records = { read: 10, dropped: 0, unusable: 0, used: 10 };
  const { messages, deadLetters } = facts();
  return facts({
    receipts: [receipt({ records, events, profiles })],
    messages: {
      ...messages,
      records: { read: 0, dropped: 0, unusable: 0, used: 0 },
      events: { produced: 0, imported: 0, rejected: 0 },
    },
    deadLetters: { ...deadLetters, records: profiles.rejected },
    mixpanel: mixpanel(0, updatesApplied),
  });
}

test("a file of updates only is in order, and the summary says what Mixpanel has of them", () => {
  const { ok, mixpanel: figures, warnings } = summarize(updateFacts({ imported: 9, rejected: 1 }));

  assert.equal(ok, true);
  assert.deepEqual(figures, { requests: 2, distinctEvents: 0, users: 1 });
  assert.equal(warnings, undefined);
});

test("unconfirmed updates are a warning of their own, and not lost", () => {
  const { ok, warnings } = summarize(updateFacts({ unconfirmed: 10 }, 0));

  assert.equal(ok, true);
  assert.equal(warnings?.length, 1);
  assert.match(warnings[0] ?? "", /^10 updates of users are unconfirmed: /);
});

test("updates of which nothing was imported, and of which Mixpanel has too few, are found", () => {
  assert.deepEqual(findProblems(updateFacts({ rejected: 10 })), [
    "Nothing of a.ndjson was imported: refused.",
  ]);
  assert.deepEqual(findProblems(updateFacts({ imported: 10 }, 9)), [
    "10 updates were counted as imported, but Mixpanel has 9.",
  ]);
});

test("a summary that is not in order says why", () => {
  const summary = summarize(facts({ failure: "The token was refused." }));

  assert.equal(summary.ok, false);
  assert.deepEqual(summary.problems, ["The token was refused."]);
});

test("a file that the settings leave out needs no receipt", () => {
  const uploads = ["a.ndjson", "b.csv"].map((name) => ({ name, generation: "1" }));
  const skipped = [{ object: "b.csv", generation: "1", reason: "not matching" }];
  assert.deepEqual(findProblems(facts({ uploads, skipped })), []);
});
