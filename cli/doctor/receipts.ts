import { isObject } from "../../functions/platform/json.ts";
import { listObjects, type ListedObject, readJsonObject } from "../google/objects.ts";
import { NotJsonError, RefusedError } from "../google/rest.ts";
import { shellWord } from "../terminal/shell-word.ts";
import { unreadState, WHY_UNREAD } from "../stack/unread-receipt.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  known,
  ok,
  type Outcome,
  type Resource,
  warning,
} from "./check.ts";
import { connectionOf } from "./connection.ts";
import { objectOf, textOf } from "./resource.ts";

/** What became of the files imported last. */
export const RECEIPTS_CHECK: Check = {
  ...{ id: "receipts", title: "last receipts", phase: "after" },
  origins: ["pulumi", "outputs", "local"],
  needs: ["deployed", "credentials"],
  run: checkReceipts,
};

const SHOWN = 5;
/** Receipts are listed by name, not by time: so many are looked at to find the newest. */
const MAX_LISTED = 20_000;

async function checkReceipts(context: CheckContext, facts: Facts): Promise<Outcome> {
  const connection = connectionOf(context, facts);
  const { receiptsBucket } = known(facts, "stack");
  const { newest, isComplete } = await findNewest(connection, receiptsBucket);
  if (newest.length === 0) return ok("none yet.");
  const receipts = await Promise.all(
    newest.map(({ name }) => readReceipt(connection, receiptsBucket, name)),
  );
  const problems = receipts.flatMap((receipt, index) => {
    if (receipt === undefined) return [];
    const unread = unreadState(receipt);
    if (unread === undefined) return problemIn(receipt);
    const place = (newest[index]?.name ?? "").replace(/\/\d+\.json$/, "");
    return [{ place: `gs://${place}`, text: ` ${WHY_UNREAD[unread] ?? ""}` }];
  });
  const among = isComplete ? "" : ` of the first ${MAX_LISTED.toLocaleString("en-US")} by name`;
  const [first] = problems;
  if (first === undefined)
    return ok(`the last ${receipts.length}${among} are complete, with every record imported.`);
  return warning(
    `of the last ${receipts.length}${among}: ${problems.map(({ place, text }) => place + text).join("; ")}.`,
    `The whole story of the first of them:\n  npx --no mixpanel-gcp status${context.stackOptions} ${shellWord(first.place)}`,
  );
}

/** Nothing of one that is gone meanwhile; an empty one of what is no JSON. */
async function readReceipt(
  connection: Parameters<typeof readJsonObject>[0],
  bucket: string,
  name: string,
): Promise<Resource | undefined> {
  try {
    return await readJsonObject(connection, bucket, name);
  } catch (error) {
    if (error instanceof NotJsonError) return {};
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}

async function findNewest(
  connection: Parameters<typeof listObjects>[0],
  bucket: string,
): Promise<{ readonly newest: readonly ListedObject[]; readonly isComplete: boolean }> {
  let newest: readonly ListedObject[] = [];
  let listed = 0;
  for await (const page of listObjects(connection, bucket)) {
    listed += page.length;
    newest = [...newest, ...page]
      .sort((one, other) => Date.parse(other.timeCreated) - Date.parse(one.timeCreated))
      .slice(0, SHOWN);
    if (listed >= MAX_LISTED) return { newest, isComplete: false };
  }
  return { newest, isComplete: true };
}

interface Problem {
  /** `gs://bucket/file` */
  readonly place: string;
  readonly text: string;
}

/** `gs://bucket/file: quarantined`, `…: 3 of 10 refused (invalid, properties.time: missing)`. */
function problemIn(receipt: Resource): readonly Problem[] {
  const state = textOf(receipt["state"]);
  const place = `gs://${textOf(receipt["bucket"])}/${textOf(receipt["object"])}`;
  const count = (group: string, key: string): number => Number(objectOf(receipt[group])[key] ?? 0);
  const refused = ["events", "profiles", "groups"]
    .map((kind) => count(kind, "rejected"))
    .reduce((sum, rejected) => sum + rejected, count("records", "unusable"));
  if (state === "complete" && refused === 0) return [];
  const why = describeFirst(receipt["firstError"]);
  const what =
    refused === 0 ? state : `${state}, ${refused} of ${count("records", "read")} refused`;
  return [{ place, text: `: ${what}${why === "" ? "" : ` (${why})`}` }];
}

function describeFirst(error: unknown): string {
  if (!isObject(error)) return "";
  const { reason, field, error: text } = error;
  const where = [textOf(reason), textOf(field)].filter(Boolean).join(", ");
  return textOf(text) === "" ? where : `${where}: ${textOf(text)}`;
}
