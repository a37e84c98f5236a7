import { type Configuration, recordConfigurations } from "./configurations.ts";
import { clearlyLower, documentedRates, pageWith, writePage } from "./documented-rates.ts";
import { type Rate, ratesOf, tableOf } from "./rates.ts";
import { type Story, storyText, tell } from "./story.ts";

const SEEDS = 1000;

/**
 * `npm run test:deploy`: deployments of seeds 1 to 1,000, and how many runs each took. It fails
 * when something is wrong in one, or when clearly fewer succeed than docs/deploy.md says; with
 * `--update` what was measured is written there. With a number, the story of that seed.
 */
async function main([word, ...more]: readonly string[]): Promise<number> {
  const isUpdate = word === "--update";
  if (more.length > 0 || (word !== undefined && !isUpdate && !/^[1-9]\d*$/.test(word))) {
    const words = [word, ...more].join(" ");
    process.stderr.write(`${words} is no seed: it has to be a whole number from 1 on.\n`);
    return 2;
  }
  const configurations = await recordConfigurations();
  if (word === undefined || isUpdate) return playAll(configurations, isUpdate);
  const story = await tell(Number(word), configurations);
  process.stdout.write(`${storyText(story)}\n`);
  return story.findings.length === 0 ? 0 : 1;
}

async function playAll(
  configurations: readonly Configuration[],
  isUpdate: boolean,
): Promise<number> {
  const stories: Story[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) stories.push(await tell(seed, configurations));
  const wrong = stories.filter(({ findings }) => findings.length > 0);
  for (const story of wrong) process.stdout.write(`${storyText(story)}\n\n`);
  const rates = ratesOf(stories);
  process.stdout.write(`${tableOf(rates)}\n\n`);
  const leftovers = stories.filter((story) => story.leftovers.includes("2 notifications")).length;
  const most = Math.max(...stories.map(({ runs }) => runs.length));
  process.stdout.write(
    `${SEEDS} deployments of at most ${most} runs, ${wrong.length} with something wrong; ${leftovers} left a second notification. ` +
      "One of them: npm run test:deploy -- SEED\n",
  );
  const areRatesKept = isUpdate ? await update(rates) : await compare(rates);
  return wrong.length === 0 && areRatesKept ? 0 : 1;
}

async function update(rates: readonly Rate[]): Promise<true> {
  const { actual, expected } = await pageWith(rates);
  if (actual !== expected) {
    writePage(expected);
    process.stdout.write("docs/deploy.md: written\n");
  }
  return true;
}

/** @returns whether no rate is clearly lower than documented */
async function compare(rates: readonly Rate[]): Promise<boolean> {
  const lower = clearlyLower(rates, documentedRates());
  for (const line of lower) process.stdout.write(`Clearly fewer succeed: ${line}\n`);
  const { actual, expected } = await pageWith(rates);
  if (actual !== expected)
    process.stdout.write(
      "docs/deploy.md has other rates: npm run test:deploy -- --update writes these.\n",
    );
  return lower.length === 0;
}

process.exitCode = await main(process.argv.slice(2));
