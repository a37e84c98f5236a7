import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";

import { bundleFunction, REPOSITORY } from "../../archive/bundle.ts";
import { readLockfile, requiredDependencies, resolveFrom } from "../../archive/lockfile.ts";
import { LOADER } from "../../local/run/loader.ts";

const FILES = ["index.js", "package-lock.json", "package.json"] as const;

/** Of this tree as it is: to make it takes half a second, and it never changes. */
const PLAIN = bundleFunction();

const scratch = mkdtempSync(join(tmpdir(), "bundle-test-"));
after(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Writes a file below the scratch folder and returns its path. */
function write(path: string, text: string): string {
  const file = join(scratch, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A working copy with everything the build reads; packages it only runs are linked. */
function cloneInto(folder: string): string {
  const clone = join(scratch, folder);
  for (const path of ["archive", "functions", "package.json", "package-lock.json", "tsconfig.json"])
    cpSync(join(REPOSITORY, path), join(clone, path), { recursive: true });
  for (const input of PLAIN.inputs.filter((path) => path.startsWith("node_modules/"))) {
    cpSync(join(REPOSITORY, input), join(clone, input));
    for (const manifest of manifestsAbove(input))
      cpSync(join(REPOSITORY, manifest), join(clone, manifest));
  }
  symlinkSync(join(REPOSITORY, "node_modules/esbuild"), join(clone, "node_modules/esbuild"));
  return clone;
}

function manifestsAbove(path: string): string[] {
  const folder = dirname(path);
  if (folder === ".") return [];
  const here = readdirSync(join(REPOSITORY, folder)).includes("package.json");
  const above = manifestsAbove(folder);
  return here ? [join(folder, "package.json"), ...above] : above;
}

function build(clone: string, ...args: string[]) {
  return spawnSync(process.execPath, [...LOADER, join(clone, "archive/build.ts"), ...args], {
    encoding: "utf8",
    cwd: scratch,
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] },
  });
}

function archiveOf(clone: string): string[] {
  return FILES.map((file) => readFileSync(join(clone, "dist/function", file), "utf8"));
}

test("two clones at different depths build the same bytes, with a transform from outside too", () => {
  const near = cloneInto("near");
  const far = cloneInto("a/good/deal/farther");
  const sources = {
    "transform.ts": `import { table } from "./table.cjs"; export * from "./named.ts"; console.log(table);`,
    "named.ts": `enum Kind { a } export const transform = (record: object) => ({ ...record, kind: Kind.a });`,
    "table.cjs": `exports.table = { x: 1 };`,
  };
  const transformIn = (folder: string): string => {
    for (const [name, text] of Object.entries(sources)) write(`${folder}/${name}`, text);
    return join(scratch, folder, "transform.ts");
  };

  assert.equal(build(near).status, 0);
  const plain = archiveOf(near);
  assert.equal(build(far).status, 0);
  assert.deepEqual(archiveOf(far), plain);

  assert.equal(build(near, "--transform", transformIn("mine")).stderr, "");
  assert.equal(build(far, "--transform", transformIn("b/c/d/mine")).stderr, "");
  assert.deepEqual(archiveOf(far), archiveOf(near));
  assert.notEqual(archiveOf(near)[0], plain[0]);
});

test("the build writes its three files, removes everything else, and says bytes and hash on one line", () => {
  const clone = cloneInto("stale");
  write("stale/dist/function/old.js", "left over");
  const { stdout, status } = build(clone);
  const { files, code } = PLAIN;

  assert.equal(status, 0);
  assert.deepEqual(readdirSync(join(clone, "dist/function")).sort(), [...FILES]);
  assert.deepEqual(
    archiveOf(clone),
    FILES.map((file) => files[file]),
  );
  const bytes = Buffer.byteLength(files["index.js"]);
  assert.equal(stdout, `dist/function/index.js: ${bytes} bytes, code ${code}\n`);
});

test("the archive's package.json has one pinned dependency, no scripts and the hash of the archive", () => {
  const { files, code } = PLAIN;
  const root: unknown = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
  assert.ok(
    typeof root === "object" && root !== null && "version" in root && "dependencies" in root,
  );
  const { dependencies } = root;
  assert.ok(typeof dependencies === "object" && dependencies !== null);
  const framework = "@google-cloud/functions-framework";
  assert.ok(framework in dependencies);

  assert.match(code, /^[0-9a-f]{64}$/);
  assert.deepEqual(JSON.parse(files["package.json"]), {
    name: "mixpanel-gcp-function",
    version: root.version,
    private: true,
    type: "commonjs",
    main: "index.js",
    engines: { node: "24" },
    dependencies: { [framework]: dependencies[framework] },
    code,
  });
});

test("the archive's lockfile has every package its package.json needs, and no other", () => {
  const packages = readLockfile(write("lock.json", PLAIN.files["package-lock.json"]));
  const repository = readLockfile(join(REPOSITORY, "package-lock.json"));
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const entry = packages[path];
    assert.ok(entry, path);
    for (const name of requiredDependencies(entry)) {
      const found = resolveFrom(path, name, packages);
      assert.ok(found !== undefined, `${path} needs ${name}`);
      assert.equal(found, resolveFrom(path, name, repository), "the tree the tests ran with");
      visit(found);
    }
  };

  visit("");
  assert.deepEqual([...reached].sort(), Object.keys(packages).sort());
  for (const [path, entry] of Object.entries(packages))
    if (path !== "") assert.deepEqual(entry, repository[path]);
});

test("the bundle holds nothing that provisions, and no form-data", () => {
  const { inputs } = PLAIN;
  const foreign = inputs.filter((path) =>
    /@pulumi|^(infra|archive|local|check|cli|test)\/|node_modules\/form-data\//.test(path),
  );
  assert.deepEqual(foreign, ["archive/empty-form-data.ts"]);
});

test("the bundle exports the two entry points only, is under 1 MB and contains no absolute path", () => {
  const text = PLAIN.files["index.js"];
  const file = write("load/index.js", text);
  write("load/package.json", `{"type":"commonjs"}`);
  const exported = execFileSync(
    process.execPath,
    ["-p", `Object.keys(require(${JSON.stringify(file)})).sort().join()`],
    { encoding: "utf8" },
  );

  assert.equal(exported.trim(), "importMessages,importObject");
  assert.ok(text.length < 1_000_000, `${text.length}`);
  assert.equal(text.includes(REPOSITORY), false);
});

test("formats with decoders of their own are loaded when a file needs them", () => {
  const text = PLAIN.files["index.js"];
  const file = write("lazy/index.js", text);
  write("lazy/package.json", `{"type":"commonjs"}`);
  // The Parquet reader takes this function when it is loaded, and nothing else does.
  const name = "brotliDecompressSync";
  assert.equal(text.includes(name), true);
  const script = `
    let isLoaded = false;
    const zlib = require("node:zlib");
    const original = zlib.${name};
    Object.defineProperty(zlib, "${name}", { get: () => ((isLoaded = true), original) });
    require(${JSON.stringify(file)});
    console.log(isLoaded);`;
  const loaded = execFileSync(process.execPath, ["-e", script], { encoding: "utf8" });
  assert.equal(loaded.trim(), "false");
});

test("the archive's hash follows the code", () => {
  const a = write("a.ts", "export const transform = (record: object) => ({ ...record, a: 1 });");
  const b = write("b.ts", "export const transform = (record: object) => ({ ...record, a: 2 });");
  const codes = [a, b].map((transform) => bundleFunction({ transform }).code);
  assert.equal(new Set([PLAIN.code, ...codes]).size, 3);
});

const BROKEN: { name: string; file: string; text: string; expected: RegExp }[] = [
  {
    name: "a syntax error",
    file: "syntax.ts",
    text: "export const transform = (r) => {\n  return ];\n};",
    expected: /syntax\.ts:2:10: Unexpected "\]"/,
  },
  {
    name: "an import that leads nowhere",
    file: "lost.ts",
    text: `import { x } from "./gone.ts";\nexport const transform = x;`,
    expected: /lost\.ts:1:19: Could not resolve "\.\/gone\.ts"/,
  },
  {
    name: "a default export",
    file: "default.ts",
    text: "export default (r: object) => r;",
    expected: /no export named "transform" \(it exports default\)/,
  },
  {
    name: "no export",
    file: "none.ts",
    text: "const transform = 1; console.log(transform);",
    expected: /no export named "transform" \(it exports nothing\)/,
  },
  {
    name: "only a type of that name",
    file: "type.ts",
    text: "export type transform = 1; export const other = 2;",
    expected: /no export named "transform" \(it exports other\)/,
  },
  {
    name: "top-level await",
    file: "await.ts",
    text: "export const transform = await import('node:fs');",
    expected: /await\.ts:1:26: Top-level await/,
  },
];

for (const { name, file, text, expected } of BROKEN)
  test(`a transform with ${name} is refused with its place`, () => {
    const path = write(`broken/${file}`, text);
    assert.throws(() => bundleFunction({ transform: path }), { message: expected });
    const { stderr, status } = build(REPOSITORY, "--transform", path);
    assert.equal(status, 1);
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

test("a transform that is not there, or is a folder, is refused by its path", () => {
  for (const path of [join(scratch, "absent.ts"), scratch])
    assert.throws(() => bundleFunction({ transform: path }), {
      message: `The transform ${path} is not a file. Give the path of a .ts or .js file.`,
    });
});

test("wrong usage exits 2 and shows the right one", () => {
  for (const args of [["--transfrom", "x"], ["--transform"], ["--transform", ""], ["x.ts"]]) {
    const { stderr, status } = build(REPOSITORY, ...args);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, /Usage: npm run build/);
  }
});
