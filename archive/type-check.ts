import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

import type TypeScript from "typescript";

import { describeReturns } from "./return-types.ts";
import { rememberChecked, wasChecked } from "./type-check-memory.ts";

const REPOSITORY = dirname(import.meta.dirname);
const MAX_PROBLEMS = 10;

/**
 * An import that leads nowhere is told by the bundler, which knows more ways to find a file; and a
 * package without types is one whose values can be anything.
 */
const UNKNOWN_MODULE: ReadonlySet<number> = new Set([2307, 2792, 7016]);

/**
 * The type errors of a user's transform and of what it imports, packages and this product's own
 * files left out, as lines of `file:line:column: text`; and what it returns that no transform may.
 * Parameters without a type are `any`: nobody has to annotate. `// @ts-nocheck` at the top of a
 * file turns it off for that file. JavaScript has no types to check.
 *
 * Takes about a second; a transform that had no problems is remembered, and costs nothing until it
 * is changed.
 *
 * @param file absolute
 */
export function typeProblems(file: string): readonly string[] {
  if (!/\.[cm]?tsx?$/.test(file) || wasChecked(file)) return [];
  const ts = createRequire(import.meta.url)("typescript") as typeof TypeScript;
  const { program, problems } = checkFile(ts, file);
  if (problems.length === 0) rememberChecked(file, inputsOf(program));
  return problems;
}

/**
 * For the stack, which is not to deploy what cannot be right.
 *
 * @throws Error whose message is complete and can be shown alone
 */
export function requireTypes(file: string): void {
  const problems = typeProblems(file);
  if (problems.length === 0) return;
  throw new Error(
    `The transform has type errors. (// @ts-nocheck as its first line lets it be deployed all the same.)\n${problems.join("\n")}`,
  );
}

interface Verdict {
  readonly program: TypeScript.Program;
  readonly problems: readonly string[];
}

/** Node's own types are half of the work, and a transform seldom needs them. */
function checkFile(ts: typeof TypeScript, file: string): Verdict {
  const check = (types: readonly string[]): Verdict => {
    const options = { ...optionsOf(ts), types: [...types] };
    const program = ts.createProgram([file], options, hostOf(ts, options));
    return { program, problems: problemsOf(ts, program, file) };
  };
  if (!OF_NODE.test(readFileSync(file, "utf8"))) {
    const verdict = check([]);
    if (verdict.problems.length === 0) return verdict;
  }
  return check(["node"]);
}

const declarations = new Map<string, TypeScript.SourceFile>();

/** Reads the declarations of libraries once: to parse them is most of the work. */
function hostOf(
  ts: typeof TypeScript,
  options: TypeScript.CompilerOptions,
): TypeScript.CompilerHost {
  const host = ts.createCompilerHost(options);
  const getSourceFile: typeof host.getSourceFile = (name, ...rest) => {
    const source = declarations.get(name) ?? host.getSourceFile(name, ...rest);
    if (source !== undefined && /\/node_modules\/.*\.d\.[cm]?ts$/.test(name))
      declarations.set(name, source);
    return source;
  };
  return { ...host, getSourceFile };
}

/** What makes it likely that a file needs the types of Node. */
const OF_NODE = /\bnode:|\b(?:Buffer|URL|console|process|structuredClone)\b/;

/** Milder than this repository's own: it is the user's code, and errors only are told. */
function optionsOf(ts: typeof TypeScript): TypeScript.CompilerOptions {
  return {
    ...{ strict: true, noImplicitAny: false, noEmit: true },
    ...{ skipLibCheck: true, skipDefaultLibCheck: true, allowJs: true, resolveJsonModule: true },
    target: ts.ScriptTarget.ES2024,
    lib: ["lib.es2024.d.ts"],
    module: ts.ModuleKind.ESNext,
    // As esbuild finds modules: https://esbuild.github.io/api/#how-paths-are-resolved
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    // The file may be anywhere, also where no types of Node are installed.
    typeRoots: [join(REPOSITORY, "node_modules/@types")],
  };
}

function problemsOf(
  ts: typeof TypeScript,
  program: TypeScript.Program,
  file: string,
): readonly string[] {
  const checked = program.getSourceFiles().filter((source) => isUsers(program, source, file));
  const diagnostics = checked.flatMap((source) => [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ]);
  const errors = diagnostics.filter(
    ({ category, code }) => category === ts.DiagnosticCategory.Error && !UNKNOWN_MODULE.has(code),
  );
  const problems = errors.map((error) => describe(ts, error));
  // What a broken file returns, nobody knows.
  if (problems.length === 0) problems.push(...describeReturns(ts, program, file).map(place));
  const rest = problems.length - MAX_PROBLEMS;
  return rest > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${rest} more`] : problems;
}

/** Not of a package, and not of this product, whose own check is stricter. */
function isUsers(
  program: TypeScript.Program,
  source: TypeScript.SourceFile,
  file: string,
): boolean {
  if (source.fileName === file) return true;
  if (source.isDeclarationFile || program.isSourceFileFromExternalLibrary(source)) return false;
  return relative(join(REPOSITORY, "functions"), source.fileName).startsWith("..");
}

function describe(ts: typeof TypeScript, error: TypeScript.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(error.messageText, "\n");
  return place({ source: error.file, position: error.start ?? 0, text });
}

/** Something to tell about a place. */
export interface Remark {
  readonly source: TypeScript.SourceFile | undefined;
  readonly position: number;
  readonly text: string;
}

function place({ source, position, text }: Remark): string {
  if (source === undefined) return text;
  const { line, character } = source.getLineAndCharacterOfPosition(position);
  return `${source.fileName}:${line + 1}:${character + 1}: ${text}`;
}

/** What has to stay as it is for the verdict to hold; libraries change with an installation. */
function inputsOf(program: TypeScript.Program): readonly string[] {
  return program
    .getSourceFiles()
    .map(({ fileName }) => fileName)
    .filter((name) => !name.includes("/node_modules/"));
}
