import type { JsonObject } from "../../json.ts";
import { isJsonObject } from "../../json.ts";
import { idText } from "../id-check.ts";
import { MAX_UPDATE_BYTES } from "../limits.ts";
import type { SentRecord } from "../parse-batch.ts";
import { epochMilliseconds } from "../time-check.ts";
import { refuseOperand } from "./operand-check.ts";
import { type Operation, type Operator, OPERATORS } from "./operation.ts";
import type { ProfileRefusal, ProfileRuleName } from "./profile-rules.ts";
import type { ProfileSwitches } from "./profile-switches.ts";

/** Of a user (/engage) or of a group (/groups). */
export type ProfileKind = "user" | "group";

/** Which profile; of a group its key too. */
export interface ProfileIdentity {
  readonly kind: ProfileKind;
  /** `$group_key`; "" of a user. */
  readonly groupKey: string;
  /** `$distinct_id` or `$group_id`. */
  readonly id: string;
}

/** An update that passed. */
export interface ProfileUpdate extends ProfileIdentity {
  readonly token: string;
  /** One, or several where a switch says so. */
  readonly operations: readonly Operation[];
  /** `$time`. */
  readonly timeMs: number | undefined;
  /** `$ip`, as it was sent. */
  readonly ip: unknown;
  /** `$latitude,$longitude`, where there are both. */
  readonly coordinates: string | undefined;
  /** `$ignore_time`: `$last_seen` stays as it is. */
  readonly ignoresTime: boolean;
}

/** Tells the two outcomes of a check apart. */
export function isRefused(outcome: ProfileUpdate | ProfileRefusal): outcome is ProfileRefusal {
  return "rule" in outcome;
}

/** Checks one update; the first broken rule is the one reported. Their order is inferred. */
export function checkUpdate(
  { value, bytes }: SentRecord,
  kind: ProfileKind,
  switches: ProfileSwitches,
): ProfileUpdate | ProfileRefusal {
  if (!isJsonObject(value)) return refuse("update-not-object", "", "update must be an object");
  if (bytes > MAX_UPDATE_BYTES)
    return refuse("update-too-large", "", "update must not be larger than 1 MB");
  const token = value["$token"];
  if (typeof token !== "string" || token === "") return missing("update-token-missing", "$token");
  const identity = readIdentity(value, kind);
  if ("rule" in identity) return identity;
  const operations = readOperations(value, kind, switches);
  if ("rule" in operations) return operations;
  return {
    ...identity,
    token,
    operations,
    timeMs: epochMilliseconds(value["$time"]),
    ip: value["$ip"],
    coordinates: coordinatesOf(value),
    ignoresTime: value["$ignore_time"] === true,
  };
}

function readIdentity(update: JsonObject, kind: ProfileKind): ProfileIdentity | ProfileRefusal {
  const id = profileId(update["$distinct_id"]);
  if (kind === "user")
    return id === undefined
      ? missing("update-distinct-id-missing", "$distinct_id")
      : { kind, groupKey: "", id };
  if (Object.hasOwn(update, "$distinct_id"))
    return refuse(
      "update-distinct-id-of-group",
      "$distinct_id",
      "$distinct_id, must not be in an update of a group",
    );
  const groupKey = profileId(update["$group_key"]);
  if (groupKey === undefined) return missing("update-group-missing", "$group_key");
  const groupId = profileId(update["$group_id"]);
  if (groupId === undefined) return missing("update-group-missing", "$group_id");
  return { kind, groupKey, id: groupId };
}

/** Numbers are ids too: Mixpanel's own exports have them. */
function profileId(id: unknown): string | undefined {
  if (typeof id === "number" || typeof id === "bigint") return idText(id);
  return typeof id === "string" && id !== "" ? id : undefined;
}

/** An operator is there when its key is: `{"$delete":null}` deletes. */
function readOperations(
  update: JsonObject,
  kind: ProfileKind,
  switches: ProfileSwitches,
): readonly Operation[] | ProfileRefusal {
  const operators = Object.keys(update).filter(isOperator);
  if (operators.length === 0)
    return refuse("update-operator-missing", "", "update has no known operator");
  if (operators.length > 1 && switches.severalOperators === "refuse")
    return refuse("update-operators-several", "", "update must have one operator");
  const addition = operators.find((operator) => operator === "$add" || operator === "$append");
  if (kind === "group" && addition !== undefined && switches.groupAdditions === "refuse")
    return refuse("update-operator-of-group", addition, `${addition}, not supported for groups`);
  const operations = operators.map((operator) => ({ operator, operand: update[operator] }));
  for (const operation of operations) {
    const refusal = refuseOperand(operation);
    if (refusal !== undefined) return refusal;
  }
  return operations;
}

function isOperator(key: string): key is Operator {
  const known: readonly string[] = OPERATORS;
  return known.includes(key);
}

function coordinatesOf({ $latitude: latitude, $longitude: longitude }: JsonObject) {
  if (typeof latitude !== "number" || typeof longitude !== "number") return undefined;
  return `${latitude},${longitude}`;
}

const missing = (rule: ProfileRuleName, field: string): ProfileRefusal =>
  refuse(rule, field, `${field}, missing or empty`);

function refuse(rule: ProfileRuleName, field: string, message: string): ProfileRefusal {
  return { rule, field, message };
}
