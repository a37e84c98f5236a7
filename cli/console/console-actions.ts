import { randomUUID } from "node:crypto";

import { UserError } from "../../functions/platform/user-error.ts";
import { importAgain } from "../backfill/import-again.ts";
import type { ReplayReport } from "../replay/plan.ts";
import { replay, survey } from "../replay/replay.ts";
import type { ObjectGeneration } from "../../functions/reading/object-generation.ts";
import type { Connection } from "../stack/connect.ts";
import { readImportSettings, type Skip } from "../stack/import-settings.ts";
import { formatCount } from "../terminal/table.ts";
import { findRecords } from "./dead-letter-records.ts";
import { toFilter, type MeantLetters } from "./meant-letters.ts";

type Input = Readonly<Record<string, unknown>>;

/** What the page can have done. */
export interface ConsoleActions {
  /** @throws UserError, RefusedError, UnavailableError */
  readonly byPath: ReadonlyMap<string, (input: Input) => Promise<unknown>>;
  /** What goes on, for people; "" for nothing. */
  readonly activity: () => string;
}

/** What a deployed stack's page offers: to look at dead letters, replay them, import again. */
export function createConsoleActions(
  connection: Connection,
  readSettings: typeof readImportSettings = readImportSettings,
): ConsoleActions {
  let activity = "";
  /** Two passes through the dead letters at once would take each other's. */
  const alone = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    if (activity !== "") throw new UserError("Wait until what goes on has ended.");
    activity = what;
    try {
      return await work();
    } finally {
      activity = "";
    }
  };
  const follow = (what: string) => ({
    onProgress: (done: number, total: number | undefined) => {
      activity = `${what}: ${formatCount(done)}${total === undefined ? "" : ` of ${formatCount(total)}`}`;
    },
  });
  return {
    activity: () => activity,
    byPath: new Map<string, (input: Input) => Promise<unknown>>([
      [
        "/dead-letters",
        () => alone("looking", () => survey(connection, { filter: {} }, follow("looking"))),
      ],
      ["/records", (input) => alone("looking", () => findRecords(connection, readMeant(input)))],
      [
        "/replay",
        (input) =>
          alone("replaying", (): Promise<ReplayReport> => {
            const plan = { filter: toFilter(readMeant(input)) };
            return input["dryRun"] === false
              ? replay(connection, plan, follow("replaying"))
              : survey(connection, plan, follow("looking"));
          }),
      ],
      [
        "/import-again",
        async (input) => {
          const place = readPlace(input);
          requireImported(place.object, (await readSettings(connection)).skip);
          return await importOnceMore(connection, place, input["quarantineOff"] === true);
        },
      ],
    ]),
  };
}

/** @throws UserError (exit code 2) */
function readPlace(input: Input): ObjectGeneration {
  const bucket = textIn(input, "bucket");
  const object = textIn(input, "object");
  const generation = textIn(input, "generation");
  if (bucket === "" || object === "" || !/^\d+$/.test(generation))
    throw new UserError("Give bucket, object and generation.", 2);
  return { bucket, object, generation };
}

/** importObject would acknowledge the message, and import nothing. @throws UserError */
function requireImported(object: string, skip: Skip): void {
  const reason = skip(object, undefined);
  if (reason === undefined) return;
  throw new UserError(
    reason === "not matching"
      ? "The stack leaves this file out (includeObjects, excludeObjects): nothing would be imported."
      : `The stack skips this file (${reason}): nothing would be imported.`,
  );
}

async function importOnceMore(
  connection: Connection,
  place: ObjectGeneration,
  quarantineOff: boolean,
): Promise<object> {
  const importId = randomUUID();
  await importAgain(connection, place, { importId, quarantineOff });
  return { importId };
}

/** @throws UserError (exit code 2): what is left out would mean every one */
function readMeant(input: Input): MeantLetters {
  for (const key of ["reason", "field", "error", "source"])
    if (typeof input[key] !== "string") throw new UserError(`Give ${key}, as a text.`, 2);
  return {
    reason: textIn(input, "reason"),
    field: textIn(input, "field"),
    error: textIn(input, "error"),
    source: textIn(input, "source"),
  };
}

function textIn(input: Input, key: string): string {
  const value = input[key];
  return typeof value === "string" ? value : "";
}
