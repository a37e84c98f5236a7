import { CorruptDataError } from "../../reading/corrupt-data.ts";
import type { ReadExactly } from "./read-exactly.ts";
import { UnreadableContentsError } from "../damage.ts";
import { toRowSchema, type RowSchema } from "./columns.ts";
import { readSchemaElements } from "./schema.ts";
import { ThriftReader } from "./thrift.ts";

/** What the footer of a file tells. */
export interface Footer {
  readonly schema: RowSchema;
  readonly rows: number;
  readonly rowGroups: readonly RowGroup[];
  /** Where the footer begins: everything before it may be pages. */
  readonly at: number;
}

export interface RowGroup {
  /** Index of its first row in the file. */
  readonly firstRow: number;
  readonly rows: number;
  /** Of all columns of the schema. Read when they are needed: there may be millions. */
  readonly chunks: () => readonly ColumnChunk[];
}

/** The values of a column in a row group. */
export interface ColumnChunk {
  /** Where its first page begins. */
  readonly start: number;
  /** As stored. */
  readonly bytes: number;
  readonly uncompressedBytes: number;
  readonly values: number;
  /** https://github.com/apache/parquet-format/blob/master/Compression.md */
  readonly codec: number;
}

const MAGIC = "PAR1";
const ENCRYPTED_MAGIC = "PARE";
/** Length of the metadata, and the magic bytes. */
const END_BYTES = 8;

/** Nearly every footer is shorter: then one read is enough. */
const TAIL_BYTES = 256 * 1024;
/** Larger ones belong to many thousands of column chunks. */
const MAX_METADATA_BYTES = 32 * 1024 * 1024;
/** They are numbered by 16 bits. */
const MAX_ROW_GROUPS = 32_767;

/**
 * Reads the footer of a file of `size` bytes.
 *
 * @throws UnreadableContentsError when it is cut off, damaged, encrypted or too large; what reading
 *   throws
 */
export async function readFooter(readAt: ReadExactly, size: number): Promise<Footer> {
  const tailLength = Math.min(size, TAIL_BYTES);
  if (size < MAGIC.length + END_BYTES) throw damaged("its end is missing");
  const tail = await readAt(size - tailLength, tailLength);
  const magic = tail.toString("latin1", tailLength - MAGIC.length);
  if (magic === ENCRYPTED_MAGIC) throw encrypted();
  if (magic !== MAGIC) throw damaged("its end is missing");
  const length = tail.readUInt32LE(tailLength - END_BYTES);
  if (length > size - END_BYTES - MAGIC.length) throw damaged("its footer is incomplete");
  if (length > MAX_METADATA_BYTES)
    throw new UnreadableContentsError(
      `a Parquet file with a footer of ${Math.ceil(length / 1e6)} MB: write larger row groups, or fewer columns`,
    );
  const at = size - END_BYTES - length;
  const metadata =
    length + END_BYTES <= tailLength
      ? tail.subarray(tailLength - END_BYTES - length, tailLength - END_BYTES)
      : await readAt(at, length);
  return parseFooter(metadata, at);
}

function damaged(what: string, options?: ErrorOptions): UnreadableContentsError {
  return new UnreadableContentsError(`a damaged Parquet file (${what}): upload it again`, options);
}

function encrypted(): UnreadableContentsError {
  return new UnreadableContentsError("an encrypted Parquet file: write it without encryption");
}

/**
 * @param at where the metadata are in the file
 * @throws UnreadableContentsError
 */
function parseFooter(metadata: Buffer, at: number): Footer {
  try {
    const footer = readMetadata(metadata, at);
    checkRows(footer);
    return footer;
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error;
    throw damaged(`footer: ${error.message}`, { cause: error });
  }
}

/** https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
function readMetadata(metadata: Buffer, at: number): Footer {
  const thrift = new ThriftReader(metadata);
  let schema: RowSchema | undefined;
  let rows: number | undefined;
  const rowGroups: RowGroup[] = [];
  thrift.struct((id) => {
    if (id === 2) schema = toRowSchema(readSchemaElements(thrift));
    else if (id === 3) rows = thrift.count();
    else if (id === 4) {
      const { columnCount } = requireSchema(schema);
      readRowGroups(thrift, metadata, { at, columnCount, rowGroups });
    } else if (id === 8) throw encrypted();
    else thrift.skip();
  });
  if (rows === undefined) throw new CorruptDataError("it does not say how many rows there are");
  return { schema: requireSchema(schema), rows, rowGroups, at };
}

function requireSchema(schema: RowSchema | undefined): RowSchema {
  if (schema === undefined) throw new CorruptDataError("it has no schema");
  return schema;
}

interface RowGroupContext extends ChunkContext {
  readonly rowGroups: RowGroup[];
}

function readRowGroups(thrift: ThriftReader, metadata: Buffer, context: RowGroupContext): void {
  const { rowGroups } = context;
  let firstRow = 0;
  let bytes = 0;
  thrift.list((_index, length) => {
    if (length > MAX_ROW_GROUPS) throw new CorruptDataError("it has more row groups than may be");
    let rows: number | undefined;
    let columnsAt: number | undefined;
    thrift.struct((id) => {
      if (id === 1) {
        columnsAt = thrift.position();
        for (const chunk of readChunks(thrift, context)) bytes += chunk.bytes;
      } else if (id === 3) rows = thrift.count();
      else thrift.skip();
    });
    if (rows === undefined || columnsAt === undefined)
      throw new CorruptDataError("a row group is incomplete");
    const position = columnsAt;
    const chunks = (): readonly ColumnChunk[] =>
      readChunks(ThriftReader.ofList(metadata, position), context);
    rowGroups.push({ firstRow, rows, chunks });
    firstRow += rows;
  });
  // Else few bytes could be read over and over, as if they were many.
  if (bytes > context.at) throw new CorruptDataError("its column chunks lie in one another");
}

function checkRows({ rows, rowGroups }: Footer): void {
  const sum = rowGroups.reduce((total, group) => total + group.rows, 0);
  if (sum !== rows) throw new CorruptDataError("its row groups have other rows than the file");
}

interface ChunkContext {
  /** Where the metadata begin: no chunk goes beyond. */
  readonly at: number;
  readonly columnCount: number;
}

function readChunks(thrift: ThriftReader, context: ChunkContext): readonly ColumnChunk[] {
  const chunks: ColumnChunk[] = [];
  thrift.list((_index, length) => {
    if (length !== context.columnCount)
      throw new CorruptDataError("a row group has other columns than the schema");
    chunks.push(readChunk(thrift, context));
  });
  if (chunks.length !== context.columnCount)
    throw new CorruptDataError("a row group has other columns than the schema");
  return chunks;
}

function readChunk(thrift: ThriftReader, { at }: ChunkContext): ColumnChunk {
  let chunk: ColumnChunk | undefined;
  thrift.struct((id) => {
    if (id === 1 && thrift.binary().length > 0)
      throw new UnreadableContentsError("a Parquet file of several files: write it as one");
    else if (id === 3) chunk = readChunkMetadata(thrift);
    else if (id === 8 || id === 9) throw encrypted();
    else if (id !== 1) thrift.skip();
  });
  if (chunk === undefined) throw new CorruptDataError("a column chunk is incomplete");
  if (chunk.start + chunk.bytes > at) throw new CorruptDataError("a column chunk is outside");
  return chunk;
}

function readChunkMetadata(thrift: ThriftReader): ColumnChunk {
  let [codec, values, uncompressedBytes, bytes, dataAt, dictionaryAt] = [0, 0, 0, 0, 0, 0];
  thrift.struct((id) => {
    if (id === 4) codec = thrift.count();
    else if (id === 5) values = thrift.count();
    else if (id === 6) uncompressedBytes = thrift.count();
    else if (id === 7) bytes = thrift.count();
    else if (id === 9) dataAt = thrift.count();
    else if (id === 11) dictionaryAt = thrift.count();
    else thrift.skip();
  });
  // Some writers say 0 when there is no dictionary.
  const start = dictionaryAt > 0 ? Math.min(dictionaryAt, dataAt) : dataAt;
  return { start, bytes, uncompressedBytes, values, codec };
}
