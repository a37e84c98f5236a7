/** Something that is recognised and not read. */
export interface ForeignFormat {
  /** What it is, with its article. */
  readonly what: string;
  /** What to do so that it can be imported. */
  readonly advice: string;
}

interface Signature extends ForeignFormat {
  /** Bytes at `at`, as Latin-1 text. */
  readonly magic: string;
  /** @default 0 */
  readonly at?: number;
  /**
   * The magic bytes are text that a file of lines may begin with: only control characters close
   * behind them are proof.
   */
  readonly isText?: true;
}

const RECOMPRESS = "upload it uncompressed, or compressed with gzip";
const EXPORT = "export it as newline-delimited JSON";
const EXPORT_TABLE = "write it as Parquet or newline-delimited JSON";
const toUtf8 = (from: string): string => `convert it with: iconv -f ${from} -t UTF-8 FILE`;

/**
 * What lands in buckets and is none of the formats that are read, by the bytes it begins with. Long
 * ones before those they begin with. Sources: file(1)'s magic
 * (https://github.com/file/file/tree/master/magic/Magdir) and the formats' own specifications, e.g.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT,
 * https://tukaani.org/xz/xz-file-format.txt,
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md.
 */
const SIGNATURES: readonly Signature[] = [
  { magic: "PK\x03\x04", what: "a zip archive", advice: "unzip it, and upload the files in it" },
  { magic: "PK\x05\x06", what: "an empty zip archive", advice: "upload the files themselves" },
  { magic: "PK\x07\x08", what: "a part of a zip archive", advice: "upload the files in it" },
  {
    magic: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    what: "an old Excel or Office file",
    advice: EXPORT,
  },
  { magic: "BZh", what: "bzip2", advice: `${RECOMPRESS}: bunzip2 FILE`, isText: true },
  { magic: "\xfd7zXZ\x00", what: "xz", advice: `${RECOMPRESS}: unxz FILE` },
  { magic: "\x04\x22\x4d\x18", what: "lz4", advice: `${RECOMPRESS}: unlz4 FILE` },
  { magic: "\x02\x21\x4c\x18", what: "lz4 (legacy)", advice: `${RECOMPRESS}: unlz4 FILE` },
  { magic: "7z\xbc\xaf\x27\x1c", what: "a 7z archive", advice: "unpack it, and upload the files" },
  { magic: "Rar!\x1a\x07", what: "a rar archive", advice: "unpack it, and upload the files" },
  { magic: "\x1f\x9d", what: "compress (.Z)", advice: `${RECOMPRESS}: uncompress FILE` },
  { magic: "LZIP", what: "lzip", advice: RECOMPRESS, isText: true },
  { magic: "\x89LZO", what: "lzop", advice: RECOMPRESS },
  { magic: "\xff\x06\x00\x00sNaPpY", what: "framed snappy", advice: RECOMPRESS },
  { magic: "ustar", at: 257, what: "a tar archive", advice: "unpack it, and upload the files" },
  {
    magic: "PARE",
    what: "an encrypted Parquet file",
    advice: "write it without encryption",
    isText: true,
  },
  { magic: "Obj\x01", what: "an Avro file", advice: EXPORT_TABLE },
  { magic: "ORC", what: "an ORC file", advice: EXPORT_TABLE, isText: true },
  { magic: "ARROW1\x00\x00", what: "an Arrow file", advice: EXPORT_TABLE },
  { magic: "SQLite format 3\x00", what: "an SQLite database", advice: EXPORT },
  { magic: "%PDF-", what: "a PDF", advice: "upload the data it was made of" },
  { magic: "Salted__", what: "encrypted by openssl", advice: "upload it decrypted", isText: true },
  { magic: "-----BEGIN PGP", what: "encrypted by PGP", advice: "upload it decrypted" },
  { magic: "age-encryption.org/v1", what: "encrypted by age", advice: "upload it decrypted" },
  { magic: "\x8c\x0d\x04", what: "encrypted by PGP", advice: "upload it decrypted" },
  { magic: "\xff\xfe\x00\x00", what: "UTF-32 text", advice: toUtf8("UTF-32") },
  { magic: "\x00\x00\xfe\xff", what: "UTF-32 text", advice: toUtf8("UTF-32") },
  { magic: "\xff\xfe", what: "UTF-16 text", advice: toUtf8("UTF-16") },
  { magic: "\xfe\xff", what: "UTF-16 text", advice: toUtf8("UTF-16") },
  ...["{", "[", '"'].flatMap((first) => [
    { magic: `${first}\x00`, what: "UTF-16 text", advice: toUtf8("UTF-16LE") },
    { magic: `\x00${first}`, what: "UTF-16 text", advice: toUtf8("UTF-16BE") },
  ]),
];

/** So many bytes are enough to tell. */
export const SIGNATURE_BYTES = 1024;

/** How far behind magic bytes that are text a control character is looked for. */
const PROOF_BYTES = 512;

/** What the contents are that begin with `head`, when it is one of the formats not read. */
export function foreignFormatOf(head: Buffer): ForeignFormat | undefined {
  const text = head.toString("latin1", 0, SIGNATURE_BYTES);
  const found = SIGNATURES.find(
    ({ magic, at = 0, isText }) =>
      text.startsWith(magic, at) && (isText === undefined || hasControlCharacter(head)),
  );
  if (found === undefined) return undefined;
  const { what, advice } = isSpreadsheet(found, text)
    ? { what: "an Excel workbook", advice: EXPORT }
    : found;
  return { what, advice };
}

/** A zip archive whose first entries are those of an Office file. */
function isSpreadsheet({ magic }: Signature, text: string): boolean {
  return magic === "PK\x03\x04" && (text.includes("[Content_Types].xml") || text.includes("xl/"));
}

/** Close to the beginning, other than those that text has: tab, line feed, carriage return. */
export function hasControlCharacter(head: Buffer): boolean {
  return /[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(head.toString("latin1", 0, PROOF_BYTES));
}
