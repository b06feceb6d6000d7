import { basename } from "node:path";
import { shown } from "../../../shared/shown.ts";
import { size } from "../../../shared/tensor.ts";
import type { Elements, Source, SourceNode, SourceType, SourceWeight } from "../source.ts";
import { Unreadable } from "../unreadable.ts";
import { arrayOf } from "./array-of.ts";
import { captured } from "./order.ts";
import { elementType } from "./element-types.ts";
import { RegularFile } from "./file.ts";
import { ModelFiles } from "./files.ts";
import { graphsOf } from "./functions.ts";
import { widened } from "./half.ts";
import type { AttributeMessage, GraphMessage, ModelMessage, NodeMessage, TensorMessage } from "./messages.ts";
import { moduleOf } from "./modules.ts";
import { emptyModel, parseModel } from "./parse.ts";
import { demandPossible } from "./read.ts";
import { store } from "./store.ts";
import type { Place, Stored } from "./structure.ts";
import { Wire } from "./wire.ts";

/** Text and lists in attributes are cut here: they are for the eye. */
const longestText = 200;

/**
 * An ONNX file as it was written: local functions as their calls, nodes in the file's order, cycles and all. A file that breaks
 * off is given as far as it goes. Throws Unreadable where there is no network at all.
 */
export function readSource(path: string): Source {
  const files = new ModelFiles(RegularFile.open(path));
  try {
    demandPossible(files.model);
    const model = emptyModel();
    try {
      parseModel(new Wire(files.model), model);
      return sourceOf(model, files, undefined);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return sourceOf(partOf(files), files, error.message);
    }
  } finally {
    files.close();
  }
}

/** What stands before the place where a file breaks off or makes no sense. */
function partOf(files: ModelFiles): ModelMessage {
  const model = emptyModel();
  try {
    parseModel(new Wire(files.model, true), model);
  } catch (error) {
    if (!(error instanceof Unreadable) || !model.graph?.nodes.length) throw error;
  }
  return model;
}

function sourceOf({ graph }: ModelMessage, files: ModelFiles, problem: string | undefined): Source {
  if (!graph)
    throw new Unreadable(files.model.path, "there is no network in it", { remedy: "Export the model to ONNX again." });
  const weights = new Map<string, SourceWeight>();
  const addWeight = (tensor: TensorMessage, name: string) => {
    if (name !== "" && !weights.has(name))
      weights.set(
        name,
        weightOf(
          store(tensor, name, files, () => undefined),
          name,
        ),
      );
  };
  for (const tensor of graph.initializers) addWeight(tensor, tensor.name);
  const nodes: SourceNode[] = [];
  for (const node of graph.nodes) {
    const constant = constantTensor(node);
    if (constant) addWeight(constant, node.outputs[0] ?? "");
    else nodes.push(nodeOf(node));
  }
  const types = new Map<string, SourceType>();
  for (const { name, type, dims } of [...graph.values, ...graph.outputs, ...graph.inputs])
    types.set(name, { dtype: elementType(type)?.name ?? "", shape: dims });
  return {
    nodes,
    inputs: graph.inputs.map(({ name }) => name).filter((name) => !weights.has(name)),
    outputs: graph.outputs.map(({ name }) => name),
    types,
    weights,
    problem,
  };
}

/** A node that only writes a tensor of the file is that tensor; other constants are small settings, and are nodes. */
const constantTensor = ({ op, domain, attributes, outputs }: NodeMessage): TensorMessage | undefined =>
  op === "Constant" && domain === "" && outputs[0]
    ? attributes.find(({ name }) => name === "value")?.tensor
    : undefined;

function nodeOf(node: NodeMessage): SourceNode {
  const { op, domain, name, inputs, outputs, attributes, metadata } = node;
  const numbers = new Map<string, readonly number[]>();
  for (const { name, int, ints } of attributes)
    if (ints?.length) numbers.set(name, ints);
    else if (int !== undefined) numbers.set(name, [int]);
  const inner = attributes.flatMap(graphsOf);
  const outer = inner.length ? new Set(inner.flatMap((graph) => [...captured(graph)])) : noNames;
  for (const input of inputs) outer.delete(input);
  return {
    op,
    domain,
    name,
    module: moduleOf(metadata),
    inputs,
    outputs,
    captured: [...outer],
    attributes: attributes.map((attribute) => ({ name: attribute.name, value: textOf(attribute) })),
    numbers,
  };
}

const noNames = new Set<string>();

function textOf({
  float,
  int,
  text,
  tensor,
  graph,
  floats,
  ints,
  texts,
  tensors,
  graphs,
  reference,
}: AttributeMessage): string {
  if (reference !== "") return `the call's ${reference}`;
  if (ints?.length) return list(ints.map(String));
  if (floats?.length) return list(floats.map(number));
  if (texts?.length) return list(texts.map((each) => shown(each)));
  if (tensor) return tensorText(tensor);
  if (graph) return graphText(graph);
  if (tensors?.length) return list(tensors.map(tensorText));
  if (graphs?.length) return list(graphs.map(graphText));
  if (text !== undefined) return shown(text, longestText);
  if (int !== undefined) return String(int);
  return float === undefined ? "" : number(float);
}

const number = (value: number) => String(Number(value.toPrecision(7)));
const tensorText = ({ type, dims }: TensorMessage) => `${elementType(type)?.name ?? "a tensor"} [${dims.join(", ")}]`;
const graphText = ({ nodes }: GraphMessage) => `a graph of ${nodes.length} nodes`;

function list(items: readonly string[]): string {
  const text = items.slice(0, longestText).join(", ");
  return items.length > longestText ? `${text}, and ${items.length - longestText} more` : text;
}

function weightOf(stored: Stored, name: string): SourceWeight {
  const { dims, elementType: code } = stored;
  const type = elementType(code);
  const broken = brokenBecause(stored);
  const count = broken === undefined ? size(dims) : 0;
  return {
    name,
    dtype: type?.name ?? "unknown",
    shape: dims,
    count,
    bytes: stored.kind === "place" ? stored.length : Math.ceil((count * (type?.bits ?? 0)) / 8),
    where:
      stored.kind === "place"
        ? `${basename(stored.file)}, at byte ${stored.offset.toLocaleString("en-US")}`
        : "in the model's file",
    broken,
    values: (from, count) => numbersIn(elementsOf(stored, broken, from, count)),
    elements: (from, count) => elementsOf(stored, broken, from, count),
  };
}

function brokenBecause(stored: Stored): string | undefined {
  if (stored.kind === "broken") return stored.reason;
  if (stored.kind === "texts") return "holds text, not numbers";
  const type = elementType(stored.elementType);
  const packed = type !== undefined && type.bits === 4 && type.name.endsWith("int4");
  return stored.dtype === "unknown" && !packed
    ? `holds elements of type ${type?.name ?? "unknown"}, which Glassbox does not read`
    : undefined;
}

function elementsOf(stored: Stored, broken: string | undefined, from: number, count: number): Elements {
  if (broken !== undefined || stored.kind === "broken" || stored.kind === "texts")
    throw new TypeError(`Tensor ${shown(stored.name)} ${broken ?? "has no numbers"}.`);
  if (from < 0 || from + count > size(stored.dims))
    throw new RangeError(`Tensor ${shown(stored.name)} has ${size(stored.dims)} elements.`);
  const bits = elementType(stored.elementType)?.bits ?? 8;
  if (bits === 4)
    return nibbles(
      bytesOf(stored, Math.floor(from / 2), Math.ceil((from + count) / 2)),
      from % 2,
      count,
      isSigned(stored),
    );
  const { dtype } = stored;
  const size1 = bits / 8;
  const data =
    stored.kind === "inline"
      ? stored.data.subarray(from, from + count)
      : arrayOf(dtype, bytesOf(stored, from * size1, (from + count) * size1));
  if (dtype === "float16" || dtype === "bfloat16") return { dtype: "float32", data: widened(dtype, data) };
  return { dtype, data };
}

const numbersIn = ({ data }: Elements): Float64Array =>
  data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number | bigint>, Number);

const isSigned = ({ elementType: code }: Stored) => elementType(code)?.name === "int4";

/** Two to a byte, the lower half first. */
function nibbles(bytes: Uint8Array, skipped: number, count: number, signed: boolean): Elements {
  const halfAt = (_: unknown, i: number) => {
    const at = skipped + i;
    const half = ((bytes[at >> 1] ?? 0) >> (at % 2 ? 4 : 0)) & 15;
    return signed && half > 7 ? half - 16 : half;
  };
  return signed
    ? { dtype: "int8", data: Int8Array.from({ length: count }, halfAt) }
    : { dtype: "uint8", data: Uint8Array.from({ length: count }, halfAt) };
}

function bytesOf(
  stored: Place | Extract<Stored, { kind: "inline" }>,
  from: number,
  to: number,
): Uint8Array<ArrayBuffer> {
  if (stored.kind === "inline")
    return new Uint8Array(stored.data.buffer as ArrayBuffer, stored.data.byteOffset + from, to - from).slice();
  const bytes = new Uint8Array(to - from);
  const file = RegularFile.open(stored.file);
  try {
    file.read(bytes, stored.offset + from);
  } finally {
    file.close();
  }
  return bytes;
}
