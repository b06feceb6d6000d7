import { readSource } from "../../formats/onnx/source.ts";
import { readModel, type GraphRecord, type ModelRecord, type NodeRecord } from "../../formats/onnx/structure.ts";
import type { SourceWeight } from "../../formats/source.ts";
import type { Library, ModelEntry } from "../../library.ts";
import type { Bound } from "../../model.ts";
import { boundOf } from "../bound.ts";
import { numbersIn, numbersOf, type Numbers } from "./numbers.ts";

/** One model's side of a comparison. */
export interface Side {
  readonly entry: ModelEntry;
  /** Undefined where no network with layers could be made of the file. */
  readonly bound: Bound | undefined;
  /** What the file says: all nodes, calls of local functions replaced by what they do. */
  readonly record: ModelRecord;
  /** The constants of the file by their names. */
  readonly constants: ReadonlyMap<string, Numbers>;
}

export async function sideOf(library: Library, model: string): Promise<Side> {
  const entry = await library.open(model);
  const record = readModel(model);
  // Without layers its nodes are compared; that it takes no picture, or is too large to run, is said elsewhere.
  const bound = await boundOf(entry).catch(() => undefined);
  return { entry, bound, record, constants: constantsOf(record.graph, readSource(model).weights) };
}

/** Initializers, and what nodes hold that only write a constant. */
function constantsOf(graph: GraphRecord, weights: ReadonlyMap<string, SourceWeight>): Map<string, Numbers> {
  const found = new Map<string, Numbers>(weights);
  for (const [name, stored] of graph.initializers) if (!found.has(name)) found.set(name, numbersIn(name, stored));
  for (const node of graph.nodes) {
    const [name] = node.outputs;
    const numbers = isConstant(node) && name && !found.has(name) ? held(node, name) : undefined;
    if (numbers) found.set(numbers.name, numbers);
  }
  return found;
}

export const isConstant = ({ op, domain }: NodeRecord): boolean => op === "Constant" && domain === "";

function held({ attributes }: NodeRecord, name: string): Numbers | undefined {
  for (const given of attributes.values()) {
    if (given.kind === "tensor") return numbersIn(name, given.value);
    if (given.kind === "float" || given.kind === "int")
      return numbersOf(name, { dtype: typeOf(given.kind), shape: [], data: Float64Array.of(given.value) });
    if (given.kind === "floats" || given.kind === "ints") {
      const data = Float64Array.from(given.value);
      return numbersOf(name, { dtype: typeOf(given.kind), shape: [data.length], data });
    }
  }
  return undefined;
}

const typeOf = (kind: string) => (kind.startsWith("float") ? "float32" : "int64");
