import { shown } from "../../../shared/shown.ts";
import { shapeText } from "../../../shared/tensor.ts";
import { elementType } from "../../formats/onnx/element-types.ts";
import { rawAttributes, type GraphRecord, type ModelRecord, type NodeRecord } from "../../formats/onnx/structure.ts";
import { definitionOf, isKnown } from "../../graph/definitions.ts";
import type { Attributes, Defaults } from "../../ops/op.ts";
import { numbersIn, numberText, type Numbers } from "./numbers.ts";

/** An attribute to compare, and to show: `all` tells any two apart, `text` is for the eye. */
export interface Attribute {
  readonly all: string;
  readonly text: string;
  /** Of a node of the file: what it takes where the file says nothing. */
  readonly isDefault?: true;
}

const longest = 8;
/** What ONNX's Clip takes where a bound is left out. */
const unbounded = 3.4028234663852886e38;

/** Attributes of a node as the graph has it: complete, and in the words of one version of the operators. */
export const attributesIn = (given: Attributes): ReadonlyMap<string, Attribute> =>
  new Map(Object.entries(given).map(([name, value]) => [name, attribute(value)]));

/** Attributes of a node as the file has it, with the defaults that are known, and the tensors among them. */
export function attributesOf(
  node: NodeRecord,
  model: ModelRecord,
): { readonly attributes: ReadonlyMap<string, Attribute>; readonly inner: readonly Numbers[] } {
  const found = new Map<string, Attribute>();
  const defaults = node.domain === "" && isKnown(node.op) ? (definitionOf(node.op).attributes as Defaults) : {};
  for (const [name, { value, at }] of Object.entries(defaults))
    if (at === undefined) found.set(name, { ...attribute(value), isDefault: true });
  // These meant all axes from theirs on, and the second axis where none is named.
  if (node.domain === "" && node.opset < 13 && /^((Log)?Softmax|Hardmax)$/.test(node.op))
    found.set("axis", attribute(1)).set("flattening", plain("yes"));
  const inner: Numbers[] = [];
  for (const [name, given] of described(node, model, inner)) if (!isUsual(node, name)) found.set(name, given);
  return { attributes: found, inner };
}

/** What windows do where the file says nothing depends on how many axes they have; the weights tell a convolution's size. */
function isUsual({ op, domain, attributes }: NodeRecord, name: string): boolean {
  const given = attributes.get(name);
  if (domain !== "" || given?.kind !== "ints") return false;
  if (name === "strides" || name === "dilations") return given.value.every((n) => n === 1);
  if (name === "pads") return /^Conv|Pool$/.test(op) && given.value.every((n) => n === 0);
  return name === "kernel_shape" && op.startsWith("Conv");
}

function described(node: NodeRecord, model: ModelRecord, inner: Numbers[]): ReadonlyMap<string, Attribute> {
  const found = new Map<string, Attribute>();
  for (const [name, given] of node.attributes)
    switch (given.kind) {
      case "int":
        found.set(name, name === "to" && node.op === "Cast" ? plain(typeText(given.value)) : attribute(given.value));
        break;
      case "float":
      case "string":
      case "floats":
      case "ints":
      case "strings":
        found.set(name, attribute(given.value));
        break;
      case "tensor":
      case "tensors": {
        const tensors = given.kind === "tensor" ? [given.value] : given.value;
        inner.push(...tensors.map((tensor) => numbersIn(name, tensor)));
        found.set(name, plain(tensors.map(({ dims }) => `a tensor of ${shapeText(dims) || "one number"}`).join(", ")));
        break;
      }
      case "graph":
      case "graphs": {
        const graphs = given.kind === "graph" ? [given.value] : given.value;
        const text = graphs.map(({ nodes }) => `a graph of ${nodes.length} nodes`).join(", ");
        found.set(name, { all: JSON.stringify(graphs.map((graph) => graphOf(graph, model, inner))), text });
        break;
      }
      case "other": {
        const bytes = rawAttributes(model, node).get(name) ?? new Uint8Array();
        found.set(name, { all: Buffer.from(bytes).toString("base64"), text: `${bytes.length} bytes` });
      }
    }
  return found;
}

/** All that a graph inside a node says but the numbers of its tensors, which are added to `inner`. */
function graphOf({ nodes, initializers, inputs, outputs }: GraphRecord, model: ModelRecord, inner: Numbers[]): unknown {
  for (const [name, stored] of initializers) inner.push(numbersIn(name, stored));
  return [
    [...initializers].map(([name, { dims }]) => [name, dims]),
    inputs.map(({ name }) => name),
    outputs.map(({ name }) => name),
    nodes.map((node) => [
      node.domain,
      node.op,
      node.inputs,
      node.outputs,
      [...described(node, model, inner)].map(([name, { all }]) => [name, all]),
    ]),
  ];
}

const typeText = (code: number) => elementType(code)?.name ?? `type ${code}`;

const plain = (text: string): Attribute => ({ all: text, text });

function attribute(value: number | string | readonly (number | string)[]): Attribute {
  if (!Array.isArray(value)) return { all: wholly(value as number | string), text: wordOf(value as number | string) };
  const list = value as readonly (number | string)[];
  const words = list.slice(0, longest).map(wordOf).join(" ");
  return {
    all: JSON.stringify(list.map(wholly)),
    text: list.length > longest ? `${words} …` : words || "nothing",
  };
}

/** All digits; JSON would make the same of all that is no finite number. */
const wholly = (value: number | string) => (typeof value === "number" ? String(value) : JSON.stringify(value));

function wordOf(value: number | string): string {
  if (typeof value === "string") return shown(value) || "nothing";
  return Math.abs(value) === unbounded ? "none" : numberText(value);
}
