import { CorruptDataError } from "../../reading/corrupt-data.ts";
import type { ColumnReader } from "./column-reader.ts";
import type { Field, Node } from "./columns.ts";
import { MAX_ROW_BYTES, RowText } from "./row-text.ts";

/** Writes the JSON of what comes next in some columns. @throws CorruptDataError */
interface Part {
  readonly write: (text: RowText) => void;
  /** Those that it takes values from, at least one. */
  readonly readers: readonly ColumnReader[];
}

/**
 * Puts rows together from the values of their columns, as Dremel stores them
 * (https://research.google/pubs/dremel-interactive-analysis-of-web-scale-datasets/): from the
 * levels of the next value of each column follows what is null, empty, or goes on.
 */
export class RowWriter {
  readonly #write: (text: RowText) => void;
  readonly #nested: readonly ColumnReader[];

  /** @param readers those of the columns, by their index */
  constructor(fields: readonly Field[], readers: ReadonlyMap<number, ColumnReader>) {
    const row = structPart(fields, readers);
    this.#write = row.write;
    this.#nested = row.readers;
  }

  /** The canonical JSON of the next row, of which all columns have to be read. */
  next(): RowText {
    const text = new RowText();
    try {
      this.#write(text);
    } catch (error) {
      // Buffers throw it where damaged data lead beyond them.
      if (!(error instanceof RangeError)) throw error;
      throw new CorruptDataError("a value is damaged", { cause: error });
    }
    for (const { repetition } of this.#nested)
      if (repetition !== 0) throw new CorruptDataError("the columns of a row do not fit together");
    return text;
  }
}

function toPart(node: Node, readers: ReadonlyMap<number, ColumnReader>): Part {
  switch (node.kind) {
    case "value": {
      const reader = readers.get(node.column.index);
      if (reader === undefined) throw new TypeError("a column has no reader");
      return {
        readers: [reader],
        write: (text) => {
          text.add(reader.json());
        },
      };
    }
    case "struct":
      return structPart(node.fields, readers);
    case "nullable":
      return unlessBelow(node.definition, "null", toPart(node.node, readers));
    case "list":
      return listPart(node, toPart(node.item, readers));
    case "map":
      return mapPart(
        node,
        toPart(node.key, readers),
        node.value === undefined ? undefined : toPart(node.value, readers),
      );
  }
}

function structPart(fields: readonly Field[], readers: ReadonlyMap<number, ColumnReader>): Part {
  const members = fields.map(({ key, node }, index) => ({
    key: index === 0 ? `{${key}` : `,${key}`,
    ...toPart(node, readers),
  }));
  return {
    readers: members.flatMap((member) => member.readers),
    write: (text) => {
      for (const { key, write } of members) {
        text.add(key);
        write(text);
      }
      text.add("}");
    },
  };
}

/** `instead` where the next value is not defined so far; all columns then have an entry for it. */
function unlessBelow(definition: number, instead: string, { write, readers }: Part): Part {
  const [first] = readers;
  return {
    readers,
    write: (text) => {
      if (first === undefined || first.definition >= definition) {
        write(text);
        return;
      }
      text.add(instead);
      for (const reader of readers) reader.skip();
    },
  };
}

function listPart({ definition, repetition }: Levels, item: Part): Part {
  const [first] = item.readers;
  return unlessBelow(definition, "[]", {
    readers: item.readers,
    write: (text) => {
      text.add("[");
      item.write(text);
      while (first?.repetition === repetition) {
        text.add(",");
        item.write(text);
      }
      text.add("]");
    },
  });
}

interface Levels {
  readonly definition: number;
  readonly repetition: number;
}

/** Keys are made text, as JSON has them; of equal ones the last counts. */
function mapPart({ definition, repetition }: Levels, key: Part, value: Part | undefined): Part {
  const [first] = key.readers;
  return unlessBelow(definition, "{}", {
    readers: [...key.readers, ...(value?.readers ?? [])],
    write: (text) => {
      const entries = new Map<string, string>();
      let length = 0;
      do {
        const name = textOf(key);
        const json = textOf(value);
        length += name.length() + json.length();
        // Of one that is too long, its text is only the beginning.
        if (length <= MAX_ROW_BYTES) entries.set(memberName(name.json()), json.json());
      } while (first?.repetition === repetition);
      if (length > MAX_ROW_BYTES) {
        text.addUnmade(length);
        return;
      }
      let before = "{";
      for (const [name, json] of entries) {
        text.add(`${before}${name}:${json}`);
        before = ",";
      }
      text.add("}");
    },
  });
}

function memberName(json: string): string {
  return json.startsWith('"') ? json : JSON.stringify(json);
}

function textOf(part: Part | undefined): RowText {
  const text = new RowText();
  if (part === undefined) text.add("null");
  else part.write(text);
  return text;
}
