import type { CheckSummary, FileSummary } from "../../check/check-summary.ts";
import { fit, printable, wrap } from "../terminal/fit.ts";
import { formatCount } from "../terminal/table.ts";

const MAX_NAMES = 5;
const MAX_FILES = 5;

/** What the files will meet besides refusals: a paragraph for each. */
export function formatNotes(summary: CheckSummary, columns: number): string[] {
  return [
    ...ofFiles(summary.files, ({ error }) => error !== undefined, cutOff),
    ...ofFiles(summary.files, ({ isQuarantined }) => isQuarantined, quarantined),
    ...ofFiles(summary.files, (file) => file.columnsLeftOut !== undefined, leftOut),
    identityNote(summary),
    userNote(summary),
    tokenNote(summary),
    cutTextNote(summary),
  ]
    .filter((note) => note !== "")
    .map((note) => wrap(note, columns));
}

function ofFiles(
  files: readonly FileSummary[],
  isMeant: (file: FileSummary) => boolean,
  describe: (file: FileSummary) => string,
): string[] {
  const meant = files.filter(isMeant);
  const rest = meant.length - MAX_FILES;
  const more = rest > 0 ? [`The same of ${formatCount(rest)} more files.`] : [];
  return [...meant.slice(0, MAX_FILES).map(describe), ...more];
}

function cutOff({ file, isUnreadable, error }: FileSummary): string {
  const what = isUnreadable ? "cannot be read" : "could not be read to its end";
  return `${printable(file)} ${what}: ${error ?? ""}.`;
}

/** https://parquet.apache.org/docs/file-format/types/logicaltypes/ */
function leftOut({ file, columnsLeftOut = [] }: FileSummary): string {
  const names = columnsLeftOut.slice(0, MAX_NAMES).map(printable).join(", ");
  const more =
    columnsLeftOut.length > MAX_NAMES ? ` and ${columnsLeftOut.length - MAX_NAMES} more` : "";
  return `${printable(file)}: not read, because of their types, are the columns ${names}${more}.`;
}

/** At the default of the setting; what is not read of it is not sent either. */
function quarantined({ file }: FileSummary): string {
  return (
    `${printable(file)} WOULD BE QUARANTINED: 90 % or more of its first 1,000 records would be ` +
    "refused, and the rest would not be read. To import such files all the same: pulumi config " +
    "set quarantinePercent 0"
  );
}

function identityNote({ notes: { identityEvents } }: CheckSummary): string {
  if (identityEvents === 0) return "";
  return (
    `Events that join users ($identify, $create_alias, $merge): ${formatCount(identityEvents)}. ` +
    "A project with Simplified ID Merge refuses them. They are sent in requests of their own."
  );
}

function userNote({ notes: { withoutDistinctId, withoutUser } }: CheckSummary): string {
  if (withoutDistinctId === 0) return "";
  const nameless =
    withoutUser === 0
      ? ""
      : ` Without $user_id and $device_id too: ${formatCount(withoutUser)}. Mixpanel makes up a user ` +
        "for those, from the address of the request; sent twice, they count twice.";
  return (
    `Events without distinct_id: ${formatCount(withoutDistinctId)}. A project with Original ID ` +
    `Merge refuses them.${nameless}`
  );
}

function tokenNote({ notes: { tokens } }: CheckSummary): string {
  if (tokens === 0) return "";
  const what = tokens === 1 ? "one $token" : `${formatCount(tokens)} different $tokens`;
  return (
    `Updates of users or groups carry ${what}. A stack imports those with its own token only, and ` +
    "refuses the others, which are of another project: leave $token out, and it adds its own."
  );
}

function cutTextNote({ properties }: CheckSummary): string {
  const cut = properties.filter((property) => property.cut > 0);
  if (cut.length === 0) return "";
  const total = cut.reduce((sum, property) => sum + property.cut, 0);
  const names = cut.slice(0, MAX_NAMES).map(({ name }) => fit(printable(name), 40));
  const more = cut.length > names.length ? " and more" : "";
  return (
    `Texts longer than 255 bytes, which Mixpanel cuts: ${formatCount(total)}, in ` +
    `${names.join(", ")}${more}.`
  );
}
