import type { Span } from "./wire.ts";

// The file's messages as they stand in it (onnx.in.proto), before anything is checked or looked up. They are filled in field
// by field, since protobuf lets a message come in pieces; nothing changes them after that.

export interface TensorMessage {
  name: string;
  readonly dims: number[];
  type: number;
  /** Also of float_data and double_data when packed: on the wire they look the same. */
  place?: Span;
  /** A copy of the bytes at `place`, where they are few. */
  bytes?: Uint8Array<ArrayBuffer>;
  /** Bytes of each number where it came as float_data or double_data. */
  width?: 4 | 8;
  /** float_data and double_data that came one by one or in pieces. */
  numbers?: number[];
  /** int32_data, int64_data and uint64_data. */
  words?: Words;
  texts?: string[];
  external: boolean;
  location?: Map<string, string>;
}

export interface AttributeMessage {
  name: string;
  type: number;
  /** All of it in the file. */
  span: Span;
  /** Inside a function: the attribute of the call that stands here. */
  reference: string;
  float?: number;
  int?: number;
  text?: string;
  tensor?: TensorMessage;
  graph?: GraphMessage;
  floats?: number[];
  ints?: number[];
  texts?: string[];
  tensors?: TensorMessage[];
  graphs?: GraphMessage[];
}

export interface NodeMessage {
  name: string;
  op: string;
  domain: string;
  overload: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: readonly AttributeMessage[];
  metadata: ReadonlyMap<string, string>;
  /** Where it begins in the file. */
  offset: number;
  /** Versions of operators that its function asks for, where it stood in one. */
  opsets?: ReadonlyMap<string, number>;
}

export interface ValueMessage {
  name: string;
  holds: "tensor" | "sequence" | "map" | "optional" | "sparse tensor" | "nothing known";
  type: number;
  dims?: (number | string | undefined)[];
  doc?: string;
}

export interface GraphMessage {
  name: string;
  nodes: NodeMessage[];
  readonly initializers: TensorMessage[];
  /** Names of sparse initializers, which are not read. */
  readonly sparse: string[];
  readonly inputs: ValueMessage[];
  readonly outputs: ValueMessage[];
  readonly values: ValueMessage[];
}

export interface FunctionMessage {
  name: string;
  domain: string;
  overload: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly nodes: NodeMessage[];
  /** Attributes with what they are where a call does not give them. */
  readonly defaults: AttributeMessage[];
  readonly opsets: Map<string, number>;
}

export interface ModelMessage {
  irVersion: number;
  producer: string;
  producerVersion: string;
  readonly opsets: Map<string, number>;
  readonly metadata: Map<string, string>;
  readonly functions: FunctionMessage[];
  graph?: GraphMessage;
}

/** 64-bit integers, growing. */
export class Words {
  private halves = new Uint32Array(16);
  length = 0;

  push(low: number, high: number): void {
    if (2 * this.length === this.halves.length) {
      const more = new Uint32Array(2 * this.halves.length);
      more.set(this.halves);
      this.halves = more;
    }
    this.halves[2 * this.length] = low;
    this.halves[2 * this.length + 1] = high;
    this.length++;
  }

  /** Low and high halves in turn, a view. */
  get pairs(): Uint32Array {
    return this.halves.subarray(0, 2 * this.length);
  }
}
