import { int, list, struct, text, varint, type Thrift } from "../../../support/thrift-writer.ts";

/** Of a schema: a column of INT32s that may be null, unless something else is said. */
export function column(name: string, fields: Readonly<Record<number, Thrift>> = {}): Thrift {
  return struct({ 1: int(1), 3: int(1), 4: text(name), ...fields });
}

export function group(name: string, children: number, fields: Record<number, Thrift> = {}): Thrift {
  return struct({ 4: text(name), 5: int(children), ...fields });
}

/** What is different from a file of one column `a` in one page. */
export interface Crafted {
  readonly schema?: Thrift;
  readonly rows?: number;
  readonly rowGroups?: Thrift;
  /** Fields of the metadata of the one column chunk. */
  readonly chunk?: Readonly<Record<number, Thrift>>;
  /** The column chunk, pages with their headers. */
  readonly pages?: Buffer;
  readonly metadata?: Readonly<Record<number, Thrift>>;
}

export function craftFile(crafted: Crafted): Buffer {
  const { rows = 1, pages = Buffer.alloc(0), chunk = {} } = crafted;
  const { schema = list([group("root", 1), column("a")]) } = crafted;
  const columnChunk = struct({ 3: chunkMetadata(rows, pages.length, chunk) });
  const rowGroup = struct({ 1: list([columnChunk]), 3: int(rows) });
  const { rowGroups = list([rowGroup]) } = crafted;
  const footer = struct({
    1: int(1),
    2: schema,
    3: int(rows),
    4: rowGroups,
    ...crafted.metadata,
  }).bytes;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from("PAR1"), pages, footer, length, Buffer.from("PAR1")]);
}

function chunkMetadata(
  values: number,
  bytes: number,
  fields: Readonly<Record<number, Thrift>>,
): Thrift {
  return struct({
    4: int(0),
    5: int(values),
    6: int(bytes),
    7: int(bytes),
    9: int(4),
    ...fields,
  });
}

/** A page of version 1, which holds `body`, with the fields of its header that are different. */
export function page(
  values: number,
  body: Buffer,
  fields: Readonly<Record<number, Thrift>> = {},
): Buffer {
  const header = struct({
    1: int(0),
    2: int(body.length),
    3: int(body.length),
    5: struct({ 1: int(values), 2: int(0), 3: int(3), 4: int(3) }),
    ...fields,
  });
  return Buffer.concat([header.bytes, body]);
}

/** Levels of version 1, with their length: `count` times `level`, as one run. */
export function levels(count: number, level: number): Buffer {
  const run = Buffer.from([...varint(count * 2), level]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(run.length);
  return Buffer.concat([length, run]);
}
