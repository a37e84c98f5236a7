/** The reflected Castagnoli polynomial (https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4). */
const POLYNOMIAL = 0x82f63b78;

/**
 * Bytes taken per step, each with a table of its own: one lookup per byte, none waits for another.
 */
const SLICES = 8;

const TABLE = createTable();

/** `TABLE[256 * k + b]`: the checksum of byte `b` followed by `k` zero bytes. */
function createTable(): Int32Array {
  const table = new Int32Array(256 * SLICES);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    table[byte] = crc;
  }
  for (let index = 256; index < table.length; index += 1) {
    const before = table[index - 256] ?? 0;
    table[index] = (table[before & 0xff] ?? 0) ^ (before >>> 8);
  }
  return table;
}

/**
 * Continues a CRC32C over `bytes`; start with 0. The result is an unsigned 32-bit number. Cloud
 * Storage gives every object this checksum (https://cloud.google.com/storage/docs/data-validation).
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = ~previous;
  let index = 0;
  for (const last = bytes.length - SLICES; index <= last; index += SLICES) {
    const low = crc ^ view.getInt32(index, true);
    const high = view.getInt32(index + 4, true);
    crc =
      lookUp(7, low) ^
      lookUp(6, low >>> 8) ^
      lookUp(5, low >>> 16) ^
      lookUp(4, low >>> 24) ^
      lookUp(3, high) ^
      lookUp(2, high >>> 8) ^
      lookUp(1, high >>> 16) ^
      lookUp(0, high >>> 24);
  }
  for (; index < bytes.length; index += 1)
    crc = lookUp(0, crc ^ view.getUint8(index)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function lookUp(slice: number, byte: number): number {
  return TABLE[256 * slice + (byte & 0xff)] ?? 0;
}

/** As object metadata spells it: base64 of the four bytes, the most significant first. */
export function encodeCrc32c(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString("base64");
}
