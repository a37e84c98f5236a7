import type { RunDisplay } from "../../local/run/run-display.ts";
import { showProgress, type TerminalStream } from "../terminal/progress.ts";
import { styleOf } from "../terminal/style.ts";
import { describeFirst, describeImport, describeMessages, describeOther } from "./live-lines.ts";
import type { LiveLine } from "./live-lines.ts";
import { progressRows } from "./progress-rows.ts";
import { describeResult } from "./run-report.ts";
import { createScreen } from "./screen.ts";
import { describeWatch } from "./watch-text.ts";

/**
 * Writes what a local run tells.
 *
 * @param stream for what goes on: standard error
 * @param reports for results: standard output, unless a program reads that
 */
export function createRunDisplay(stream: TerminalStream, reports: TerminalStream): RunDisplay {
  const screen = createScreen(stream);
  const { paint } = styleOf(stream);
  let page: string | undefined;
  const tell = (line: LiveLine | undefined): void => {
    if (line === undefined) return;
    screen.say(line.meaning === undefined ? line.text : paint(line.meaning, line.text));
  };
  return {
    say: (text) => {
      screen.say(text);
    },
    showProgress: (look) => showProgress(stream, () => progressRows(look())),
    showResult: (result) => {
      screen.clear();
      reports.write(`${describeResult(result, styleOf(reports))}\n`);
    },
    showPage: (url) => {
      page = url;
      screen.say(`See it in a browser: ${url}`);
    },
    showWatch: (entrances) => {
      screen.say(describeWatch(entrances));
      screen.hold(`See it in a browser: ${page ?? ""}  (Ctrl-C ends it)`);
    },
    live: {
      onObject: (line) => {
        tell(describeImport(line));
      },
      onMessages: (settled) => {
        tell(describeMessages(settled));
      },
      onDeadLetters: (group) => {
        tell(describeFirst(group));
      },
      onOther: (entryPoint, line) => {
        tell(describeOther(entryPoint, line));
      },
    },
  };
}
