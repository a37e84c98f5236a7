import { CorruptDataError } from "../../reading/corrupt-data.ts";

/** The bytes end within what is read: more may help. */
export class ShortInputError extends CorruptDataError {
  readonly isShort = true;
}

/** Types of fields and list elements. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;

/** 64 bits in groups of seven. */
const MAX_VARINT_BYTES = 10;
/** Parquet's own structures are nested six deep. */
const MAX_DEPTH = 32;

/**
 * Reads Thrift's compact protocol, in which Parquet writes its metadata
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). Takes from
 * the bytes only what is asked for: whatever lengths they claim, no memory is taken for them.
 */
export class ThriftReader {
  readonly #bytes: Buffer;
  #at: number;
  #fieldType = 0;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Of a list that begins at `at`. */
  static ofList(bytes: Buffer, at: number): ThriftReader {
    const reader = new ThriftReader(bytes, at);
    reader.#fieldType = LIST;
    return reader;
  }

  /** Where the next byte is. */
  position(): number {
    return this.#at;
  }

  /**
   * Reads a struct: `onField` reads the fields it knows, each with one call, and calls `skip` for
   * all others.
   *
   * @throws CorruptDataError; ShortInputError when the bytes end before the struct does
   */
  struct(onField: (id: number) => void): void {
    for (let id = 0; ;) {
      const head = this.#byte();
      if (head === 0) return;
      const delta = head >> 4;
      id = delta === 0 ? this.#zigzag() : id + delta;
      this.#fieldType = head & 0x0f;
      onField(id);
    }
  }

  /** Reads a list: `onElement` reads one, with one call. It is told how many there are. */
  list(onElement: (index: number, length: number) => void): void {
    this.#expect(LIST, SET);
    const { length, type } = this.#listHead();
    for (let index = 0; index < length; index++) {
      this.#fieldType = type;
      onElement(index, length);
    }
  }

  bool(): boolean {
    this.#expect(TRUE, FALSE);
    return this.#fieldType === TRUE;
  }

  /** A whole number, of any of the types there are for them. */
  int(): number {
    this.#expect(BYTE, I16, I32, I64);
    const value = this.#fieldType === BYTE ? (this.#byte() << 24) >> 24 : this.#zigzag();
    if (!Number.isSafeInteger(value)) throw new CorruptDataError("a number in it is out of range");
    return value;
  }

  /** A number of bytes, values or rows, or a place. */
  count(): number {
    const value = this.int();
    if (value < 0) throw new CorruptDataError("a count in it is negative");
    return value;
  }

  binary(): Buffer {
    this.#expect(BINARY);
    const length = this.#varint();
    const start = this.#at;
    this.#advance(length);
    return this.#bytes.subarray(start, this.#at);
  }

  skip(depth = 0): void {
    if (depth > MAX_DEPTH) throw new CorruptDataError("it is nested too deeply");
    switch (this.#fieldType) {
      case TRUE:
      case FALSE:
        return;
      case BYTE:
        this.#advance(1);
        return;
      case I16:
      case I32:
      case I64:
        this.#varint();
        return;
      case DOUBLE:
        this.#advance(8);
        return;
      case BINARY:
        this.binary();
        return;
      case LIST:
      case SET:
        this.#skipList(depth);
        return;
      case STRUCT:
        this.struct(() => {
          this.skip(depth + 1);
        });
        return;
      case MAP:
      default:
        throw new CorruptDataError("it has a field of a type that Parquet does not use");
    }
  }

  #skipList(depth: number): void {
    const { length, type } = this.#listHead();
    for (let index = 0; index < length; index++) {
      this.#fieldType = type;
      // In lists, unlike in fields, a boolean is a byte.
      if (type === TRUE || type === FALSE) this.#advance(1);
      else this.skip(depth + 1);
    }
  }

  #listHead(): { readonly length: number; readonly type: number } {
    const head = this.#byte();
    const short = head >> 4;
    return { length: short === 15 ? this.#varint() : short, type: head & 0x0f };
  }

  #expect(...types: readonly number[]): void {
    if (!types.includes(this.#fieldType))
      throw new CorruptDataError("a field in it has another type than it should");
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new ShortInputError("it ends too early");
    this.#at++;
    return byte;
  }

  #advance(length: number): void {
    if (length > this.#bytes.length - this.#at) throw new ShortInputError("it ends too early");
    this.#at += length;
  }

  /** Beyond 2^53 not exact, which is never asked for. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let read = 0; read < MAX_VARINT_BYTES; read++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new CorruptDataError("a number in it has no end");
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
