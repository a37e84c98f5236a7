import { styleText } from "node:util";

/** What a colour says. */
export type Meaning = "good" | "bad" | "doubtful" | "added" | "removed" | "heading" | "aside";

/** Gives a text the colour of what it means; or leaves it as it is. */
export type Paint = (meaning: Meaning, text: string) => string;

const STYLES = {
  good: "green",
  bad: "red",
  doubtful: "yellow",
  added: "green",
  removed: "red",
  heading: "bold",
  aside: "dim",
} as const satisfies Record<Meaning, Parameters<typeof styleText>[0]>;

/** Leaves every text as it is. */
export const plain: Paint = (_meaning, text) => text;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Colours on a terminal, none in a pipe or a file; NO_COLOR (https://no-color.org) turns them off,
 * FORCE_COLOR (https://nodejs.org/api/tty.html#writestreamgetcolordepthenv) on. CLICOLOR=0 turns
 * them off, and CLICOLOR_FORCE on (http://bixense.com/clicolors/).
 */
export function createPaint(
  stream: { readonly isTTY?: boolean },
  environment: Environment = process.env,
): Paint {
  if (!hasColours(stream, environment)) return plain;
  return (meaning, text) => styleText(STYLES[meaning], text, { validateStream: false });
}

function hasColours(stream: { readonly isTTY?: boolean }, environment: Environment): boolean {
  if (isSet(environment["NO_COLOR"])) return false;
  if (isSet(environment["FORCE_COLOR"])) return environment["FORCE_COLOR"] !== "0";
  if (isSet(environment["CLICOLOR_FORCE"]) && environment["CLICOLOR_FORCE"] !== "0") return true;
  if (environment["CLICOLOR"] === "0") return false;
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
