import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { promisify } from "node:util";

import { type Simulator, startSimulator } from "../../../../local/mixpanel/simulator.ts";
import { createTlsCertificate } from "../../../../local/tls-certificate.ts";
import { ndjson, validEvents } from "../import-client.ts";
import { groupOf, userOf } from "../profiles/profile-client.ts";
import { findFetchedClient, findNodeClient, findPythonClient } from "./installed-client.ts";

/**
 * Mixpanel's own libraries, and the importer of its staff, as published, work with the simulator,
 * each where it is installed: the first is a development dependency, `npm run test:clients` fetches
 * the importer. Both insist on https.
 */
const ACCOUNT = { user: "importer", secret: "s3cret", role: "admin" } as const;
const RECORDS = 4500;

const run = promisify(execFile);
const library = findNodeClient("mixpanel");
const importer = findFetchedClient("mixpanel-import");
const python = await findPythonClient("mixpanel");

let folder = "";
let simulator: Simulator;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "real-clients-"));
  const tls = createTlsCertificate(Date.now());
  await writeFile(join(folder, "cert.pem"), tls.cert);
  simulator = await startSimulator({
    tls,
    projects: [{ id: "42", token: "t", serviceAccounts: [ACCOUNT], groupKeys: ["company"] }],
  });
  if (importer.folder !== undefined) await pointImporterAt(simulator.url, importer.folder);
});

beforeEach(() => {
  simulator.clear();
});

after(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true });
});

describe("Mixpanel's library for Node", () => {
  it("imports, tracks, and sets users and groups", { skip: library.skip }, async () => {
    const host = new URL(simulator.url).host;
    const output = await runNode(library.folder, "mixpanel-client.cjs", [
      ...[host, ACCOUNT.user, ACCOUNT.secret, "42"],
    ]);

    const results: unknown = JSON.parse(output);
    assert.ok(typeof results === "object" && results !== null);
    for (const [kind, errors] of Object.entries(results) as [string, object][]) {
      const failed = Object.entries(errors).filter(([, error]) => error !== null);
      assert.deepEqual({ kind, failed }, { kind, failed: [] });
      assert.equal(Object.keys(errors).length, 20);
    }
    const stored = [...simulator.events()].map(({ event }) => event);
    const of = (name: string) => stored.filter((event) => event === name).length;
    assert.deepEqual(
      { single: of("single"), batch: of("batch"), tracked: of("tracked") },
      { single: 2, batch: 240, tracked: 2 },
    );
    assert.equal(stored.length, 484);
    assert.equal([...simulator.events({ endpoint: "track" })].length, 242);
    // Everything was done twice.
    const tags = ["a", "c", "a"];
    assert.deepEqual(userOf(simulator, "u"), { $name: "Zoë", plan: "gold", logins: 4, tags });
    assert.equal(userOf(simulator, "gone"), undefined);
    assert.deepEqual(groupOf(simulator, "acme"), { seats: 5, l: ["y"] });
    assert.equal(groupOf(simulator, "gone"), undefined);
    assert.equal([...simulator.events()].at(-1)?.properties["text"], "Zürich");
  });
});

describe("mixpanel-import", () => {
  for (const transport of ["undici", "got"]) {
    it(
      `imports events over ${transport}, and understands the responses`,
      { skip: importer.skip },
      async () => {
        const refused = validEvents(10, { distinct_id: "null" });
        const time = Math.floor(Date.now() / 1000) - 3600;
        const events = [...validEvents(RECORDS, { time }), ...refused];

        const summary = await importWith(transport, "event", events);

        assert.deepEqual(summary, { success: RECORDS, failed: 10, total: RECORDS + 10 });
        const { distinctEvents, eventsRejected, requestsByStatus } = simulator.stats();
        assert.deepEqual(
          { distinctEvents, eventsRejected, requestsByStatus },
          { distinctEvents: RECORDS, eventsRejected: 10, requestsByStatus: { "200": 2, "400": 1 } },
        );
      },
    );

    it(`imports users over ${transport}`, { skip: importer.skip }, async () => {
      const users = Array.from({ length: RECORDS }, (_, index) => ({
        $token: simulator.token,
        $distinct_id: `u${index}`,
        $set: { index },
      }));

      const summary = await importWith(transport, "user", users);

      assert.deepEqual(summary, { success: RECORDS, failed: 0, total: RECORDS });
      const { profiles, requestsByStatus } = simulator.stats();
      assert.deepEqual([profiles.users, requestsByStatus], [RECORDS, { "200": 3 }]);
      assert.deepEqual(userOf(simulator, "u4499"), { index: 4499 });
    });
  }
});

describe("Mixpanel's library for Python", () => {
  it("imports, tracks, and sets users and groups", { skip: python.skip }, async () => {
    await run("python3", [join(import.meta.dirname, "mixpanel-client.py"), simulator.url], {
      timeout: 60_000,
      env: { ...process.env, REQUESTS_CA_BUNDLE: join(folder, "cert.pem") },
    });

    assert.deepEqual(
      simulator.counts().map(({ event }) => event),
      ["imported", "tracked"],
    );
    assert.deepEqual(userOf(simulator, "u"), { plan: "gold", logins: 2, tags: ["b"] });
    assert.deepEqual(groupOf(simulator, "acme"), { seats: 5, l: ["x"] });
  });
});

async function importWith(
  transport: string,
  kind: string,
  records: readonly unknown[],
): Promise<unknown> {
  const file = join(folder, `${kind}-${transport}.ndjson`);
  await writeFile(file, ndjson(records));
  const output = await runNode(importer.folder, "mixpanel-import-client.cjs", [
    ...[file, kind, transport, simulator.token],
  ]);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

async function runNode(
  cwd: string | undefined,
  program: string,
  parameters: readonly string[],
): Promise<string> {
  const args = [join(import.meta.dirname, program), ...parameters];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "cert.pem") };
  const { stdout } = await run(process.execPath, args, { cwd, env, timeout: 60_000 });
  return stdout;
}

/** The address is written into two of its files; nothing else in them is touched. */
async function pointImporterAt(url: string, fetched: string): Promise<void> {
  for (const name of ["job.js", "importers.js"]) {
    const file = join(fetched, "node_modules/mixpanel-import/components", name);
    const text = await readFile(file, "utf8");
    assert.match(text, /https:\/\/api\.mixpanel\.com/);
    await writeFile(file, text.replaceAll("https://api.mixpanel.com", url));
  }
}
