import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { UnreadableContentsError } from "../damage.ts";
import { asBinary } from "./json-values.ts";
import type { SchemaElement } from "./schema.ts";

/** A column that is stored: a leaf of the schema. */
export interface Column {
  /** Which of a row group's column chunks it is. */
  readonly index: number;
  readonly element: SchemaElement;
  /** Levels of a value that is there; below it, something it is in is null or empty. */
  readonly maxDefinition: number;
  /** Lists that it is in. */
  readonly maxRepetition: number;
}

/** What becomes of columns in the JSON of a row. */
export type Node =
  | { readonly kind: "value"; readonly column: Column }
  | { readonly kind: "struct"; readonly fields: readonly Field[] }
  /** Null below the definition level. */
  | { readonly kind: "nullable"; readonly definition: number; readonly node: Node }
  /** Empty below the definition level; an item that is repeated at the repetition level goes on. */
  | {
      readonly kind: "list";
      readonly definition: number;
      readonly repetition: number;
      readonly item: Node;
    }
  | {
      readonly kind: "map";
      readonly definition: number;
      readonly repetition: number;
      readonly key: Node;
      /** Undefined: there are only keys. */
      readonly value: Node | undefined;
    };

/** A member of an object. */
export interface Field {
  readonly name: string;
  /** `"name":`, as `asBinary` writes it. */
  readonly key: string;
  readonly node: Node;
}

/** The schema of a file, as its rows are read. */
export interface RowSchema {
  readonly fields: readonly Field[];
  /** Those that are read. */
  readonly columns: readonly Column[];
  /** All that are stored. */
  readonly columnCount: number;
  /** Names of columns that are of a type that is not read. */
  readonly leftOut: readonly string[];
}

interface Levels {
  readonly definition: number;
  readonly repetition: number;
}

const MAX_DEPTH = 64;

/**
 * Makes a tree of the list of elements.
 *
 * @throws CorruptDataError when they are none; UnreadableContentsError for what cannot be a JSON
 *   object
 */
export function toRowSchema(elements: readonly SchemaElement[]): RowSchema {
  const builder = new SchemaBuilder(elements);
  const fields = builder.rootFields();
  return { fields, ...builder.result() };
}

class SchemaBuilder {
  readonly #elements: readonly SchemaElement[];
  readonly #columns: Column[] = [];
  readonly #leftOut: string[] = [];
  #next = 0;
  #columnCount = 0;
  #depth = 0;

  constructor(elements: readonly SchemaElement[]) {
    this.#elements = elements;
  }

  rootFields(): readonly Field[] {
    const fields = this.#fields(this.#take(), { definition: 0, repetition: 0 });
    if (this.#next < this.#elements.length)
      throw new CorruptDataError("its schema has elements that belong nowhere");
    return fields;
  }

  result(): Omit<RowSchema, "fields"> {
    return { columns: this.#columns, columnCount: this.#columnCount, leftOut: this.#leftOut };
  }

  #take(): SchemaElement {
    const element = this.#elements[this.#next++];
    if (element === undefined) throw new CorruptDataError("its schema is incomplete");
    return element;
  }

  #fields(group: SchemaElement, levels: Levels): readonly Field[] {
    const fields: Field[] = [];
    const names = new Set<string>();
    for (let child = 0; child < group.children; child++) {
      const element = this.#take();
      const { name } = element;
      if (names.has(name))
        throw new UnreadableContentsError(
          "a Parquet file with two columns of one name: write it with names that differ",
        );
      names.add(name);
      const node = this.#node(element, levels);
      if (node !== undefined)
        fields.push({ name, key: `${asBinary(JSON.stringify(name))}:`, node });
    }
    return fields;
  }

  /** Undefined: there is nothing in it that is read. */
  #node(element: SchemaElement, outer: Levels): Node | undefined {
    const { repetition, meaning } = element;
    const levels = within(element, outer);
    if (meaning?.kind === "unsupported") {
      this.#leaveOut(element);
      return undefined;
    }
    const content = this.#content(element, levels);
    if (content === undefined) return undefined;
    if (repetition === "repeated") return { kind: "list", ...levels, item: content };
    if (repetition === "required" || content.kind === "value") return content;
    return { kind: "nullable", definition: levels.definition, node: content };
  }

  #content(element: SchemaElement, levels: Levels): Node | undefined {
    if (element.type !== undefined) return this.#value(element, levels);
    if (++this.#depth > MAX_DEPTH) throw new CorruptDataError("its schema is nested too deeply");
    const node = this.#group(element, levels);
    this.#depth--;
    return node;
  }

  #group(element: SchemaElement, levels: Levels): Node | undefined {
    const child = this.#elements[this.#next];
    const holdsOne = element.children === 1 && child?.repetition === "repeated";
    const kind = holdsOne && element.repetition !== "repeated" ? element.meaning?.kind : undefined;
    if (kind === "list" && child !== undefined) return this.#list(element, child, levels);
    if (kind === "map" && child !== undefined && isEntries(child)) return this.#map(child, levels);
    return toStruct(this.#fields(element, levels));
  }

  /**
   * The repeated field within a list is a level of its own, unless it is the item itself:
   * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists
   */
  #list(list: SchemaElement, repeated: SchemaElement, outer: Levels): Node | undefined {
    const levels = within(repeated, outer);
    const isItem =
      repeated.type !== undefined ||
      repeated.children !== 1 ||
      repeated.name === "array" ||
      repeated.name === `${list.name}_tuple`;
    this.#take();
    const item = isItem ? this.#content(repeated, levels) : this.#node(this.#take(), levels);
    return item === undefined ? undefined : { kind: "list", ...levels, item };
  }

  /** https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#maps */
  #map(entries: SchemaElement, outer: Levels): Node | undefined {
    const levels = within(entries, outer);
    this.#take();
    const key = this.#node(this.#take(), levels);
    const value = entries.children === 2 ? this.#node(this.#take(), levels) : undefined;
    return key === undefined ? undefined : { kind: "map", ...levels, key, value };
  }

  #value(element: SchemaElement, levels: Levels): Node {
    const column: Column = {
      index: this.#columnCount++,
      element,
      maxDefinition: levels.definition,
      maxRepetition: levels.repetition,
    };
    this.#columns.push(column);
    return { kind: "value", column };
  }

  #leaveOut(element: SchemaElement): void {
    this.#leftOut.push(element.name);
    this.#passOver(element);
  }

  /** Its columns are counted all the same. */
  #passOver({ type, children }: SchemaElement): void {
    if (type !== undefined) {
      this.#columnCount++;
      return;
    }
    if (++this.#depth > MAX_DEPTH) throw new CorruptDataError("its schema is nested too deeply");
    for (let child = 0; child < children; child++) this.#passOver(this.#take());
    this.#depth--;
  }
}

function isEntries({ type, children }: SchemaElement): boolean {
  return type === undefined && (children === 1 || children === 2);
}

function within({ repetition }: SchemaElement, outer: Levels): Levels {
  return {
    definition: outer.definition + (repetition === "required" ? 0 : 1),
    repetition: outer.repetition + (repetition === "repeated" ? 1 : 0),
  };
}

function toStruct(fields: readonly Field[]): Node | undefined {
  return fields.length === 0 ? undefined : { kind: "struct", fields };
}
