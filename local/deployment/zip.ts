import { constants as zlib, crc32, deflateRawSync } from "node:zlib";

/** Sizes and checksum follow the contents, as in what Go's archive/zip, and so Pulumi, writes. */
const HAS_DESCRIPTOR = 0x0008;
const DEFLATED = 8;
const VERSION = 20;

/**
 * A ZIP archive, in the form in which Pulumi uploads one: streamed, deflated, sorted by name. As
 * fast as can be: it does not leave this machine.
 */
export function zip(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const names = Object.keys(files).sort();
  for (const name of names) {
    const content = files[name] ?? new Uint8Array();
    const packed = deflateRawSync(content, { level: zlib.Z_BEST_SPEED });
    const sizes = [crc32(content), packed.length, content.length];
    const common = [VERSION, HAS_DESCRIPTOR, DEFLATED, 0, 0];
    const length = Buffer.byteLength(name);
    const header = [
      numbers([0x04034b50], 4),
      numbers(common, 2),
      numbers([0, 0, 0], 4),
      numbers([length, 0], 2),
      Buffer.from(name),
      packed,
      numbers([0x08074b50, ...sizes], 4),
    ];
    directory.push(
      numbers([0x02014b50], 4),
      numbers([VERSION, ...common], 2),
      numbers(sizes, 4),
      numbers([length, 0, 0, 0, 0], 2),
      numbers([0, offset], 4),
      Buffer.from(name),
    );
    parts.push(...header);
    offset += Buffer.concat(header).length;
  }
  const index = Buffer.concat(directory);
  const end = [
    numbers([0x06054b50], 4),
    numbers([0, 0, names.length, names.length], 2),
    numbers([index.length, offset], 4),
    numbers([0], 2),
  ];
  return Buffer.concat([...parts, index, ...end]);
}

/** Little-endian numbers of so many bytes each. */
function numbers(values: readonly number[], bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(values.length * bytes);
  values.forEach((value, index) => buffer.writeUIntLE(value, index * bytes, bytes));
  return buffer;
}
