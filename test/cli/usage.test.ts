import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import type { RunSummary } from "../../local/run/summary.ts";
import type { Checkout } from "../support/checkout.ts";
import { copyCheckout } from "../support/checkout.ts";
import { ndjson, event } from "../support/factories.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const runProgram = promisify(execFile);

let checkout: Checkout;
before(async () => {
  checkout = await copyCheckout();
  const write = (name: string, text: string) => writeFile(path.join(checkout.folder, name), text);
  await write("good.ndjson", ndjson([event()]));
  await write("syntax.ts", "export const transform = (\n");
  await write("nothing.ts", "export const other = 1;\n");
  await write("import.ts", 'import { x } from "./absent.ts";\nexport const transform = x;\n');
});
after(() => checkout.remove());

/** What a person gets to see: one message, no stack trace, and nothing on standard output. */
async function assertRefused(args: readonly string[], code: number, message: RegExp) {
  const result = await checkout.run(args);

  assert.match(result.stderr, message);
  assert.doesNotMatch(result.stderr, /^\s+at .+:\d+/m);
  assert.equal(result.stdout, "");
  assert.equal(result.code, code);
}

const WRONG_USAGE = [
  { args: ["local", "--nonsense"], message: /unknown option '--nonsense'/ },
  { args: ["local", "--jsn"], message: /unknown option '--jsn'\n\(Did you mean --json\?\)/ },
  { args: ["locl"], message: /unknown command 'locl'\n\(Did you mean local\?\)/ },
  { args: ["local", "absent.ndjson"], message: /^There is no file absent\.ndjson\.\n$/ },
  { args: ["local", "node_modules/.bin/../nothing*"], message: /^No file matches / },
  {
    args: ["local", "--inbox", "package.json"],
    message: /^--inbox: package\.json is no folder\.\n$/,
  },
  { args: ["local", "--messages", "absent"], message: /^There is no file absent\.\n$/ },
  { args: ["local", "--messages"], message: /'--messages <FILE>' argument missing/ },
  { args: ["local", "--transform", "absent.ts"], message: /^--transform: There is no file absent/ },
  {
    args: ["status", "gs://b/a", "--state", "waiting"],
    message: /^--state chooses among objects: give it without the name of a file\.\n$/,
  },
  { args: ["simulator"], message: /required option '--port <N>' not specified/ },
  { args: ["simulator", "--port", "70000"], message: /whole number from 0 to 65535/ },
  { args: ["simulator", "--port", "0", "extra"], message: /too many arguments/ },
];

for (const { args, message } of WRONG_USAGE)
  test(`"${args.join(" ")}" is wrong usage: exit 2`, async () => {
    await assertRefused(args, 2, message);
  });

const FAILURES = [
  { transform: "syntax.ts", message: /syntax\.ts:\d+:\d+: / },
  { transform: "nothing.ts", message: /nothing\.ts has no export named "transform"/ },
  { transform: "import.ts", message: /import\.ts:1:\d+: .*absent/ },
];

for (const { transform, message } of FAILURES)
  test(`a transform that cannot be built (${transform}) is told with its place: exit 1`, async () => {
    await assertRefused(["local", "good.ndjson", "--transform", transform], 1, message);
  });

test("a port that is in use is told: exit 1", async (t) => {
  const server = net.createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;

  await assertRefused(["simulator", "--port", String(port)], 1, /Port \d+ is in use/);
});

test("a token that Mixpanel refuses ends the run with one message: exit 1", async () => {
  const args = ["local", "good.ndjson", "--messages", "good.ndjson", "--token", "another"];
  const { code, stdout, stderr } = await checkout.run(args);

  assert.equal(code, 1);
  assert.match(
    stdout,
    /Mixpanel refused the credentials: --token gave the functions another token than\nthe one the simulator accepts \(local-project-token\)\.\n$/,
  );
  assert.doesNotMatch(stdout + stderr, /another\b(?! token)|^\s+at /m);
  assert.deepEqual(await checkout.processes(), []);
});

test("--pubsub-emulator where there is none, or no Java, is told with what to install: exit 1", async (t) => {
  const bin = path.join(checkout.folder, "cli", "bin.js");
  const nothing = { PATH: "/nowhere", HOME: await temporaryFolder(t) };

  const failure = runProgram(process.execPath, [bin, "local", "--pubsub-emulator"], {
    env: nothing,
  });

  await assert.rejects(failure, (error: Error & { code?: unknown; stderr?: unknown }) => {
    assert.equal(error.code, 1);
    assert.match(
      String(error.stderr),
      /^--pubsub-emulator: Google's Pub\/Sub emulator .*Install .* a Pub\/Sub of our own is used\.\n$/,
    );
    return true;
  });
});

test("help and version are no errors, and help shows examples", async () => {
  const help = await checkout.run(["local", "--help"]);
  const version = await checkout.run(["--version"]);

  assert.equal(help.code, 0);
  assert.match(help.stdout, /npm run local -- --messages events\.ndjson/);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

test("an older Node steps aside for the one npm installed", async (t) => {
  const system = "/usr/bin/node";
  const { stdout: version } = await runProgram(system, ["--version"]).catch(() => ({ stdout: "" }));
  if (!/^v(1\d|2[01])\./.test(version)) {
    t.skip(`${system} is not an older Node`);
    return;
  }
  const bin = path.join(checkout.folder, "cli", "bin.js");

  const { stdout } = await runProgram(system, [bin, "--version"]);
  const failure = runProgram(system, [bin, "local", "--nonsense"]);

  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  await assert.rejects(failure, { code: 2 });
});

test("an installed package, whose types Node does not strip, is loaded all the same", async (t) => {
  const installed = path.join(await temporaryFolder(t), "node_modules", "mixpanel-gcp");
  await cp(checkout.folder, installed, { recursive: true, verbatimSymlinks: true });
  const good = path.join(installed, "good.ndjson");

  const { stdout } = await runProgram(process.execPath, [
    ...[path.join(installed, "cli", "bin.js"), "local", "--json", good],
  ]);

  assert.equal((JSON.parse(stdout) as RunSummary).ok, true);
});

test("an option that npm took is told, with how to write it: exit 2", async () => {
  const bin = path.join(checkout.folder, "cli", "bin.js");
  const env = { ...process.env, npm_lifecycle_event: "local", npm_config_keep: "true" };

  await assert.rejects(runProgram(process.execPath, [bin, "local"], { env }), {
    code: 2,
    stderr: "npm took --keep for itself. Put -- before it: npm run local -- --keep\n",
  });
});

test("without npm ci one line says so: exit 1", async (t) => {
  const folder = await temporaryFolder(t);
  await cp(path.join(checkout.folder, "cli"), path.join(folder, "cli"), { recursive: true });
  const bin = path.join(folder, "cli", "bin.js");

  await assert.rejects(runProgram(process.execPath, [bin, "local"]), {
    code: 1,
    stderr: "The dependencies are not installed. Run: npm ci\n",
  });
});
