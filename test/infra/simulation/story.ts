import { type Book, createBook } from "./book.ts";
import { chanceOf } from "./chance.ts";
import { createClock, withTimersOf } from "./clock.ts";
import { type Circumstances, drawCircumstances } from "./circumstances.ts";
import { type Configuration, existingAccounts, withInstances } from "./configurations.ts";
import type { State } from "./engine.ts";
import { findings } from "./findings.ts";
import { createGoogle, type Google } from "./google.ts";
import { actOn, runCommands } from "./person.ts";
import { addAgent } from "./provider.ts";
import { type Result, up } from "./up.ts";

/** How one deployment went, from an empty project to the end. */
export interface Story {
  readonly seed: number;
  readonly configuration: string;
  readonly day: Circumstances["day"];
  readonly isKilled: boolean;
  readonly isDeployed: boolean;
  readonly runs: readonly Run[];
  /** What a person had to do other than wait, by the pauses between runs. */
  readonly humanSteps: readonly (readonly string[])[];
  /** What is wrong with it; empty when nothing is. */
  readonly findings: readonly string[];
  /** What is left over and does no harm. */
  readonly leftovers: readonly string[];
  readonly trace: readonly string[];
}

export interface Run {
  readonly outcome: Result["outcome"];
  readonly seconds: number;
  /** What went wrong, by resource. */
  readonly errors: readonly (readonly [resource: string, error: string])[];
}

/** More than that nobody tries. */
const MAX_RUNS = 8;
/** Everything that Google has begun is over by then, and every grant works. */
const LATER_SECONDS = 3600;

/** Plays the story of `seed`; the same for the same seed and program. */
export async function tell(seed: number, configurations: readonly Configuration[]): Promise<Story> {
  const chance = chanceOf(seed);
  const circumstances = drawCircumstances(chance);
  const configuration = chance.pick("configuration", configurations);
  const clock = createClock();
  const google = projectOf(configuration, createGoogle(clock, chance, circumstances));
  const book = createBook(google);
  book.note("", `${configuration.name}; a ${circumstances.day} day; ${circumstances.fault}`);
  const told = await withTimersOf(clock, () =>
    clock.run(play({ configuration, circumstances, google, book })),
  );
  const { day } = circumstances;
  return { seed, configuration: configuration.name, day, ...told, trace: book.lines };
}

export interface Scene {
  readonly configuration: Configuration;
  readonly circumstances: Circumstances;
  readonly google: Google;
  readonly book: Book;
}

async function play(scene: Scene) {
  const { configuration, circumstances, google, book } = scene;
  const state: State = { resources: new Map(), pending: new Set(), begun: new Set() };
  const runs: Run[] = [];
  const humanSteps: string[][] = [];
  const found: string[] = [];
  let { stack } = configuration;
  while (runs.length < MAX_RUNS) {
    const start = google.clock.now();
    book.note("", `pulumi up, run ${runs.length + 1}`);
    const warnings = book.listen();
    const { parallel } = circumstances;
    const killAfter = circumstances.killAfter(runs.length + 1);
    const result = await up({ google, stack, state, parallel, killAfter, tell: book.note });
    const seconds = google.clock.now() - start;
    runs.push({ outcome: result.outcome, seconds, errors: [...result.errors] });
    book.note("", result.outcome);
    if (result.outcome === "succeeded") {
      runCommands(scene, stack);
      break;
    }
    const acts = actOn(scene, { result, state, stack, warnings: warnings() });
    found.push(...acts.unexplained);
    if (acts.steps.length > 0) humanSteps.push([...acts.steps]);
    for (const act of acts.steps) book.note("", `somebody: ${act}`);
    if (acts.isSmaller) stack = withInstances(stack, 10);
    await google.clock.sleep(circumstances.pauseAfter(runs.length, acts.hasGranted));
  }
  await google.clock.sleep(LATER_SECONDS);
  const end = findings(scene, { stack, state, runs });
  return {
    runs,
    humanSteps,
    isDeployed: runs.at(-1)?.outcome === "succeeded",
    isKilled: runs.some(({ outcome }) => outcome === "killed"),
    findings: [...found, ...end.wrong],
    leftovers: end.leftovers,
  };
}

const APIS =
  "artifactregistry cloudfunctions iam logging monitoring pubsub run secretmanager storage";
const AGENTS = ["artifactregistry", "cloudfunctions", "eventarc", "pubsub", "run", "secretmanager"];

/** `google` with what is there before the first run. */
function projectOf(configuration: Configuration, google: Google): Google {
  const { chance, day } = google;
  for (const email of existingAccounts(configuration)) google.addAccount(email, "long ago");
  if (day.fault !== "serviceusage is not enabled")
    google.enable("serviceusage.googleapis.com", "long ago");
  if (configuration.stack.managesServices) return google;
  for (const api of APIS.split(" ")) google.enable(`${api}.googleapis.com`, "long ago");
  // Who enabled the APIs may have forgotten the agents.
  if (chance.happens("agents are there", 0.7))
    for (const service of AGENTS) addAgent(google, `${service}.googleapis.com`);
  return google;
}

/** A story for people: when, which resource, what happened; and what is wrong with it. */
export function storyText({ seed, trace, findings, leftovers }: Story): string {
  const ends = [...findings.map((finding) => `WRONG: ${finding}`), ...leftovers];
  return [`seed ${seed}`, ...trace, ...ends].join("\n");
}
