import type { State } from "./engine.ts";
import { grantOf, grantOfCommand } from "./grants.ts";
import { lossesOf } from "./losses.ts";
import { PLAIN_TYPES } from "./plain-types.ts";
import type { RecordedResource, RecordedStack } from "./recorded-stack.ts";
import type { Run, Scene } from "./story.ts";

export interface Ending {
  readonly stack: RecordedStack;
  readonly state: State;
  readonly runs: readonly Run[];
}

/** What is wrong in the end, and what is left over. */
export function findings(
  scene: Scene,
  ending: Ending,
): { readonly wrong: string[]; readonly leftovers: string[] } {
  const { runs, state } = ending;
  const wrong = notRepaired(runs);
  const isDone = runs.at(-1)?.outcome === "succeeded";
  if (!isDone) wrong.push(`it is not deployed after ${runs.length} runs`);
  if (isDone) wrong.push(...incomplete(scene, ending), ...notGranted(scene, ending));
  wrong.push(...lossesOf(scene, ending.stack));
  const { notifications } = scene.google;
  const leftovers = [
    ...(notifications.length > 1 ? [`${notifications.length} notifications`] : []),
    ...(isDone && state.pending.size > 0 ? ["pending operations in the state"] : []),
  ];
  return { wrong, leftovers };
}

/** What failed in one run and, for the same reason, in the next: that one had to repair it. */
function notRepaired(runs: readonly Run[]): string[] {
  return runs.flatMap(({ errors }, at) => {
    const before = new Map(runs[at - 1]?.errors);
    return errors
      .filter(([resource, error]) => before.get(resource) === error)
      .map(([resource, error]) => `${resource} failed twice: ${error}`);
  });
}

/** What is not there, or not as the program has it. */
function incomplete({ google }: Scene, { stack, state }: Ending): string[] {
  return stack.resources.flatMap((resource): string[] => {
    if (!resource.custom) return [];
    const { name, text } = resource;
    const known = state.resources.get(name);
    if (known?.text !== text || known.initError !== undefined)
      return [`${name} is not in the state as the program has it`];
    return isThere(resource, google) ? [] : [`${name} is not there`];
  });
}

/** Commands that were printed for somebody, and that nobody could run. */
function notGranted({ google }: Scene, { stack }: Ending): string[] {
  return stack.commands
    .flat()
    .filter((command) => !google.works(grantOfCommand(command)))
    .map((command) => `nobody could run: ${command}`);
}

function isThere({ type, inputs }: RecordedResource, google: Scene["google"]): boolean {
  const plain = PLAIN_TYPES[type];
  if (plain !== undefined) return google.things.has(plain.thing(inputs));
  const grant = grantOf(type, inputs);
  if (grant !== undefined) return google.works(grant);
  if (type.endsWith(":Notification")) return google.notifications.length > 0;
  if (!type.endsWith(":Function")) return true;
  const made = google.functions.get(String(inputs["name"]));
  return made?.state === "ACTIVE" && made.uri !== "" && made.config === JSON.stringify(inputs);
}
