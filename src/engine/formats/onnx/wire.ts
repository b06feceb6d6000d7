import { Unreadable } from "../unreadable.ts";
import { decoded } from "./decoded.ts";
import type { RegularFile } from "./file.ts";

/** Bytes in a file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** As libprotobuf's. */
const deepest = 100;
const windowSize = 256 * 1024;
const longestNumber = 10;
const longestText = 64 * 1024 * 1024;

/** Protobuf's own numbers. */
const wireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;
type WireType = (typeof wireType)[keyof typeof wireType];

/**
 * Protobuf's wire format, read from a file through one window of bytes: what is skipped is never read, and the size of
 * the file does not matter. Positions are the file's own.
 */
export class Wire {
  /** Of the field that `next` found. */
  field = 0;
  private type: number = wireType.varint;
  private at = 0;
  private end: number;
  private readonly path: string[] = [];

  private readonly window: Buffer;
  private windowStart = 0;
  private windowEnd = 0;

  /** The last number read, in halves: all 64 bits are kept without a BigInt for each. */
  private low = 0;
  private high = 0;

  /** `partial`: a message that the file's end cuts off is read as far as it goes. */
  constructor(
    readonly file: RegularFile,
    private readonly partial = false,
  ) {
    this.end = file.size;
    this.window = Buffer.allocUnsafeSlow(Math.min(windowSize, file.size));
  }

  get position(): number {
    return this.at;
  }

  /** Moves to the next field of the message being read; false at its end. */
  next(): boolean {
    if (this.at >= this.end) return false;
    this.readVarint();
    this.field = this.low >>> 3;
    this.type = this.low & 7;
    if (this.field === 0 || this.high !== 0) throw this.damaged("there is no field where one should begin");
    return true;
  }

  /** Reads the field as a message; `read` loops over `next`. */
  message<T>(name: string, read: () => T): T {
    const { length } = this.span(name, true, this.partial);
    const outer = this.end;
    if (this.path.length >= deepest) throw this.damaged(`messages are nested more than ${deepest} deep`);
    this.path.push(name);
    this.end = this.at + length;
    const result = read();
    this.path.pop();
    this.end = outer;
    return result;
  }

  /** Where the field's bytes are, with the position left at their start. */
  private span(name: string, known = true, partial = false): Span {
    this.expect(wireType.bytes, name);
    const length = this.unsigned();
    const missing = this.at + length - this.end;
    if (missing <= 0) return { offset: this.at, length };
    if (this.end < this.file.size || !known)
      throw this.damaged(`${name} is ${missing} bytes longer than what it is part of`);
    if (partial) return { offset: this.at, length: length - missing };
    throw new Unreadable(this.file.path, `it ends ${missing} bytes early, while reading ${name}`, {
      where: this.here(),
      remedy: "It was probably not copied or downloaded completely: fetch it again.",
    });
  }

  /** Steps over the field's bytes and says where they are. */
  skipBytes(name: string, known = true): Span {
    const span = this.span(name, known);
    this.at += span.length;
    return span;
  }

  /** What is left of the message being read. */
  rest(): Span {
    return { offset: this.at, length: this.end - this.at };
  }

  copy({ offset, length }: Span): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(length);
    if (offset >= this.windowStart && offset + length <= this.windowEnd)
      copy.set(this.window.subarray(offset - this.windowStart, offset - this.windowStart + length));
    else this.file.read(copy, offset);
    return copy;
  }

  text(name: string): string {
    const { offset, length } = this.span(name);
    if (length > longestText) throw this.damaged(`${name} is a text of ${length} bytes`);
    if (length > this.window.length) {
      this.at += length;
      return decoded(Buffer.from(this.copy({ offset, length }).buffer), 0, length);
    }
    this.have(length);
    this.at += length;
    const start = offset - this.windowStart;
    return decoded(this.window, start, start + length);
  }

  /** A signed 64-bit number; beyond ±2^53 the nearest that JavaScript has. */
  integer(name: string): number {
    this.expect(wireType.varint, name);
    return this.signed();
  }

  float(name: string): number {
    this.expect(wireType.fixed32, name);
    return this.fixed(4);
  }

  /** A repeated number, whether it came packed or one by one. */
  integers(name: string, into: { push(value: number): unknown }): void {
    this.eachVarint(name, () => into.push(this.signed()));
  }

  /** The same with all 64 bits, in halves. */
  words(name: string, take: (low: number, high: number) => void): void {
    this.eachVarint(name, () => {
      this.readVarint();
      take(this.low, this.high);
    });
  }

  private eachVarint(name: string, read: () => void): void {
    if (this.type === wireType.bytes) {
      this.message(name, () => {
        while (this.at < this.end) read();
      });
    } else {
      this.expect(wireType.varint, name);
      read();
    }
  }

  /** A repeated float or double: the place of its bytes when packed, else the number. */
  fixedOrSpan(name: string, width: 4 | 8): number | Span {
    if (this.type === wireType.bytes) return this.skipBytes(name);
    this.expect(width === 4 ? wireType.fixed32 : wireType.fixed64, name);
    return this.fixed(width);
  }

  /** The numbers in packed bytes. */
  fixeds({ offset, length }: Span, width: 4 | 8): Float32Array | Float64Array {
    const { buffer } = this.copy({ offset, length: length - (length % width) });
    return width === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
  }

  /** Steps over a field that is of no interest or not known, groups of old files included. */
  skip(): void {
    let open = 0;
    do {
      if (this.type === wireType.groupStart) open++;
      else if (this.type === wireType.groupEnd) open--;
      else this.skipOne();
      if (open < 0) throw this.damaged("a group ends that never began");
    } while (open > 0 && this.nextInGroup());
  }

  private nextInGroup(): boolean {
    if (!this.next()) throw this.damaged("a group does not end");
    return true;
  }

  private skipOne(): void {
    const name = `field ${this.field}`;
    if (this.type === wireType.varint) this.readVarint();
    else if (this.type === wireType.bytes) this.skipBytes(name, false);
    else if (this.type === wireType.fixed32) this.advance(4);
    else if (this.type === wireType.fixed64) this.advance(8);
    else throw this.damaged(`${name} has a type that does not exist (${this.type})`);
  }

  private expect(type: WireType, name: string): void {
    if (this.type !== type)
      throw this.damaged(`${name} is not stored as ONNX stores it (wire type ${this.type}, not ${type})`);
  }

  private fixed(width: 4 | 8): number {
    this.have(width);
    const index = this.at - this.windowStart;
    this.advance(width);
    return width === 4 ? this.window.readFloatLE(index) : this.window.readDoubleLE(index);
  }

  private advance(length: number): void {
    if (this.at + length > this.end) throw this.damaged("it ends in the middle of a number");
    this.at += length;
  }

  private unsigned(): number {
    this.readVarint();
    return this.high * 2 ** 32 + this.low;
  }

  private signed(): number {
    this.readVarint();
    return (this.high | 0) * 2 ** 32 + this.low;
  }

  private readVarint(): void {
    this.have(longestNumber);
    const limit = Math.min(this.end, this.windowEnd) - this.windowStart;
    let index = this.at - this.windowStart;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (index >= limit) throw this.damaged("it ends in the middle of a number");
      if (shift >= 7 * longestNumber) throw this.damaged("a number is longer than 64 bits");
      const byte = this.window[index++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high |= bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte < 0x80) break;
    }
    this.low = low >>> 0;
    this.high = high >>> 0;
    this.at = this.windowStart + index;
  }

  /** Sees to it that the next `count` bytes are in the window, as far as the file has them. */
  private have(count: number): void {
    if (this.at + count > this.windowEnd && this.windowEnd < this.file.size) this.fill();
  }

  private fill(): void {
    const length = Math.min(this.window.length, this.file.size - this.at);
    this.file.read(this.window.subarray(0, length), this.at);
    this.windowStart = this.at;
    this.windowEnd = this.at + length;
  }

  private here(): string {
    const within = this.path.length ? `, in ${this.path.slice(-6).join(" › ")}` : "";
    return `byte ${this.at}${within}`;
  }

  damaged(reason: string): Unreadable {
    const remedy = "It is damaged, or not an ONNX model: export or fetch it again.";
    return new Unreadable(this.file.path, reason, { where: this.here(), remedy });
  }
}
