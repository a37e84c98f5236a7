import { codeFolder } from "../built-function.ts";
import { measureCase, type CaseResult } from "./measure-case.ts";
import { MESSAGE_CASES } from "./message-cases.ts";

/** Does what every handler has to, and waits as long as Mixpanel takes. */
const EMPTY_HANDLER = `exports.importMessages = (request, response) => {
  setTimeout(() => response.status(204).send(), Number(process.env.LATENCY_MS));
};`;

export interface MessageRunOptions {
  /** Folder of the built functions. */
  readonly source: string;
  /** Cases whose name holds this text. */
  readonly filter: string;
  readonly cpuProfileFolder?: string | undefined;
  /** Told before each case. */
  readonly onStart?: (name: string) => void;
}

/** Runs the load test of message import, each case with a function process of its own. */
export async function runMessageCases(options: MessageRunOptions): Promise<readonly CaseResult[]> {
  const { source, filter, cpuProfileFolder, onStart } = options;
  const empty = await codeFolder(EMPTY_HANDLER);
  const results: CaseResult[] = [];
  for (const messageCase of MESSAGE_CASES.filter(({ name }) => name.includes(filter))) {
    onStart?.(messageCase.name);
    const served = messageCase.target === "empty" ? empty.folder : source;
    results.push(await measureCase(messageCase, { source: served, cpuProfileFolder }));
  }
  await empty.remove();
  return results;
}
