/** A value of Thrift's compact protocol: its type, and its bytes. */
export interface Thrift {
  readonly type: number;
  readonly bytes: Buffer;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 0x80);
  return [...bytes, rest];
}

export function int(value: number): Thrift {
  return { type: 6, bytes: Buffer.from(varint(value < 0 ? -value * 2 - 1 : value * 2)) };
}

export function bool(value: boolean): Thrift {
  return { type: value ? 1 : 2, bytes: Buffer.alloc(0) };
}

export function text(value: string): Thrift {
  const bytes = Buffer.from(value);
  return { type: 8, bytes: Buffer.concat([Buffer.from(varint(bytes.length)), bytes]) };
}

export function struct(fields: Readonly<Record<number, Thrift>>): Thrift {
  const parts = Object.entries(fields).map(([id, { type, bytes }]) =>
    Buffer.concat([Buffer.from([type, ...varint(Number(id) * 2)]), bytes]),
  );
  return { type: 12, bytes: Buffer.concat([...parts, Buffer.from([0])]) };
}

/** @param length what it claims to hold */
export function list(elements: readonly Thrift[], length = elements.length): Thrift {
  const head = Buffer.from([0xf0 + (elements[0]?.type ?? 12), ...varint(length)]);
  return { type: 9, bytes: Buffer.concat([head, ...elements.map(({ bytes }) => bytes)]) };
}

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
