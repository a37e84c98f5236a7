import assert from "node:assert/strict";
import { test } from "node:test";

import { alerts } from "../../infra/monitoring/alerts.ts";
import { createNames, monitoredNames } from "../../infra/names.ts";
import { textOf } from "./support/pages.ts";

const [, section = ""] = textOf("docs/operate.md").split(/^## Runbook$/m);
const [runbook = ""] = section.split(/^## /m);

test("docs/operate.md has an entry of the runbook for each alert", () => {
  const titles = Object.values(alerts(monitoredNames(createNames("a", "b")))).map(
    ({ title }) => title,
  );
  // Those of infra/monitoring/objectives.ts, which are made with their objectives.
  const all = [...titles, "objects are late too often", "events are late too often"];
  assert.deepEqual(
    all.filter((title) => !runbook.includes(`**${title}.**`)),
    [],
  );
});
