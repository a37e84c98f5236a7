import { isJsonObject } from "../../json.ts";
import { idText } from "../id-check.ts";
import type { DecidingEffect } from "../faults.ts";
import type { SentRecord } from "../parse-batch.ts";
import { textOf } from "../parse-batch.ts";
import type { Project } from "../project.ts";
import type { RejectLog } from "../reject-log.ts";
import { placeOf } from "./profile-place.ts";
import type { ProfileRefusal, ProfileRuleName } from "./profile-rules.ts";
import type { ProfileSwitches } from "./profile-switches.ts";
import { checkUpdate, isRefused, type ProfileKind, type ProfileUpdate } from "./profile-update.ts";

/** A batch of updates on its way. */
export interface UpdateBatch {
  readonly records: readonly SentRecord[];
  readonly kind: ProfileKind;
  /** The project of a token, or undefined: such an update is accepted, and vanishes. */
  readonly projectOf: (token: string) => Project | undefined;
  readonly switches: ProfileSwitches;
  readonly nowMs: number;
  /** Address that locates updates without `$ip`; undefined with `ip=0`. */
  readonly locatedBy: string | undefined;
  /** Of the whole request. */
  readonly bytes: number;
  readonly rejects: RejectLog;
  /** Number of the request. */
  readonly request: number;
  readonly effect: DecidingEffect | undefined;
}

/** An update that was refused, as a response can name it. */
export interface RefusedUpdate {
  readonly index: number;
  /** Of the profile; "" when the update has none. */
  readonly id: string;
  readonly message: string;
}

/** What became of a batch. */
export interface UpdateResult {
  /** As the response counts them; updates of a project that does not exist are good. */
  readonly good: number;
  /** Good or bad, they were not applied. */
  readonly rejected: number;
  /** The bad ones, in the order they were sent. */
  readonly refused: readonly RefusedUpdate[];
}

/** Applies what is good of a batch, or, where a switch says so, all or nothing. */
export function applyUpdates(batch: UpdateBatch): UpdateResult {
  const outcomes = batch.records.map((record) => check(batch, record));
  if (batch.switches.partialUpdates === "refuse-all" && outcomes.some(isRefused))
    return refuseAll(batch, outcomes);
  const settled = new Map<number, ProfileRefusal | "applied" | "lost">();
  const positions = [...outcomes.keys()];
  for (const index of batch.switches.batchOrder === "sent" ? positions : positions.reverse()) {
    const outcome = outcomes[index];
    if (outcome !== undefined)
      settled.set(index, isRefused(outcome) ? outcome : apply(batch, outcome));
  }
  const results = outcomes.map((_, index) => settled.get(index));
  const refused = results.flatMap((result, index) =>
    typeof result === "object" ? [reject(batch, index, result)] : [],
  );
  const good = results.filter((result) => result === "applied").length;
  return { good, rejected: refused.length, refused };
}

function check(
  { kind, switches, projectOf, effect }: UpdateBatch,
  record: SentRecord,
): ProfileUpdate | ProfileRefusal {
  const update = checkUpdate(record, kind, switches);
  if (isRefused(update)) return update;
  if (effect?.kind === "refuseUpdates" && effect.id === update.id)
    return refuse("update-by-fault", "", effect.error ?? "update is invalid");
  const project = projectOf(update.token);
  if (project === undefined || switches.unknownGroupKey === "accept" || isShown(project, update))
    return update;
  return refuse("update-group-key-unknown", "$group_key", "$group_key, unknown");
}

function apply(batch: UpdateBatch, update: ProfileUpdate): ProfileRefusal | "applied" | "lost" {
  const { effect, switches, nowMs } = batch;
  if (effect?.kind === "loseUpdates" && effect.id === update.id) return "lost";
  const project = batch.projectOf(update.token);
  // A group's additions come here only where a switch has them accepted without any effect.
  const isWithoutEffect =
    project === undefined || !isShown(project, update) || isGroupAddition(update);
  if (isWithoutEffect) return "applied";
  const outcome = project.profiles.apply(update, {
    nowMs,
    switches,
    place: placeOf(update, batch.locatedBy, switches),
    bytes: batch.bytes / batch.records.length,
  });
  if (outcome === "applied" || switches.propertyOverflow === "ignore") return "applied";
  return refuse(
    "update-properties-too-many",
    "",
    "profile must not have more than 2000 properties",
  );
}

/** Of a group whose key the project does not have, nothing is to be seen. */
function isShown({ settings: { groupKeys } }: Project, { kind, groupKey }: ProfileUpdate): boolean {
  return kind === "user" || groupKeys === undefined || groupKeys.includes(groupKey);
}

function isGroupAddition({ kind, operations }: ProfileUpdate): boolean {
  const isAddition = operations.some(
    ({ operator }) => operator === "$add" || operator === "$append",
  );
  return kind === "group" && isAddition;
}

function refuseAll(
  batch: UpdateBatch,
  outcomes: readonly (ProfileUpdate | ProfileRefusal)[],
): UpdateResult {
  const refused = outcomes.flatMap((outcome, index) => {
    if (isRefused(outcome)) return [reject(batch, index, outcome)];
    reject(batch, index, refuse("update-batch-refused", "", "another update of the batch is bad"));
    return [];
  });
  return { good: 0, rejected: outcomes.length, refused };
}

function reject(batch: UpdateBatch, index: number, refusal: ProfileRefusal): RefusedUpdate {
  const record = batch.records[index];
  batch.rejects.add(refusal, batch.request, index, () =>
    record === undefined ? "" : textOf(record),
  );
  return { index, id: idOf(record, batch.kind), message: refusal.message };
}

function idOf(record: SentRecord | undefined, kind: ProfileKind): string {
  const value = record?.value;
  const id = isJsonObject(value)
    ? value[kind === "user" ? "$distinct_id" : "$group_id"]
    : undefined;
  return ["string", "number", "bigint"].includes(typeof id) ? idText(id) : "";
}

function refuse(rule: ProfileRuleName, field: string, message: string): ProfileRefusal {
  return { rule, field, message };
}
