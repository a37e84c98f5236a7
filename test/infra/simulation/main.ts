import { recordConfigurations } from "./configurations.ts";
import { ratesOf, tableOf } from "./rates.ts";
import { type Story, storyText, tell } from "./story.ts";

const SEEDS = 1000;

/**
 * `npm run test:deploy`: deployments of seeds 1 to 1,000, and how many runs each took; with a
 * number, the story of that seed.
 */
async function main([word]: readonly string[]): Promise<number> {
  if (word !== undefined && !/^[1-9]\d*$/.test(word)) {
    process.stderr.write(`${word} is no seed: it has to be a whole number from 1 on.\n`);
    return 2;
  }
  const configurations = await recordConfigurations();
  if (word !== undefined) {
    const story = await tell(Number(word), configurations);
    process.stdout.write(`${storyText(story)}\n`);
    return story.findings.length === 0 ? 0 : 1;
  }
  const stories: Story[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) stories.push(await tell(seed, configurations));
  const wrong = stories.filter(({ findings }) => findings.length > 0);
  for (const story of wrong) process.stdout.write(`${storyText(story)}\n\n`);
  process.stdout.write(`${tableOf(ratesOf(stories))}\n\n`);
  const leftovers = stories.filter((story) => story.leftovers.includes("2 notifications")).length;
  const most = Math.max(...stories.map(({ runs }) => runs.length));
  process.stdout.write(
    `${SEEDS} deployments of at most ${most} runs, ${wrong.length} with something wrong; ${leftovers} left a second notification. ` +
      "One of them: npm run test:deploy -- SEED\n",
  );
  return wrong.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
