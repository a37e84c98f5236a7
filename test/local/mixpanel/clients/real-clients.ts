import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, it } from "node:test";
import { promisify } from "node:util";

import { type Simulator, startSimulator } from "../../../../local/mixpanel/simulator.ts";
import { createTlsCertificate, type TlsCertificate } from "../../../../local/tls-certificate.ts";
import { ndjson, validEvents } from "../import-client.ts";

/**
 * Mixpanel's own Node library and the importer of its staff, as published, import through the
 * simulator. They are fetched from the npm registry at run time, so this runs on demand (`npm run
 * test:clients`) and not with the other tests. Needs `npm`. Both clients insist on https.
 */
const CLIENTS = ["mixpanel@0.24.0", "mixpanel-import@3.1.43"];
const ACCOUNT = { user: "importer", secret: "s3cret", role: "admin" } as const;
const EVENTS = 4500;

const run = promisify(execFile);
let folder = "";
let simulator: Simulator;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "real-clients-"));
  await writeFile(join(folder, "package.json"), "{}");
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"];
  await run("npm", ["install", ...options, ...CLIENTS], { cwd: folder });
  simulator = await startSimulator({
    tls: await createCertificate(),
    projects: [{ id: "42", token: "t", serviceAccounts: [ACCOUNT] }],
  });
  await pointImporterAt(simulator.url);
});

beforeEach(() => {
  simulator.clear();
});

after(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true });
});

it("takes what the mixpanel library imports", async () => {
  const host = new URL(simulator.url).host;
  const output = await runClient("mixpanel-client.cjs", [host, ACCOUNT.user, ACCOUNT.secret, "42"]);

  assert.deepEqual(JSON.parse(output), [null, null, null]);
  assert.deepEqual(
    simulator.counts().map(({ event, stored, distinct }) => ({ event, stored, distinct })),
    [
      { event: "single", stored: 1, distinct: 1 },
      { event: "batch", stored: 240, distinct: 120 },
    ],
  );
  assert.equal([...simulator.events()].at(-1)?.properties["text"], "Zürich");
});

for (const transport of ["undici", "got"]) {
  it(`takes what mixpanel-import imports over ${transport}, and it understands the responses`, async () => {
    const refused = validEvents(10, { distinct_id: "null" });
    const time = Math.floor(Date.now() / 1000) - 3600;
    const file = join(folder, `${transport}.ndjson`);
    await writeFile(file, ndjson([...validEvents(EVENTS, { time }), ...refused]));

    const output = await runClient("mixpanel-import-client.cjs", [
      file,
      transport,
      simulator.token,
    ]);

    const summary: unknown = JSON.parse(output.trim().split("\n").at(-1) ?? "");
    assert.deepEqual(summary, { success: EVENTS, failed: 10, total: EVENTS + 10 });
    const { distinctEvents, eventsRejected, requestsByStatus } = simulator.stats();
    assert.deepEqual(
      { distinctEvents, eventsRejected, requestsByStatus },
      { distinctEvents: EVENTS, eventsRejected: 10, requestsByStatus: { "200": 2, "400": 1 } },
    );
  });
}

async function runClient(program: string, parameters: readonly string[]): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [join(import.meta.dirname, program), ...parameters],
    {
      cwd: folder,
      timeout: 60_000,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "cert.pem") },
    },
  );
  return stdout;
}

/** The clients are told of it by its file. */
async function createCertificate(): Promise<TlsCertificate> {
  const certificate = createTlsCertificate(Date.now());
  await writeFile(join(folder, "cert.pem"), certificate.cert);
  return certificate;
}

/** The address is written into two of its files; nothing else in them is touched. */
async function pointImporterAt(url: string): Promise<void> {
  for (const name of ["job.js", "importers.js"]) {
    const file = join(folder, "node_modules/mixpanel-import/components", name);
    const text = await readFile(file, "utf8");
    assert.match(text, /https:\/\/api\.mixpanel\.com/);
    await writeFile(file, text.replaceAll("https://api.mixpanel.com", url));
  }
}
