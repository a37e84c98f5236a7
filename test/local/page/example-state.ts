import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import type { PageState } from "../../../local/page/page-state.ts";

const NOW_SECONDS = 1_760_000_000;

/** A state with one of everything, and names that would be markup if they were not text. */
export const EXAMPLE_STATE: PageState = {
  nowMs: NOW_SECONDS * 1000,
  entrances: {
    inbox: "/tmp/run/inbox",
    upload: ["gcloud storage cp FILE gs://local-landing/", "curl --data-binary @FILE"],
    publish: ["gcloud pubsub topics publish events", "curl :publish"],
  },
  mixpanel: {
    requests: 12_345,
    requestsByStatus: { "200": 12_344, "429": 1 },
    profiles: { updatesApplied: 8, updatesRejected: 1, users: 5, groups: 2, isComplete: true },
    distinctEvents: 987_654,
    perSecond: [
      { second: NOW_SECONDS - 400, requests: 1, events: 99_999, bytes: 1, refused: 0 },
      { second: NOW_SECONDS - 20, requests: 2, events: 1500, bytes: 1, refused: 0 },
      { second: NOW_SECONDS - 10, requests: 4, events: 3000, bytes: 1, refused: 1 },
    ],
    lastMinute: { requests: 6, events: 4500, bytes: 2, refused: 1 },
  },
  files: [
    { name: "waiting.ndjson", generation: "4", bytes: 10, state: "waiting", reasons: [] },
    {
      ...{ name: "reading.ndjson", generation: "3", bytes: 2000, state: "waiting" },
      bytesRead: 500,
      reasons: [],
    },
    {
      name: '<img src="x" onerror="document.title=\'broken\'">.ndjson',
      generation: "2",
      bytes: 2_500_000,
      state: "complete",
      records: { read: 777, dropped: 0, unusable: 3, used: 774 },
      events: { produced: 774, imported: 770, rejected: 4 },
      seconds: 1.25,
      reasons: [
        {
          ...{ reason: "invalid", field: "properties.time", error: "missing", records: 7 },
          sample: "<b>.ndjson line 42",
        },
      ],
    },
    {
      ...{ name: "nothing.ndjson", generation: "1", bytes: 99, state: "complete", seconds: 0.5 },
      records: { read: 5, dropped: 5, unusable: 0, used: 0 },
      events: { produced: 0, imported: 0, rejected: 0 },
      reasons: [],
    },
  ],
  fileCount: 500,
  messages: {
    published: 60,
    acknowledged: 58,
    records: { read: 58, dropped: 0, unusable: 0, used: 58 },
    events: { produced: 58, imported: 58, rejected: 0 },
    ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
  },
  deadLetters: {
    records: 7,
    undelivered: 2,
    groups: [
      {
        ...{ reason: "invalid", field: "properties.time", error: "missing", records: 7 },
        sample: "reading.ndjson line 42",
      },
    ],
  },
  requests: [
    {
      ...{ number: 12_345, atMs: NOW_SECONDS * 1000, status: "429", events: 2000, imported: 0 },
      ...{ rejected: 0, bytes: 201_800, wireBytes: 12_200, durationMs: 41, fault: "" },
      ...{ endpoint: "import", updates: 0, userAgent: "mixpanel-gcs/0.1.0" },
    },
  ],
};
