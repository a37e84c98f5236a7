import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { wasChecked } from "../../archive/type-check-memory.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { LOADER, loaderEnvironment } from "../../local/run/loader.ts";

const PROGRAM = fileURLToPath(new URL("../../archive/check-types.ts", import.meta.url));

/** The check of a transform's types, beside everything else. */
export interface TypeCheck {
  /** Aborted, with a UserError that tells them as its reason, when there are type errors. */
  readonly signal: AbortSignal;
  /**
   * Resolves when the types have been checked.
   *
   * @throws UserError when there are type errors
   */
  done(): Promise<void>;
  stop(): void;
}

/** A check that has been done, and found nothing. */
export const NO_TYPE_CHECK: TypeCheck = {
  signal: new AbortController().signal,
  done: () => Promise.resolve(),
  stop: () => undefined,
};

/**
 * Checks the types of a transform in a process of its own: it takes a second of work, in which
 * something else can be done.
 *
 * @param file absolute
 */
export function startTypeCheck(file: string): TypeCheck {
  if (wasChecked(file)) return NO_TYPE_CHECK;
  const controller = new AbortController();
  const child = spawn(process.execPath, [...LOADER, PROGRAM, file], {
    env: loaderEnvironment(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = new Promise<void>((resolve) => {
    // A check that cannot be done must not keep anybody from working.
    child.once("error", () => {
      resolve();
    });
    child.once("close", () => {
      const problems = parseProblems(output);
      if (problems.length > 0) controller.abort(typeErrors(problems));
      resolve();
    });
  });
  return {
    signal: controller.signal,
    done: async () => {
      await ended;
      controller.signal.throwIfAborted();
    },
    stop: () => {
      child.kill();
    },
  };
}

/** Nothing, when it was stopped or failed: then it is a defect of the check, not of the types. */
function parseProblems(output: string): readonly string[] {
  try {
    return JSON.parse(output) as string[];
  } catch {
    return [];
  }
}

function typeErrors(problems: readonly string[]): UserError {
  return new UserError(
    `The transform has type errors (--no-typecheck lets it run all the same).\n${problems.join("\n")}`,
  );
}
