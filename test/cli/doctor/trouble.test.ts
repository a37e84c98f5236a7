import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, test } from "node:test";

import { chooseChecks, CHECKS } from "../../../cli/doctor/catalogue.ts";
import { DEPLOYER_PERMISSIONS, permissionsFor } from "../../../cli/doctor/deployer-permissions.ts";
import { formatResult, isFollowUp } from "../../../cli/doctor/doctor-report.ts";
import { ENCRYPTION_API, STACK_APIS } from "../../../cli/doctor/project.ts";
import { isWell } from "../../../cli/doctor/run-checks.ts";
import { plain } from "../../../cli/terminal/paint.ts";
import { APIS, ENCRYPTION_API as ENCRYPTION_API_OF_STACK } from "../../../infra/services/apis.ts";
import { textOf } from "../../docs/support/pages.ts";
import { seriesOf } from "./healthy.ts";
import { examine, refusal, type Reply } from "./stand-in.ts";

const HTML: Reply = (_request, response: ServerResponse) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in</html>");
};
const HANGS: Reply = () => undefined;

const TROUBLES = [
  { what: "403", reply: refusal(403), status: "unknown", why: /could not check: .*\(403\)/ },
  { what: "500", reply: refusal(500), status: "warning", why: /could not check: .*500/ },
  { what: "HTML", reply: HTML, status: "warning", why: /could not check: .*no JSON object/ },
  {
    what: "no response",
    reply: HANGS,
    status: "warning",
    why: /could not check: .*(time|respond)/,
  },
] as const;

describe("what cannot be looked at is told, with why, and is not passed", () => {
  for (const { what, reply, status, why } of TROUBLES)
    test(what, async (t) => {
      const replies = { "/billingInfo": reply, "subscriptions?": reply };
      const results = await examine(t, ["billing", "push"], {
        replies,
        requestMs: status === "unknown" ? 5000 : 1000,
      });

      for (const id of ["billing", "subscriptions"]) {
        const outcome = results.find(({ check }) => check.id === id)?.outcome;
        assert.equal(outcome?.status, status, `${id}: ${outcome?.detail ?? ""}`);
        assert.match(outcome.detail, why);
        assert.ok((outcome.remedy ?? "").length > 10);
      }
      const push = results.find(({ check }) => check.id === "push")?.outcome;
      assert.equal(push?.status, "skipped");
      assert.equal(isWell(results), false);
    });

  test("a policy that may not be read, though everything else may", async (t) => {
    const results = await examine(t, ["grants"], { replies: { ":getIamPolicy": refusal(403) } });

    const grants = results.at(-1)?.outcome;
    assert.equal(grants?.status, "unknown");
    assert.match(grants.detail, /could not check all/);
  });

  test("a backlog of which there are figures only in part", async (t) => {
    const results = await examine(t, ["backlog"], {
      replies: { num_undelivered_messages: seriesOf({ events: 0 }) },
    });

    const backlog = results.at(-1)?.outcome;
    assert.equal(backlog?.status, "skipped");
    assert.match(backlog.detail, /no figures yet of mixpanel-import-dev-objects\./);
    assert.equal(isWell(results), false);
  });

  test("Mixpanel that hangs", async (t) => {
    const results = await examine(t, ["token"], {
      replies: { "/import": refusal(503) },
      requestMs: 150,
    });

    assert.match(results.at(-1)?.outcome.detail ?? "", /could not check: Mixpanel \(us\)/);
  });
});

test("what needs something that failed is skipped, with the reason", async (t) => {
  const results = await examine(t, ["billing"], {
    programs: { "pulumi whoami": { code: 1, stderr: "error: no" } },
  });

  const billing = results.find(({ check }) => check.id === "billing")?.outcome;
  assert.deepEqual(billing?.status, "skipped");
  assert.match(billing.detail, /^needs login, which failed: no\.?$/);
  const project = results.find(({ check }) => check.id === "project")?.outcome;
  assert.match(project?.detail ?? "", /^needs config, which was skipped$/);
});

const NOTHING_DEPLOYED = { programs: { "pulumi stack output": { stdout: "{}" } } };

describe("what was asked for and cannot be looked at is told, and is not passed", () => {
  const cases = [
    { what: "--canary", ids: [], canary: true, asked: ["canary-object", "canary-message"] },
    { what: "by name", ids: ["push", "backlog"], canary: false, asked: ["push", "backlog"] },
    { what: "the cause itself", ids: ["deployed"], canary: false, asked: ["deployed"] },
  ];
  for (const { what, ids, canary, asked } of cases)
    test(what, async (t) => {
      const results = await examine(t, ids, NOTHING_DEPLOYED, "pulumi", canary);

      assert.equal(isWell(results), false);
      for (const id of asked) {
        const result = results.find(({ check }) => check.id === id);
        assert.ok(result !== undefined && !isFollowUp(result), id);
        assert.equal(result.outcome.status, "skipped");
        assert.match(result.outcome.detail, /nothing is deployed yet/);
        assert.match(result.outcome.remedy ?? "", /pulumi up/);
      }
      const follow = results.find(({ check }) => check.id === "subscriptions");
      assert.ok(follow === undefined || isFollowUp(follow));
    });
});

test("before anything is deployed, what is deployed is no failure", async (t) => {
  const results = await examine(t, [], NOTHING_DEPLOYED);

  assert.ok(isWell(results));
  const deployed = results.find(({ check }) => check.id === "deployed")?.outcome;
  assert.match(`${deployed?.detail ?? ""} ${deployed?.remedy ?? ""}`, /nothing .* pulumi up/);
});

test("outputs of half a stack name what is missing", async (t) => {
  const stdout = JSON.stringify({ bucketUrl: "gs://landing" });
  const results = await examine(t, ["deployed"], {
    programs: { "pulumi stack output": { stdout } },
  });

  assert.equal(results.at(-1)?.outcome.status, "failed");
  assert.match(results.at(-1)?.outcome.detail ?? "", /receiptsBucket: missing/);
});

test("checks come behind what they need, and an id that is none is wrong usage", () => {
  const ids = CHECKS.map(({ id }) => id);
  for (const { id, needs } of CHECKS)
    for (const need of needs) assert.ok(ids.indexOf(need) < ids.indexOf(id), `${id} needs ${need}`);
  const choose = (id: string, origin: "local" | "pulumi") => () =>
    chooseChecks({ ids: [id], origin, canary: false });
  assert.throws(choose("biling", "pulumi"), { exitCode: 2, message: /--list/ });
  assert.throws(choose("billing", "local"), { exitCode: 2, message: /makes no sense/ });
});

test("lines fit 40 columns, and nothing in them rules the terminal", async (t) => {
  const stderr = "error: \u001b[31mred\u001b[0m ".repeat(5);
  const [, login] = await examine(t, ["login"], {
    programs: { "pulumi whoami": { code: 1, stderr } },
  });

  assert.ok(login !== undefined);
  const text = formatResult(login, undefined, { paint: plain, columns: 60 });
  assert.ok(!text.includes("\u001b"));
  assert.deepEqual(
    text.split("\n").filter((line) => line.length > 60),
    [],
  );
});

test("a remedy's commands are not wrapped: pasted they are what they were", async (t) => {
  const replies = { ":testIamPermissions": { permissions: [] } };
  const roles = (await examine(t, ["permissions"], { replies })).at(-1);

  assert.ok(roles !== undefined);
  const text = formatResult(roles, undefined, { paint: plain, columns: 60 });
  const commands = text.split("\n").filter((line) => line.includes("gcloud"));
  assert.ok(commands.length > 5);
  for (const command of commands)
    assert.match(
      command,
      /^ +gcloud projects add-iam-policy-binding my-project .* --role roles\S+$/,
    );
});

test("the APIs are those that the stack enables", () => {
  assert.deepEqual(STACK_APIS, APIS);
  assert.equal(ENCRYPTION_API, ENCRYPTION_API_OF_STACK);
});

test("the roles are those of docs/permissions.md", () => {
  const [, section = ""] = textOf("docs/permissions.md").split("## What the deployer needs");
  const [paragraph = ""] = section.split("With `existingBucket`");
  const roles = [...paragraph.matchAll(/`(roles\/[\w.]+)`/g)].map(([, role]) => role);
  assert.deepEqual(
    roles.filter((role) => role !== "roles/owner").sort(),
    Object.keys(DEPLOYER_PERMISSIONS).sort(),
  );
});

test("what somebody else does needs no permission", () => {
  const settings = new Map([
    ["manageIam", "false"],
    ["manageServices", "false"],
  ]);
  const all = [...permissionsFor(settings).values()].flat();
  assert.deepEqual(
    all.filter((permission) => /IamPolicy|services\.enable/.test(permission)),
    [],
  );
});
