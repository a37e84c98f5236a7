import { objectUri, type ObjectGeneration } from "../../functions/reading/object-generation.ts";
import { toImportMessage } from "../backfill/import-again.ts";
import type { Connection } from "../stack/connect.ts";
import { replaysOf, type DeadLetter } from "./letter.ts";
import type { LeftOut } from "./left-out-objects.ts";
import type { PublishLetters } from "./publish-letters.ts";
import { lookUp, OBJECT_GONE } from "./referenced-records.ts";

/**
 * Has the object of a letter imported again, once for all letters of it. Returns why it cannot be.
 *
 * @throws what publishing throws
 */
export type ImportObject = (
  letter: DeadLetter,
  object: ObjectGeneration,
  quarantineOff: boolean,
) => Promise<string | undefined>;

const REPLACED =
  "the object was replaced or deleted since then: what is there now is imported by itself, or by backfill";
const GONE = "the object is not there any more: upload it again";

/** @param publish undefined: only looks whether it could be done */
export function createObjectImports(
  connection: Connection,
  publish: PublishLetters | undefined,
  leftOut: LeftOut,
): ImportObject {
  const imports = new Map<string, Promise<string | undefined>>();
  return (letter, object, quarantineOff) => {
    const key = `${objectUri(object)} ${String(quarantineOff)}`;
    const known = imports.get(key);
    if (known !== undefined) return known;
    const made = importOnce(connection, publish, { letter, object, quarantineOff, leftOut });
    imports.set(key, made);
    return made;
  };
}

interface WantedImport {
  readonly letter: DeadLetter;
  readonly object: ObjectGeneration;
  readonly quarantineOff: boolean;
  readonly leftOut: LeftOut;
}

async function importOnce(
  connection: Connection,
  publish: PublishLetters | undefined,
  { letter, object, quarantineOff, leftOut }: WantedImport,
): Promise<string | undefined> {
  const found = await lookUp(connection, object);
  if (typeof found === "string") return found === OBJECT_GONE ? GONE : found;
  // The bucket keeps versions; what was there before a file was corrected is not wanted any more.
  if (found.timeDeleted !== undefined) return REPLACED;
  const why = await leftOut(object.object, found.size);
  if (why !== undefined || publish === undefined) return why;
  // The letter's own id: a replay that was killed and is run again asks for the same import.
  const importId = `replay-${letter.messageId}`;
  const message = toImportMessage(object.bucket, found, { importId, quarantineOff });
  const replays = String(replaysOf(letter) + 1);
  const attributes = { ...message.attributes, replays };
  return await publish(connection.stack.objectsTopic, [{ ...message, attributes }]);
}
