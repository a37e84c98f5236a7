import { randomBytes } from "node:crypto";

import { messageOf } from "../../functions/platform/errors.ts";
import { receiptName } from "../../functions/objects/receipt.ts";
import { statusOf } from "../../functions/google/storage-error.ts";
import { RefusedError } from "../google/rest.ts";
import { readJsonObject } from "../google/objects.ts";
import type { Connection } from "../stack/connect.ts";
import { ARRIVAL_MS, waitForArrival } from "./arrival.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  ok,
  type Outcome,
  type Resource,
  unknown,
  warning,
} from "./check.ts";
import { connectionOf } from "./connection.ts";
import { objectOf } from "./resource.ts";

/**
 * Longest a canary is waited for, and what is cleared away after it: a cold start takes seconds,
 * a first file through Pub/Sub up to half a minute.
 */
export const CANARY_LIMIT_MS = 75_000;
/** As Mixpanel shows it: to be hidden in Lexicon. */
export const CANARY_EVENT = "mixpanel-gcp canary";
const FOLDER = "mixpanel-gcp-canary";

/** One event through the bucket, and proof that it arrived. */
export const CANARY_OBJECT_CHECK: Check = {
  ...{ id: "canary-object", title: "canary through the bucket", phase: "canary" },
  origins: ["pulumi", "outputs", "local"],
  needs: ["subscriptions", "push"],
  limitMs: CANARY_LIMIT_MS,
  run: checkObject,
};

/** A marked event; every canary of a stack is of one user. */
export function canaryEvent(path: "object" | "message", id: string): string {
  const properties = {
    time: Math.floor(Date.now() / 1000),
    distinct_id: FOLDER,
    $insert_id: id,
    path,
  };
  return JSON.stringify({ event: CANARY_EVENT, properties });
}

/** Tells canaries apart; an id as Mixpanel takes it. */
export function canaryId(): string {
  return `canary-${randomBytes(8).toString("hex")}`;
}

async function checkObject(context: CheckContext, facts: Facts): Promise<Outcome> {
  const connection = connectionOf(context, facts);
  const { landingBucket, receiptsBucket } = connection.stack;
  const id = canaryId();
  const object = `${FOLDER}/${id}.ndjson`;
  const file = context.google.storage.bucket(landingBucket).file(object);
  const uploaded = await upload(file, `${canaryEvent("object", id)}\n`);
  if (typeof uploaded !== "string") return uploaded;

  const place = { bucket: landingBucket, object, generation: uploaded };
  const receipt = await waitForReceipt(connection, receiptName(place), context);
  const uri = `gs://${landingBucket}/${object}`;
  if (receipt === undefined)
    return failed(
      `${uri} has no receipt in ${receiptsBucket} after ${ARRIVAL_MS / 1000} s. It is left there.`,
      "Does includeObjects or excludeObjects leave it out? Is there much before it (backlog)? Otherwise read the log of importObject at severity WARNING.",
    );
  const left = await remove(file);
  return judge(receipt, left === undefined ? "" : ` ${uri} is left there (${left}).`);
}

type StoredFile = ReturnType<ReturnType<CheckContext["google"]["storage"]["bucket"]>["file"]>;

/** The generation; or why nothing could be put there. */
async function upload(file: StoredFile, text: string): Promise<string | Outcome> {
  try {
    await file.save(text, {
      resumable: false,
      contentType: "application/x-ndjson",
      preconditionOpts: { ifGenerationMatch: 0 },
    });
    return String(file.metadata.generation);
  } catch (error) {
    const status = statusOf(error);
    const detail = `could not check: putting a file into ${file.bucket.name} failed (${messageOf(error)})`;
    if (status === 401 || status === 403)
      return unknown(detail, "It takes storage.objects.create (roles/storage.objectUser).");
    return warning(detail, "Run doctor again.");
  }
}

function waitForReceipt(
  connection: Connection,
  name: string,
  context: CheckContext,
): Promise<Resource | undefined> {
  return waitForArrival(context, async () => {
    try {
      return await readJsonObject(connection, connection.stack.receiptsBucket, name);
    } catch (error) {
      if (error instanceof RefusedError && error.status === 404) return undefined;
      throw error;
    }
  });
}

/** Why it is still there; undefined when it is gone. */
async function remove(file: StoredFile): Promise<string | undefined> {
  try {
    await file.delete();
    return undefined;
  } catch (error) {
    return statusOf(error) === 403 ? "it may not be deleted" : messageOf(error);
  }
}

function judge(receipt: Resource, note: string): Outcome {
  const { state, firstError } = receipt;
  const imported = Number(objectOf(receipt["events"])["imported"] ?? 0);
  const dropped = Number(objectOf(receipt["records"])["dropped"] ?? 0);
  if (state === "complete" && imported > 0)
    return ok(`imported: its receipt says so. In Mixpanel: ${CANARY_EVENT}.${note}`);
  if (state === "complete" && dropped > 0)
    return ok(`read, and left out by your transform; the way to Mixpanel is not proved.${note}`);
  const { reason = "", field = "", error = "" } = objectOf(firstError);
  return failed(
    `not imported: ${String(state)} (${[reason, field, error].filter(Boolean).join(", ")}).${note}`,
    "If the transform refuses it, let it pass events named so; otherwise see the dead letters.",
  );
}
