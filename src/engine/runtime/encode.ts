import protobuf from "protobufjs/minimal.js";
import { float32, int64, type DType, type Shape, type Tensor } from "../../shared/tensor.ts";
import { definitionOf } from "../graph/definitions.ts";
import {
  AbsentNumbers,
  isAbsent,
  isPlace,
  type Constant,
  type Graph,
  type Node,
  type Place,
  type Value,
} from "../graph/graph.ts";
import type { Attributes, Defaults } from "../ops/op.ts";
import { elementNumber } from "./elements.ts";
import { placeWeights, type PlacedWeights } from "./weights.ts";

// Field numbers are those of onnx.proto3. The whole file speaks one opset, this one unless a node needs a newer:
// what older ones said differently was normalised at import.
const opset = 21;
const irVersion = 10;

type Writer = protobuf.Writer;
const lengthDelimited = 2;
const fixed32 = 5;
const tag = (field: number, wire: number) => (field << 3) | wire;

/** A program as ONNX Runtime reads it, and where it finds the weights that stay in their files. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly weights: PlacedWeights;
}

/**
 * The model that computes `outputs`: only the nodes, constants and inputs that they need. Weights are external data,
 * references into their files or into what is handed over; half, bfloat and double weights are cast where they come in.
 */
export function encode(graph: Graph, outputs: readonly Value[], copyWeights = false): Encoded {
  const constants = new Map<string, Constant>();
  const nodes = graph.leadingTo(outputs);
  const used = new Set<Value>(outputs);
  for (const node of nodes) {
    for (const input of node.inputs) if (input) used.add(input);
    for (const captured of node.opaque?.captured ?? []) used.add(captured);
  }
  for (const value of used) {
    const constant = graph.constants.get(value);
    if (constant && isAbsent(constant)) throw new AbsentNumbers(constant.absent);
    if (constant) constants.set(value.name, constant);
  }
  const places = [...constants.values()].filter(isPlace);
  const weights = placeWeights(places, copyWeights);

  const body = protobuf.Writer.create();
  for (const [name, constant] of constants) if (isCast(constant)) castNode(message(body, 1), name).ldelim();
  for (const node of nodes) writeNode(message(body, 1), node, constants, used).ldelim();
  // An output that no node writes gets a node of its own.
  const distinct = [...new Set(outputs)];
  for (const output of distinct) {
    if (graph.producer(output)) continue;
    const identity = message(body, 1);
    text(text(text(identity, 1, output.name), 2, outputName(graph, output)), 4, "Identity").ldelim();
  }
  text(body, 2, "glassbox");
  for (const [name, constant] of constants) {
    const initializer = message(body, 5);
    (isPlace(constant)
      ? writePlace(initializer, name, constant, weights)
      : writeTensor(initializer, name, constant)
    ).ldelim();
  }
  for (const input of graph.inputs) if (used.has(input)) writeValueInfo(message(body, 11), input).ldelim();
  for (const output of distinct)
    writeValueInfo(message(body, 12), { ...output, name: outputName(graph, output) }).ldelim();

  const model = protobuf.Writer.create().uint32(tag(1, 0)).int64(irVersion);
  text(model, 2, "glassbox");
  model.uint32(tag(7, lengthDelimited)).bytes(body.finish());
  const versions = new Map([
    ...graph.opsets,
    ["", Math.max(graph.opsets.get("") ?? 0, opset, ...nodes.map(since))] as const,
  ]);
  for (const [domain, version] of versions) {
    const entry = message(model, 8);
    if (domain) text(entry, 1, domain);
    entry.uint32(tag(2, 0)).int64(version).ldelim();
  }
  return { bytes: model.finish(), weights };
}

/** The name under which a program gives `value`: its own, unless it is an input or a constant. */
export const outputName = (graph: Graph, value: Value): string =>
  graph.producer(value) ? value.name : `${value.name}:out`;

const since = ({ op, opaque }: Node): number => (opaque ? undefined : definitionOf(op).since) ?? opset;

const message = (writer: Writer, field: number) => writer.uint32(tag(field, lengthDelimited)).fork();
const text = (writer: Writer, field: number, value: string) => writer.uint32(tag(field, lengthDelimited)).string(value);
const integer = (writer: Writer, field: number, value: number) => writer.uint32(tag(field, 0)).int64(value);

const isCast = (constant: Constant) => isPlace(constant) && constant.stored !== constant.dtype;
const storedName = (name: string, constant: Constant) => (isCast(constant) ? `${name}:stored` : name);

function castNode(writer: Writer, name: string): Writer {
  text(text(text(writer, 1, `${name}:stored`), 2, name), 4, "Cast");
  return attribute(writer, "to", "dtype", "float32");
}

function writeNode(writer: Writer, node: Node, constants: Map<string, Constant>, used: ReadonlySet<Value>): Writer {
  const names = node.opaque ? node.inputs.map((input) => input?.name ?? "") : inputNames(node, constants);
  for (const name of names.slice(0, names.findLastIndex((name) => name !== "") + 1)) text(writer, 1, name);
  const last = node.outputs.findLastIndex((output) => used.has(output)) + 1;
  const some = !node.opaque && definitionOf(node.op).optionalOutputs;
  for (const output of some ? node.outputs.slice(0, Math.max(1, last)) : node.outputs) text(writer, 2, output.name);
  if (node.name) text(writer, 3, node.name);
  text(writer, 4, node.op);
  if (node.opaque) {
    for (const bytes of node.opaque.attributes) writer.uint32(tag(5, lengthDelimited)).bytes(bytes);
    if (node.opaque.domain) text(writer, 7, node.opaque.domain);
    return writer;
  }
  for (const [name, { type, at }] of Object.entries(definitionOf(node.op).attributes as Defaults))
    if (at === undefined) attribute(writer, name, type, node.attributes[name] as Attributes[string]); // complete
  return writer;
}

/** A node's inputs in ONNX's order: its operands, and between them the attributes that this opset passes as inputs. */
function inputNames(node: Node, constants: Map<string, Constant>): string[] {
  const placed = new Map<number, string>();
  for (const [name, { type, at }] of Object.entries(definitionOf(node.op).attributes as Defaults)) {
    if (at === undefined) continue;
    const value = node.attributes[name];
    const constant = asInput(type, value);
    const initializer = `${node.outputs[0]?.name ?? ""}:${name}`;
    if (constant) constants.set(initializer, constant);
    placed.set(at, constant ? initializer : "");
  }
  const names: string[] = [];
  const operands = [...node.inputs];
  for (let i = 0; operands.length || [...placed.keys()].some((at) => at >= i); i++)
    names.push(placed.get(i) ?? operands.shift()?.name ?? "");
  return names;
}

function asInput(type: Defaults[string]["type"], value: unknown): Tensor | undefined {
  const list = value as readonly number[];
  if (type === "input ints") return int64(list);
  if (type === "input float") return float32([], [value as number]);
  if (!list.length) return undefined;
  return type === "optional ints" ? int64(list) : float32([list.length], list);
}

/** Writes one AttributeProto. Its `type` field (20) is one of FLOAT 1, INT 2, STRING 3, TENSOR 4, INTS 7. */
function attribute(parent: Writer, name: string, type: Defaults[string]["type"], value: Attributes[string]): Writer {
  const writer = text(message(parent, 5), 1, name);
  switch (type) {
    case "float":
      integer(writer.uint32(tag(2, fixed32)).float(value as number), 20, 1);
      break;
    case "int":
      integer(integer(writer, 3, value as number), 20, 2);
      break;
    case "dtype":
      integer(integer(writer, 3, elementNumber(value as DType)), 20, 2);
      break;
    case "text":
      integer(text(writer, 4, value as string), 20, 3);
      break;
    case "fill":
      writeTensor(message(writer, 5), "", float32([1], [value as number])).ldelim();
      integer(writer, 20, 4);
      break;
    default:
      for (const n of value as readonly number[]) integer(writer, 8, n);
      integer(writer, 20, 7);
  }
  return writer.ldelim();
}

function writePlace(writer: Writer, name: string, place: Place, weights: PlacedWeights): Writer {
  const { location, offset } = weights.at(place);
  for (const n of place.shape) integer(writer, 1, n);
  integer(writer, 2, elementNumber(place.stored));
  text(writer, 8, storedName(name, place));
  entry(writer, "location", location);
  entry(writer, "offset", String(offset));
  entry(writer, "length", String(place.length));
  return integer(writer, 14, 1);
}

function writeTensor(writer: Writer, name: string, { data, dtype, shape }: Tensor): Writer {
  for (const n of shape) integer(writer, 1, n);
  integer(writer, 2, elementNumber(dtype));
  if (name) text(writer, 8, name);
  return writer.uint32(tag(9, lengthDelimited)).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function entry(writer: Writer, key: string, value: string): void {
  text(text(message(writer, 13), 1, key), 2, value).ldelim();
}

function writeValueInfo(writer: Writer, { name, dtype, shape }: { name: string; dtype: DType; shape: Shape }): Writer {
  text(writer, 1, name);
  // A type that is not known yet is the runtime's to find.
  if (dtype === "unknown") return writer;
  const type = message(message(writer, 2), 1);
  integer(type, 1, elementNumber(dtype));
  const dims = message(type, 2);
  for (const n of shape) integer(message(dims, 1), 1, n).ldelim();
  dims.ldelim();
  return type.ldelim().ldelim();
}
