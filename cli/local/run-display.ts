import type { RunDisplay } from "../../local/run/run-display.ts";
import type { TerminalStream } from "../terminal/progress.ts";
import { showProgress } from "../terminal/progress.ts";
import { describeImport, describeMessages, describeOther, describeProblem } from "./live-lines.ts";
import { describeResult } from "./run-report.ts";
import { describeWatch } from "./watch-text.ts";

/** Writes what a local run tells, in lines and tables. */
export function createRunDisplay(stream: TerminalStream): RunDisplay {
  const say = (text: string): void => void stream.write(`${text}\n`);
  return {
    say,
    showProgress: (look) =>
      showProgress(stream, () =>
        look().map(({ file: { name, bytes }, ...progress }) => ({
          ...{ name, totalBytes: bytes },
          ...progress,
        })),
      ),
    showResult: (result) => {
      say(describeResult(result));
    },
    showPage: (url) => {
      say(`See it in a browser: ${url}`);
    },
    showWatch: (entrances) => {
      say(describeWatch(entrances));
    },
    live: {
      onObject: (line) => {
        say(describeImport(line));
      },
      onMessages: (settled) => {
        say(describeMessages(settled));
      },
      onDeadLetters: (group) => {
        say(describeProblem(group));
      },
      onOther: (entryPoint, line) => {
        const text = describeOther(entryPoint, line);
        if (text !== undefined) say(text);
      },
    },
  };
}
