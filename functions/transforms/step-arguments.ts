/**
 * What a step may be given, checked when it is made: a wrong argument is found while the transform
 * is loaded, and not at the first record, or never. Types alone do not do it: a transform may be
 * plain JavaScript, and esbuild drops types unread.
 */

const MAX_SHOWN = 40;

/**
 * @param allowed what it may be: `a name`
 * @throws Error always: `timeFrom: format is "iso"; it has to be "iso8601" or "seconds".`
 */
export function refuseArgument(
  step: string,
  argument: string,
  value: unknown,
  allowed: string,
): never {
  throw new Error(`${step}: ${argument} is ${describe(value)}; it has to be ${allowed}.`);
}

/** @throws Error unless it is a text that is not empty */
export function checkName(step: string, argument: string, value: unknown): void {
  if (!isName(value)) refuseArgument(step, argument, value, "a text that is not empty");
}

/** @throws Error unless each is a name or a regular expression; a list is no name */
export function checkNamePatterns(step: string, values: readonly unknown[]): void {
  for (const [index, value] of values.entries())
    if (!isName(value) && !(value instanceof RegExp))
      refuseArgument(step, ordinal("name", index), value, "a text or a regular expression");
}

/** @throws Error unless it is a list of texts that are not empty */
export function checkNames(step: string, argument: string, value: unknown): void {
  if (!Array.isArray(value)) refuseArgument(step, argument, value, "a list of texts");
  for (const [index, name] of value.entries())
    if (!isName(name))
      refuseArgument(step, `${argument}[${index}]`, name, "a text that is not empty");
}

/** @throws Error unless it is the name of a property, or a path: names from the top of a record */
export function checkField(step: string, argument: string, value: unknown): void {
  const isPath = Array.isArray(value) && value.length > 0 && value.every(isName);
  if (!isName(value) && !isPath)
    refuseArgument(
      step,
      argument,
      value,
      'the name of a property, or a path such as ["context", "id"]',
    );
}

/** @throws Error unless it is one of `allowed` */
export function checkChoice(
  step: string,
  argument: string,
  value: unknown,
  allowed: readonly string[],
): void {
  if (allowed.some((choice) => choice === value)) return;
  const choices = allowed.map((choice) => JSON.stringify(choice));
  refuseArgument(
    step,
    argument,
    value,
    `${choices.slice(0, -1).join(", ")} or ${choices.at(-1) ?? ""}`,
  );
}

/** @throws Error unless it is a function; `what` it may be: `a transform` */
export function checkFunction(step: string, argument: string, value: unknown, what: string): void {
  if (typeof value !== "function") refuseArgument(step, argument, value, what);
}

/**
 * The members of what has to be an object.
 *
 * @param allowed what it may be: `an object of names`
 * @throws Error unless it is a plain object
 */
export function checkedEntries(
  step: string,
  argument: string,
  value: unknown,
  allowed: string,
): readonly (readonly [string, unknown])[] {
  if (!isPlainObject(value)) refuseArgument(step, argument, value, allowed);
  return Object.entries(value);
}

/** @throws Error when an object has members that are none of `names`: `{ timezone: "UTC" }` */
export function checkOptions(step: string, value: unknown, names: readonly string[]): void {
  const list = names.join(", ");
  for (const [name] of checkedEntries(step, "the last argument", value, `an object with ${list}`))
    if (!names.includes(name))
      throw new Error(`${step}: there is no option ${describe(name)}; there is: ${list}.`);
}

/** @throws Error unless something is given: the step would leave every event out, or do nothing */
export function checkSome(step: string, what: string, values: readonly unknown[]): void {
  if (values.length === 0) throw new Error(`${step}: it has to be given at least one ${what}.`);
}

/** @throws Error when a step without arguments is given some */
export function checkNone(step: string, values: readonly unknown[]): void {
  if (values.length > 0) throw new Error(`${step}: it takes no argument; write ${step}().`);
}

/** @throws Error when a recipe, which is a transform, is called as if it were a step */
export function checkIsCalledWithRecord(recipe: string, record: unknown): void {
  if (record === undefined)
    throw new Error(`${recipe}: it is a transform itself; write ${recipe}, not ${recipe}().`);
}

/**
 * @param index from 0
 * @returns `name 2`
 */
export function ordinal(what: string, index: number): string {
  return `${what} ${index + 1}`;
}

/** Whether it is an object as literals and JSON make them. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Short, and safe to show: an argument is code, not data. Secrets must not come here. */
function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value instanceof RegExp) return cut(String(value));
  if (value === null || typeof value === "number" || typeof value === "boolean")
    return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...`.toWellFormed() : text;
}
