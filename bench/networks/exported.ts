import protobuf from "protobufjs/minimal.js";
import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { size, type Shape } from "../../src/shared/tensor.ts";

// A network with random weights, written as PyTorch's exporter writes it: nodes named after their modules, weights inside
// the file. Field numbers are those of onnx.proto3. The weights go to disk piece by piece and never are in memory.

type Writer = protobuf.Writer;
const lengthDelimited = 2;
const tag = (field: number, wire: number) => (field << 3) | wire;
const message = (writer: Writer, field: number) => writer.uint32(tag(field, lengthDelimited)).fork();
const text = (writer: Writer, field: number, value: string) => writer.uint32(tag(field, lengthDelimited)).string(value);
const integer = (writer: Writer, field: number, value: number) => writer.uint32(tag(field, 0)).int64(value);

const [float, int64, opset, irVersion] = [1, 7, 17, 8];

interface Weight {
  readonly name: string;
  readonly shape: Shape;
  /** The weights are evenly distributed from −bound to bound. */
  readonly bound: number;
  /** Whole numbers instead, of 64 bits. */
  readonly values?: readonly number[];
}

interface Window {
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
}

/** Verbs take and give the names of values; `module` is the module's path, as PyTorch has it. */
export class Exported {
  readonly #nodes = protobuf.Writer.create();
  readonly #weights: Weight[] = [];
  readonly #named = new Map<string, number>();

  get parameters(): number {
    return this.#weights.reduce((sum, { shape }) => sum + size(shape), 0);
  }

  conv(x: string, module: string, ins: number, outs: number, window: Window): string {
    const { kernel } = window;
    return this.#node("Conv", module, [x, ...this.#weighted(module, [outs, ins, kernel, kernel])], windowOf(window));
  }

  maxPool(x: string, module: string, window: Window): string {
    return this.#node("MaxPool", module, [x], windowOf(window));
  }

  linear(x: string, module: string, ins: number, outs: number): string {
    return this.#node("Gemm", module, [x, ...this.#weighted(module, [outs, ins])], { transB: 1 });
  }

  /** Of the last axis, as a transformer has it: a product with a matrix, and a bias. */
  project(x: string, module: string, ins: number, outs: number): string {
    const [weight, bias] = [`${module}.weight`, `${module}.bias`];
    this.#weights.push({ name: weight, shape: [ins, outs], bound: Math.sqrt(6 / ins) });
    this.#weights.push({ name: bias, shape: [outs], bound: 0.05 });
    return this.#node("Add", module, [this.#node("MatMul", module, [x, weight]), bias]);
  }

  layerNorm(x: string, module: string, width: number): string {
    const [scale, bias] = this.#learned(module, width);
    return this.#node("LayerNormalization", module, [x, scale, bias], { axis: -1 });
  }

  reshape(x: string, module: string, shape: Shape): string {
    const name = `${module}.shape`;
    this.#weights.push({ name, shape: [shape.length], bound: 0, values: shape });
    return this.#node("Reshape", module, [x, name]);
  }

  transpose(x: string, module: string, perm: readonly number[]): string {
    return this.#node("Transpose", module, [x], { perm });
  }

  softmax = (x: string, module: string): string => this.#node("Softmax", module, [x], { axis: -1 });
  multiply = (a: string, b: string, module: string): string => this.#node("MatMul", module, [a, b]);
  /** Every element by one learned number. */
  scale(x: string, module: string): string {
    const name = `${module}.scale`;
    this.#weights.push({ name, shape: [1], bound: 1 });
    return this.#node("Mul", module, [x, name]);
  }
  sigmoid = (x: string, module: string): string => this.#node("Sigmoid", module, [x]);
  times = (a: string, b: string, module: string): string => this.#node("Mul", module, [a, b]);
  meanOf = (x: string, module: string, axis: number): string =>
    this.#node("ReduceMean", module, [x], { axes: [axis], keepdims: 0 });
  relu = (x: string, module: string): string => this.#node("Relu", module, [x]);
  add = (a: string, b: string, module: string): string => this.#node("Add", module, [a, b]);
  globalAveragePool = (x: string, module: string): string => this.#node("GlobalAveragePool", module, [x]);
  flatten = (x: string, module: string): string => this.#node("Flatten", module, [x], { axis: 1 });

  /** Bytes of the file that `write` makes. */
  length(graph: Ends): number {
    const { head, weights } = this.#file(graph);
    return weights.reduce((sum, { head, weight }) => sum + head.length + bytesOf(weight), head.length);
  }

  /** The file appears whole or not at all. */
  write(path: string, graph: Ends): void {
    const { head, weights } = this.#file(graph);
    const unfinished = `${path}.${process.pid}`;
    const file = openSync(unfinished, "w");
    writeSync(file, head);
    const random = randomNumbers();
    for (const { head, weight } of weights) {
      writeSync(file, head);
      if (weight.values) writeSync(file, new Uint8Array(BigInt64Array.from(weight.values, BigInt).buffer));
      else for (const piece of random(size(weight.shape), weight.bound)) writeSync(file, piece);
    }
    closeSync(file);
    renameSync(unfinished, path);
  }

  #node(op: string, module: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const plain = `/${module.replaceAll(".", "/")}/${op}`;
    const count = this.#named.get(plain) ?? 0;
    this.#named.set(plain, count + 1);
    const name = count ? `${plain}_${count}` : plain;
    const output = `${name}_output_0`;
    const node = message(this.#nodes, 1);
    for (const input of inputs) text(node, 1, input);
    text(text(text(node, 2, output), 3, name), 4, op);
    for (const [attribute, value] of Object.entries(attributes)) {
      const writer = text(message(node, 5), 1, attribute);
      if (typeof value === "number") integer(integer(writer, 3, value), 20, 2).ldelim();
      else
        integer(
          value.reduce((each, n) => integer(each, 8, n), writer),
          20,
          7,
        ).ldelim();
    }
    node.ldelim();
    return output;
  }

  /** He et al. 2015: so wide that signals keep their size from layer to layer. */
  #weighted(module: string, shape: Shape): readonly string[] {
    const [outs = 1, ...rest] = shape;
    const weight = { name: `${module}.weight`, shape, bound: Math.sqrt(6 / size(rest)) };
    const bias = { name: `${module}.bias`, shape: [outs], bound: 0.05 };
    this.#weights.push(weight, bias);
    return [weight.name, bias.name];
  }

  #learned(module: string, width: number): readonly [string, string] {
    const [scale, bias] = [`${module}.weight`, `${module}.bias`];
    for (const name of [scale, bias]) this.#weights.push({ name, shape: [width], bound: 1 });
    return [scale, bias];
  }

  /** All bytes but the weights'. The graph comes last, and in it the weights: what comes before them is one piece. */
  #file({ input, output, inputShape, outputShape }: Ends): File {
    const weights = this.#weights.map((weight) => ({ weight, head: initializerHead(weight) }));
    const graph = protobuf.Writer.create();
    text(graph, 2, "main_graph");
    valueInfo(message(graph, 11), input, inputShape).ldelim();
    valueInfo(message(graph, 12), output, outputShape).ldelim();
    const parts = [this.#nodes.finish(), graph.finish()];
    const inGraph =
      parts.reduce((sum, { length }) => sum + length, 0) +
      weights.reduce((sum, { head, weight }) => sum + head.length + bytesOf(weight), 0);
    const model = integer(protobuf.Writer.create(), 1, irVersion);
    integer(message(text(model, 2, "glassbox bench"), 8), 2, opset).ldelim();
    model.uint32(tag(7, lengthDelimited)).uint32(inGraph);
    return { head: Buffer.concat([model.finish(), ...parts]), weights };
  }
}

/** What goes into a network and what comes out, by the names of the values. */
interface Ends {
  readonly input: string;
  readonly inputShape: Shape;
  readonly output: string;
  readonly outputShape: Shape;
}

interface File {
  readonly head: Uint8Array;
  readonly weights: readonly { readonly weight: Weight; readonly head: Uint8Array }[];
}

type Attributes = Readonly<Record<string, number | readonly number[]>>;

const windowOf = ({ kernel, stride = 1, pad = 0 }: Window): Attributes => ({
  kernel_shape: [kernel, kernel],
  strides: [stride, stride],
  pads: [pad, pad, pad, pad],
});

const bytesOf = ({ shape, values }: Weight) => (values ? 8 : 4) * size(shape);

/** An initializer up to the first byte of its raw_data. */
function initializerHead(weight: Weight): Uint8Array {
  const tensor = protobuf.Writer.create();
  for (const n of weight.shape) integer(tensor, 1, n);
  text(integer(tensor, 2, weight.values ? int64 : float), 8, weight.name);
  tensor.uint32(tag(9, lengthDelimited)).uint32(bytesOf(weight));
  const head = tensor.finish();
  const around = protobuf.Writer.create();
  around.uint32(tag(5, lengthDelimited)).uint32(head.length + bytesOf(weight));
  return Buffer.concat([around.finish(), head]);
}

function valueInfo(writer: Writer, name: string, shape: Shape): Writer {
  const type = integer(message(message(text(writer, 1, name), 2), 1), 1, float);
  const dims = message(type, 2);
  for (const n of shape) integer(message(dims, 1), 1, n).ldelim();
  return dims.ldelim().ldelim().ldelim();
}

/** The same numbers in every run, in pieces of some megabytes. Marsaglia 2003, "Xorshift RNGs". */
function randomNumbers() {
  let state = 2463534242;
  const piece = new Float32Array(1 << 20);
  return function* (count: number, bound: number): Generator<Uint8Array> {
    for (let left = count; left > 0; left -= piece.length) {
      const part = piece.subarray(0, Math.min(left, piece.length));
      for (let i = 0; i < part.length; i++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        part[i] = (state / 2 ** 31) * bound;
      }
      yield new Uint8Array(part.buffer, 0, part.byteLength);
    }
  };
}
