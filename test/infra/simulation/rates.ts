import type { Story } from "./story.ts";

/** How often how many runs were needed. */
export interface Rate {
  readonly group: string;
  readonly stories: number;
  /** Deployed by the first run, by the second at the latest, by the third at the latest. */
  readonly within: readonly [first: number, second: number, third: number];
}

type Group = readonly [name: string, holds: (story: Story) => boolean];

const isLeftAlone = ({ isKilled, humanSteps }: Story): boolean =>
  !isKilled && humanSteps.length === 0;

const GROUPS: readonly Group[] = [
  ["all is there, Google is quick", (story) => isLeftAlone(story) && story.day === "quick"],
  ["all is there, Google is as usual", (story) => isLeftAlone(story) && story.day === "typical"],
  ["all is there, Google is slow", (story) => isLeftAlone(story) && story.day === "slow"],
  ["a run is killed", ({ isKilled }) => isKilled],
  [
    "somebody has to do something",
    ({ isKilled, humanSteps }) => !isKilled && humanSteps.length > 0,
  ],
];

export function ratesOf(stories: readonly Story[]): Rate[] {
  return GROUPS.map(([group, holds]) => {
    const told = stories.filter(holds);
    const within = (runs: number): number =>
      told.filter((story) => story.isDeployed && story.runs.length <= runs).length;
    return { group, stories: told.length, within: [within(1), within(2), within(3)] };
  });
}

/** As a table of the docs. */
export function tableOf(rates: readonly Rate[]): string {
  const percent = (count: number, of: number): string =>
    of === 0 ? "-" : `${((100 * count) / of).toFixed(count === of ? 0 : 1)} %`;
  const rows = rates.map(({ group, stories, within }) => {
    const cells = within.map((count) => percent(count, stories));
    return `| ${[group, stories, ...cells].join(" | ")} |`;
  });
  return [
    "| | deployments | first `up` | second at the latest | third at the latest |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
