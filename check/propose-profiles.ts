import type { ColumnSample } from "./propose-mapping.ts";

/** Names that only columns of events have; a user has a `name` and a `type`, too. */
const OF_EVENTS = /^(event(_?(name|type|time|timestamp|id))?|action|activity|time|timestamp)$/i;

/** What is known of people rather than of what they did. */
const OF_USERS =
  /^\$?(e_?mail|first_?name|last_?name|full_?name|user_?name|phone|avatar|birth_?(day|date)|signed_?up(_at)?)$/i;

/** Ids of users, the most telling ones first. */
const IDS = ["$distinct_id", "distinct_id", "user_id", "customer_id", "account_id", "uid", "id"];

/** Columns that Mixpanel knows under other names. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  name: "$name",
  first_name: "$first_name",
  last_name: "$last_name",
  email: "$email",
  phone: "$phone",
  avatar: "$avatar",
  created_at: "$created",
};

/**
 * Code of a transform that makes updates of users of rows; undefined when the columns do not look
 * like those of a table of users.
 */
export function proposeProfiles(columns: readonly ColumnSample[]): string | undefined {
  const names = columns.map(({ name }) => name);
  const id = IDS.find((known) => names.includes(known));
  const isOfUsers = names.includes("$distinct_id") || names.some((name) => OF_USERS.test(name));
  if (id === undefined || !isOfUsers || names.some((name) => OF_EVENTS.test(name)))
    return undefined;
  const renamed = names.filter(
    (name) => Object.hasOwn(NEW_NAMES, name) && !names.includes(NEW_NAMES[name] ?? ""),
  );
  const rename = renamed.map((name) => `${name}: ${JSON.stringify(NEW_NAMES[name])}`).join(", ");
  const isUsual = id === "$distinct_id" || id === "distinct_id";
  return [
    'import { profileFromRow } from "./transforms/steps.ts";',
    "",
    "export const transform = profileFromRow({",
    ...(isUsual ? [] : [`  distinctId: ${JSON.stringify(id)},`]),
    ...(names.includes("created_at")
      ? ['  dates: ["created_at"],', '  zone: "UTC", // or the zone it was written in']
      : []),
    ...(rename === "" ? [] : [`  rename: { ${rename} },`]),
    "});",
  ].join("\n");
}
