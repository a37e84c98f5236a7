import { crc32, inflateRawSync } from "node:zlib";

import { UserError } from "../../functions/platform/user-error.ts";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** Ours are under 3 MB; a directory that claims more is damaged. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * The files of a ZIP archive, by name, as its central directory says: local headers of a written
 * stream know no sizes (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
 *
 * @throws UserError when it is not one, or has what archives of source code do not have
 */
export function unzip(archive: Uint8Array): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    return new Map(entriesOf(bytes).map((entry) => [entry.name, contentOf(bytes, entry)]));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`This is not a ZIP archive: ${String(error)}`);
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly compressedBytes: number;
  /** Of the local header. */
  readonly offset: number;
}

function entriesOf(bytes: Buffer): Entry[] {
  let end = bytes.length - END_BYTES;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0) throw new UserError("This is not a ZIP archive: it has no directory.");
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw new UserError("This ZIP archive is damaged: its directory ends early.");
    const nameBytes = bytes.readUInt16LE(at + 28);
    const nameEnd = at + ENTRY_BYTES + nameBytes;
    entries.push({
      name: checkName(bytes.toString("utf8", at + ENTRY_BYTES, nameEnd)),
      method: bytes.readUInt16LE(at + 10),
      checksum: bytes.readUInt32LE(at + 16),
      compressedBytes: bytes.readUInt32LE(at + 20),
      offset: bytes.readUInt32LE(at + 42),
    });
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries.filter(({ name }) => !name.endsWith("/"));
}

/** What is unpacked stays in its folder. */
function checkName(name: string): string {
  const isInside = !name.startsWith("/") && !/[\\:]/.test(name) && !name.split("/").includes("..");
  if (isInside) return name;
  throw new UserError(`This ZIP archive has a file outside of it: ${name}`);
}

function contentOf(bytes: Buffer, entry: Entry): Buffer {
  const content = unpacked(bytes, entry);
  if (crc32(content) === entry.checksum) return content;
  throw new UserError(`This ZIP archive is damaged: ${entry.name} has another checksum.`);
}

function unpacked(bytes: Buffer, { name, method, compressedBytes, offset }: Entry): Buffer {
  const extra = bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const start = offset + LOCAL_BYTES + extra;
  const content = bytes.subarray(start, start + compressedBytes);
  if (content.length < compressedBytes)
    throw new UserError(`This ZIP archive is damaged: ${name} is cut off.`);
  if (method === STORED) return content;
  if (method === DEFLATED) return inflateRawSync(content, { maxOutputLength: MAX_FILE_BYTES });
  throw new UserError(`This ZIP archive packs ${name} in an unknown way (${method}).`);
}
