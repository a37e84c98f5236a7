/** Records that are in the dead-letter topic for one and the same problem. */
export interface DeadLetterGroup {
  readonly reason: string;
  readonly field: string;
  readonly error: string;
  readonly records: number;
  /** Where one of them is: object and line, or message. */
  readonly sample: string;
}

/** One dead letter, as far as it is counted. */
export type CountedDeadLetter = DeadLetterGroup & {
  /** Object and generation; "" for a message. */
  readonly file: string;
};

export interface DeadLetterGroups {
  /** @returns whether it is the first of its kind in its file, or among the messages */
  add(letter: CountedDeadLetter): boolean;
  /** Most records first; at most 1,000 different problems. */
  all(): DeadLetterGroup[];
  /** The same of one file, by kind; at most 20. */
  ofFile(file: string): DeadLetterGroup[];
}

/**
 * Errors of Mixpanel or of a transform may hold values: there may be as many problems as records.
 */
const MAX_GROUPS = 1000;
const MAX_KINDS_PER_FILE = 20;
const MAX_FILES = 10_000;

/** Counts dead letters by problem, in all and for each file. */
export function createDeadLetterGroups(): DeadLetterGroups {
  const groups = new Map<string, DeadLetterGroup>();
  const files = new Map<string, Map<string, DeadLetterGroup>>();
  return {
    add: (letter) => {
      const { reason, field, error, file } = letter;
      addTo(groups, JSON.stringify([reason, field, error]), letter, MAX_GROUPS);
      const kinds = files.get(file) ?? new Map<string, DeadLetterGroup>();
      if (kinds.size === 0) keepFile(files, file, kinds);
      const kind = JSON.stringify([reason, field, withoutValues(error)]);
      return addTo(kinds, kind, letter, MAX_KINDS_PER_FILE);
    },
    all: () => sorted(groups),
    ofFile: (file) => sorted(files.get(file) ?? new Map<string, DeadLetterGroup>()),
  };
}

/** @returns whether it is a new one */
function addTo(
  groups: Map<string, DeadLetterGroup>,
  key: string,
  { reason, field, error, records, sample }: CountedDeadLetter,
  most: number,
): boolean {
  const known = groups.get(key);
  if (known === undefined && groups.size >= most) return false;
  groups.set(
    key,
    known
      ? { ...known, records: known.records + records }
      : { reason, field, error, records, sample },
  );
  return known === undefined;
}

function keepFile<Kinds>(files: Map<string, Kinds>, file: string, kinds: Kinds): void {
  files.set(file, kinds);
  for (const oldest of files.keys()) {
    if (files.size <= MAX_FILES) return;
    files.delete(oldest);
  }
}

/** What errors of one kind have in common: quoted values and numbers differ. */
function withoutValues(error: string): string {
  return error.replace(/'[^']*'|"[^"]*"|\d+/g, "…");
}

function sorted(groups: ReadonlyMap<string, DeadLetterGroup>): DeadLetterGroup[] {
  return [...groups.values()].sort((one, other) => other.records - one.records);
}
