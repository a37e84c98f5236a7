import { isJsonObject, type JsonObject } from "../../json.ts";
import { tryStringifyExactly } from "../exact-json.ts";
import { MAX_PROFILE_VALUE_BYTES } from "../limits.ts";
import type { Operation, Operator } from "./operation.ts";
import type { ProfileRefusal } from "./profile-rules.ts";

/**
 * Why what an operator is given is refused, if it is. The shapes are those of the schemas of
 * https://docs.mixpanel.com/reference/profile-batch-update and its neighbours; that something else
 * is refused is inferred.
 */
export function refuseOperand({ operator, operand }: Operation): ProfileRefusal | undefined {
  if (!SHAPES[operator].isGood(operand))
    return {
      rule: "update-operand-invalid",
      field: operator,
      message: `${operator}, must be ${SHAPES[operator].words}`,
    };
  return isJsonObject(operand) ? refuseLargeValue(operator, operand) : undefined;
}

interface Shape {
  readonly words: string;
  readonly isGood: (operand: unknown) => boolean;
}

const AN_OBJECT: Shape = { words: "an object", isGood: isJsonObject };

const SHAPES: Readonly<Record<Operator, Shape>> = {
  $set: AN_OBJECT,
  $set_once: AN_OBJECT,
  $add: { words: "an object of numbers", isGood: (operand) => isObjectOf(operand, isNumber) },
  $append: AN_OBJECT,
  $union: {
    words: "an object of lists of texts or numbers, none of them empty",
    isGood: (operand) => isObjectOf(operand, isListOfScalars),
  },
  $remove: AN_OBJECT,
  $unset: {
    words: "a list of names that is not empty",
    isGood: (operand) =>
      Array.isArray(operand) &&
      operand.length > 0 &&
      operand.every((name) => typeof name === "string"),
  },
  $delete: { words: "anything", isGood: () => true },
};

function isObjectOf(operand: unknown, isGood: (value: unknown) => boolean): boolean {
  return isJsonObject(operand) && Object.values(operand).every(isGood);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function isListOfScalars(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((element) => typeof element === "string" || isNumber(element))
  );
}

/**
 * The limit of a list or an object is documented; that one beyond it has its update refused is
 * inferred.
 */
function refuseLargeValue(operator: Operator, operand: JsonObject): ProfileRefusal | undefined {
  const isTooLarge = (value: unknown): boolean =>
    typeof value === "object" && value !== null && isTooLong(tryStringifyExactly(value));
  const isTooLong = (text: string | undefined): boolean =>
    text === undefined || Buffer.byteLength(text) > MAX_PROFILE_VALUE_BYTES;
  const found = Object.entries(operand).find(([, value]) => isTooLarge(value));
  if (found === undefined) return undefined;
  const field = `${operator}.${found[0]}`;
  return {
    rule: "update-value-too-large",
    field,
    message: `${field}, must not be larger than 256 KB`,
  };
}
