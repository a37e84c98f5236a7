/** A value of Thrift's compact protocol: its type, and its bytes. */
export interface Thrift {
  readonly type: number;
  readonly bytes: Buffer;
}

/** https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 0x80);
  return [...bytes, rest];
}

/** Of 64 bits. */
export function int(value: number): Thrift {
  return { type: 6, bytes: Buffer.from(varint(value < 0 ? -value * 2 - 1 : value * 2)) };
}

export function int32(value: number): Thrift {
  return { type: 5, bytes: int(value).bytes };
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
