import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { USAGES } from "../../cli/npm-scripts/usages.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
/** Longer than any of these needs, and shorter than any suite or benchmark. */
const TIMEOUT_MS = 60_000;

const manifest = JSON.parse(await readFile(path.join(REPOSITORY, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const scripts = Object.keys(manifest.scripts);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script as npm does: its text, and what was typed behind it, in a shell. */
async function runScript(
  name: string,
  args: string,
  { cwd = REPOSITORY, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  // A test runner within a test runner would otherwise run nothing.
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  const child = spawn("sh", ["-c", `${manifest.scripts[name] ?? ""} ${args}`], {
    cwd,
    timeout: TIMEOUT_MS,
    env: {
      ...own,
      npm_lifecycle_event: name,
      PATH: `${REPOSITORY}/node_modules/.bin:${own["PATH"] ?? ""}`,
      ...env,
    },
  });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      printed[stream] += text;
    });
  await once(child, "close");
  return { code: child.exitCode, ...printed };
}

test("every script but `local` has a usage, and every usage a script", () => {
  assert.deepEqual(Object.keys(USAGES).sort(), scripts.filter((name) => name !== "local").sort());
});

for (const name of scripts) {
  test(`npm run ${name} -- --help prints its usage, and does nothing`, async () => {
    const { code, stdout, stderr } = await runScript(name, "--help");

    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Usage: /);
    assert.equal(stderr, "");
    for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  });

  if (USAGES[name]?.program === undefined)
    test(`npm run ${name} -- --nonsense is one plain line, and exit 2`, async () => {
      const { code, stdout, stderr } = await runScript(name, "--nonsense");

      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /^.*nknown option '--nonsense'.*\n$/);
    });
}

test("a value that is missing, and a word where none is taken, are told", async () => {
  const missing = await runScript("bench", "--only");
  const word = await runScript("golden:update", "segment");

  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /'--only <value>' argument missing.*npm run bench -- --help\n$/);
  assert.equal(word.code, 2);
  assert.match(word.stderr, /Unexpected argument 'segment'/);
});

test("an option that npm took is told, with how to write it: exit 2", async () => {
  const { code, stderr } = await runScript("bench", "", { env: { npm_config_quick: "true" } });

  assert.equal(code, 2);
  assert.equal(stderr, "npm took --quick for itself. Put -- before it: npm run bench -- --quick\n");
});

test("steps run in order, the last with what was typed behind them, until one fails", async () => {
  const steps = (list: string): string => `node cli/npm-script.js ${list} -- "an argument" '$HOME'`;
  const run = async (list: string): Promise<Ended> => {
    manifest.scripts["tried"] = steps(list);
    return runScript("tried", "");
  };

  const both = await run("'echo one' 'echo two'");
  const failed = await run("'false' 'echo two'");

  assert.deepEqual(both, { code: 0, stdout: "one\ntwo an argument $HOME\n", stderr: "" });
  assert.deepEqual(failed, { code: 1, stdout: "", stderr: "" });
});

test("steps run beside the others, and say what they have to say only when they failed", async (t) => {
  const folder = await temporaryFolder(t);
  const run = async (list: string): Promise<Ended> => {
    manifest.scripts["tried"] = `node cli/npm-script.js ${list} --`;
    return runScript("tried", "");
  };
  await writeFile(path.join(folder, "fails.ts"), 'console.log("why"); process.exitCode = 3;');
  const fails = path.join(folder, "fails.ts");

  const well = await run("'& echo beside' 'echo one' 'echo two'");
  const beside = await run(`'& ${fails}' '& echo more' 'echo one'`);
  const both = await run(`'& ${fails}' 'false' 'echo one'`);

  assert.deepEqual(well, { code: 0, stdout: "one\ntwo\n", stderr: "" });
  assert.equal(beside.code, 3);
  assert.equal(beside.stdout, "one\n");
  assert.match(beside.stderr, /^`.*fails\.ts` failed; .*\n\n`.*fails\.ts` failed:\nwhy\n$/);
  assert.equal(both.code, 1);
  assert.match(both.stderr, /failed:\nwhy\n$/);
});

test("a step beside the others runs while they do", async (t) => {
  const folder = await temporaryFolder(t);
  // Each waits for the other: one after the other they would never end.
  const waits = (
    own: string,
    other: string,
  ): string => `import { existsSync, writeFileSync } from "node:fs";
    writeFileSync(${JSON.stringify(path.join(folder, own))}, "");
    setInterval(() => existsSync(${JSON.stringify(path.join(folder, other))}) && process.exit(), 20);`;
  await writeFile(path.join(folder, "left.ts"), waits("left", "right"));
  await writeFile(path.join(folder, "right.ts"), waits("right", "left"));
  manifest.scripts["tried"] =
    `node cli/npm-script.js '& ${folder}/left.ts' '${folder}/right.ts' --`;

  const { code } = await runScript("tried", "");

  assert.equal(code, 0);
});

test("a word that no test's path holds is told before anything is built: exit 1", async () => {
  const { code, stdout, stderr } = await runScript("test", "nosuchword");

  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.equal(stderr, 'No test file\'s path holds "nosuchword".\n');
});

for (const name of scripts)
  test(`npm run ${name} without npm ci: one line that says so`, async (t) => {
    const folder = await temporaryFolder(t);
    await cp(path.join(REPOSITORY, "cli"), path.join(folder, "cli"), { recursive: true });
    await writeFile(path.join(folder, "package.json"), '{"type":"module"}');

    const { code, stdout, stderr } = await runScript(name, "", { cwd: folder });

    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.equal(stderr, "The dependencies are not installed. Run: npm ci\n");
  });
