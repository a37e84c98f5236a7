import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { ThriftReader } from "./thrift.ts";

/** What stands before a page. */
export interface PageHeader {
  readonly kind: "data" | "data v2" | "dictionary" | "other";
  /** Bytes of this header. */
  readonly length: number;
  /** Bytes of the page, as stored. */
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** CRC-32 of the page as stored, signed; not all writers have it. */
  readonly crc: number | undefined;
  /** Values, those that are null included. */
  readonly values: number;
  readonly encoding: number;
  /** Of the definition and repetition levels; of version 1 only. */
  readonly levelEncodings: readonly number[];
  /** Of version 2 only. */
  readonly v2: V2Header | undefined;
}

export interface V2Header {
  readonly rows: number;
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
}

const KINDS = ["data", "other", "dictionary", "data v2"] as const;

type Draft = { -readonly [Key in keyof PageHeader]: PageHeader[Key] };

/**
 * Reads the header that `bytes` begin with:
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 *
 * @throws CorruptDataError; ShortInputError when it is longer than `bytes`
 */
export function readPageHeader(bytes: Buffer): PageHeader {
  const thrift = new ThriftReader(bytes);
  const header: Draft = {
    kind: "other",
    length: 0,
    compressedBytes: 0,
    uncompressedBytes: 0,
    crc: undefined,
    values: 0,
    encoding: 0,
    levelEncodings: [],
    v2: undefined,
  };
  thrift.struct((id) => {
    if (id === 1) header.kind = KINDS[thrift.count()] ?? "other";
    else if (id === 2) header.uncompressedBytes = thrift.count();
    else if (id === 3) header.compressedBytes = thrift.count();
    else if (id === 4) header.crc = thrift.int();
    else if (id === 5) readDataHeader(thrift, header);
    else if (id === 7) readDictionaryHeader(thrift, header);
    else if (id === 8) readDataHeaderV2(thrift, header);
    else thrift.skip();
  });
  if ((header.kind === "data v2") !== (header.v2 !== undefined))
    throw new CorruptDataError("a page has the header of another kind");
  header.length = thrift.position();
  return header;
}

function readDataHeader(thrift: ThriftReader, header: Draft): void {
  let [definition, repetition] = [0, 0];
  thrift.struct((id) => {
    if (id === 1) header.values = thrift.count();
    else if (id === 2) header.encoding = thrift.count();
    else if (id === 3) definition = thrift.count();
    else if (id === 4) repetition = thrift.count();
    else thrift.skip();
  });
  header.levelEncodings = [definition, repetition];
}

function readDictionaryHeader(thrift: ThriftReader, header: Draft): void {
  thrift.struct((id) => {
    if (id === 1) header.values = thrift.count();
    else if (id === 2) header.encoding = thrift.count();
    else thrift.skip();
  });
}

function readDataHeaderV2(thrift: ThriftReader, header: Draft): void {
  let [rows, definitionBytes, repetitionBytes] = [0, 0, 0];
  let isCompressed = true;
  thrift.struct((id) => {
    if (id === 1) header.values = thrift.count();
    else if (id === 3) rows = thrift.count();
    else if (id === 4) header.encoding = thrift.count();
    else if (id === 5) definitionBytes = thrift.count();
    else if (id === 6) repetitionBytes = thrift.count();
    else if (id === 7) isCompressed = thrift.bool();
    else thrift.skip();
  });
  header.v2 = { rows, definitionBytes, repetitionBytes, isCompressed };
}
