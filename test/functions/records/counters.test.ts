import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  addCounters,
  assertBalanced,
  ZERO_COUNTERS,
  type Counters,
} from "../../../functions/records/counters.ts";
import { CountMismatchError } from "../../../functions/platform/errors.ts";

const SOME: Counters = {
  records: { read: 10, dropped: 1, unusable: 2, used: 7 },
  events: { produced: 9, imported: 5, rejected: 4, idsAdded: 3 },
  profiles: { produced: 6, imported: 3, rejected: 2, unconfirmed: 1 },
  groups: { produced: 3, imported: 0, rejected: 1, unconfirmed: 2 },
  requests: 6,
  retries: 8,
};

describe("counters", () => {
  it("are added member by member", () => {
    assert.deepEqual(addCounters(SOME, ZERO_COUNTERS), SOME);
    assert.deepEqual(addCounters(SOME, SOME), {
      records: { read: 20, dropped: 2, unusable: 4, used: 14 },
      events: { produced: 18, imported: 10, rejected: 8, idsAdded: 6 },
      profiles: { produced: 12, imported: 6, rejected: 4, unconfirmed: 2 },
      groups: { produced: 6, imported: 0, rejected: 2, unconfirmed: 4 },
      requests: 12,
      retries: 16,
    });
  });

  it("balance when every record and every event is accounted for", () => {
    assertBalanced(ZERO_COUNTERS);
    assertBalanced(SOME);
  });

  it("fail the run when one of them is off", () => {
    for (const key of ["read", "dropped", "unusable", "used"] as const) {
      const records = { ...SOME.records, [key]: SOME.records[key] + 1 };
      assert.throws(() => {
        assertBalanced({ ...SOME, records });
      }, CountMismatchError);
    }
    for (const key of ["produced", "imported", "rejected"] as const) {
      const events = { ...SOME.events, [key]: SOME.events[key] - 1 };
      assert.throws(() => {
        assertBalanced({ ...SOME, events });
      }, CountMismatchError);
    }
  });
});
