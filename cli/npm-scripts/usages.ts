/** What a person has to know of an npm script. */
export interface ScriptUsage {
  /** What it does, and what it writes. */
  readonly summary: string;
  /** Its options, as `--name` or `--name VALUE`, with what they do. @default none */
  readonly options?: Readonly<Record<string, string>>;
  /** It takes words besides options, of this name in the usage line. */
  readonly words?: string;
  /** Its arguments are another program's, which checks them: the command that tells of them. */
  readonly program?: string;
}

/**
 * The scripts of package.json that run through `cli/npm-script.js`: all but `local`, which is a
 * command of its own.
 */
export const USAGES: Readonly<Record<string, ScriptUsage>> = {
  build: {
    summary: "Writes dist/function/, byte for byte what `pulumi up` uploads.",
    options: {
      "--transform FILE": "builds this transform in, instead of functions/transform.ts",
      "--out FOLDER": "writes here, instead of dist/function/",
    },
  },
  "build:tested": {
    summary: "Builds the functions the tests run, with a transform that changes nothing.",
  },
  "build:scanner": {
    summary: "Compiles functions/scan/assembly/ into module.ts and scanner.wat beside it.",
  },
  typecheck: { summary: "Checks the types of all sources; writes nothing." },
  lint: { summary: "Lints all sources; writes nothing.", program: "npx eslint --help" },
  format: { summary: "Formats all files in place.", program: "npx prettier --help" },
  "format:check": {
    summary: "Tells which files are not formatted; writes nothing.",
    program: "npx prettier --help",
  },
  test: {
    summary: "Builds the functions and runs all tests, or those whose path holds a WORD.",
    options: { "--update": "with the word golden: accepts what the golden cases become" },
    words: "WORD...",
  },
  "docs:update": { summary: "Writes the tables of docs/ that are made from the code." },
  "golden:update": {
    summary: "Writes what every golden case becomes into its .out.ndjson file. Read the diff.",
  },
  "program:update": {
    summary: "Writes what `npm run local` deploys: what the program in infra/ registers.",
  },
  "test:clients": {
    summary:
      "Fetches mixpanel-import from the npm registry, and imports with it and\n" +
      "Mixpanel's own libraries into the simulator.",
  },
  "test:large": {
    summary: "Imports large objects, and fails when memory is not flat. Minutes; 3 GB of disk.",
    options: {
      "--megabytes N": "size of each object; 200 when left out",
      "--largest N": "size of the one that takes several runs; 1000 when left out",
      "--budget SECONDS": "of a run; 20 when left out",
    },
  },
  "test:kills": { summary: "Kills instances at random, 100 times on each path. Takes minutes." },
  "test:deploy": {
    summary:
      "Plays 1,000 deployments, with what Google may do meanwhile, and prints how many\n" +
      "runs each took; with a seed, the story of that one. Fails when something is\n" +
      "wrong in one, or clearly fewer succeed than docs/deploy.md says.",
    options: { "--update": "writes how many do into docs/deploy.md instead" },
    words: "SEED",
  },
  "test:preview": {
    summary: "Runs `pulumi preview` of a fresh stack, with its state in a temporary folder.",
  },
  bench: {
    summary:
      "Measures what the functions cost, beside `gzip -1` and an empty handler. Some\n" +
      "minutes; Linux only.",
    options: {
      "--quick": "less data: a look, not a measurement",
      "--json": "prints the figures as JSON",
      "--only TEXT": "only cases whose name holds it",
      "--peers": "also mixpanel-import, fetched by npx",
      "--python COMMAND": "also Mixpanel's Python function, run by this",
      "--cpu-profile FOLDER": "writes CPU profiles here",
      "--check": "fails when a ratio is 25 % worse than the baseline",
      "--write-baseline": "writes bench/baseline.json",
    },
  },
  "bench:check": {
    summary: "Measures, and fails when a ratio is 25 % worse than bench/baseline.json says.",
    options: { "--quick": "less data: a look, not a measurement" },
  },
  "bench:messages": {
    summary: "The load test of message import alone.",
    options: {
      "--json": "prints the figures as JSON",
      "--case TEXT": "only cases whose name holds it",
      "--cpu-profile FOLDER": "writes CPU profiles here",
    },
  },
  "bench:rate-limiter": {
    summary: "Simulates 20 instances that share a project's rate limit; writes nothing.",
  },
  check: { summary: "What CI runs: types, lint, format, build and all tests." },
};
