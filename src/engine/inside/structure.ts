import { sentence } from "../../shared/sentence.ts";
import { shown } from "../../shared/shown.ts";
import type { NodeCard, Structure, ValueCard } from "../../shared/structure.ts";
import { readSource } from "../formats/onnx/source.ts";
import type { Source, SourceNode } from "../formats/source.ts";
import type { Layer } from "../graph/layers.ts";
import { scopeNamed } from "../graph/scopes.ts";
import type { Library } from "../library.ts";
import { allLayers } from "../lost-layers.ts";
import type { Bound } from "../model.ts";
import { boundIfAny } from "./bound.ts";
import { nodesInCycles } from "./cycle.ts";
import { detailOf, settingsOf } from "./detail.ts";

/** Longer names are cut for the view: nobody reads them, and a hostile file may have one of a megabyte on each node. */
const longestName = 1000;

/** The file's own graph, with what is known of it from the network that was made of it, where one could be made. */
export async function structure(library: Library, { model }: { readonly model: string }): Promise<Structure> {
  return structureOf(readSource(model), await boundIfAny(library, model));
}

export function structureOf(source: Source, bound: Bound | undefined): Structure {
  const values = new Values(source, bound);
  const writer = new Map<string, number>();
  source.nodes.forEach(({ outputs }, i) => {
    for (const output of outputs) if (output && !writer.has(output)) writer.set(output, i);
  });
  const given = new Set(source.inputs);
  const written = (name: string) => writer.has(name) || source.weights.has(name) || given.has(name);
  const reads = source.nodes.map(({ inputs, captured }) =>
    [...inputs, ...captured].flatMap((name) => writer.get(name) ?? []),
  );
  const cycle = nodesInCycles(reads);
  const circular = new Set(cycle);
  const all = bound ? allLayers(bound) : [];
  const layers = layersOf(source, all, reads);
  const nodes = source.nodes.map((node, i): NodeCard => {
    const layer = layers[i] ?? -1;
    const trouble = circular.has(i)
      ? "It feeds itself: the file's nodes stand in a circle."
      : troubleOf(node, bound, written);
    return {
      op: shown(node.op, longestName),
      domain: shown(node.domain, longestName),
      name: node.name.slice(0, longestName),
      scope: (all[layer]?.scope ?? scopeIn(node, source)).slice(0, longestName),
      layer,
      inputs: node.inputs.map((name) => values.place(name)),
      outputs: node.outputs.map((name) => values.place(name)),
      detail: detailOf(node, source.weights.get(node.inputs[1] ?? "")?.shape),
      ...(node.attributes.length && { settings: settingsOf(node) }),
      ...(trouble !== undefined && { trouble }),
    };
  });
  const [inputs, outputs] = [source.inputs, source.outputs].map((names) => names.map((name) => values.place(name)));
  return { nodes, values: values.list, inputs: inputs ?? [], outputs: outputs ?? [], cycle };
}

/** Values by name, in the order in which they are first spoken of. */
class Values {
  readonly list: ValueCard[] = [];
  readonly #places = new Map<string, number>();

  constructor(
    private readonly source: Source,
    private readonly bound: Bound | undefined,
  ) {}

  place(name: string): number {
    if (name === "") return -1;
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.list.length);
    const { source, bound } = this;
    const weight = source.weights.get(name);
    const said = weight ?? source.types.get(name);
    const computed = bound?.network.values.get(name);
    const shape = said?.shape ?? undefined;
    const isOpen = !shape?.every((n) => typeof n === "number");
    this.list.push({
      name: name.slice(0, longestName),
      dtype: said?.dtype || (computed?.dtype ?? ""),
      // A file's symbols are worth less than the sizes that the network runs with.
      shape: isOpen && computed && computed.dtype !== "unknown" ? computed.shape : shape,
      weight: weight !== undefined,
    });
    return this.list.length - 1;
  }
}

function troubleOf(node: SourceNode, bound: Bound | undefined, written: (name: string) => boolean): string | undefined {
  const missing = node.inputs.find((name) => name !== "" && !written(name));
  if (missing !== undefined) return `It reads ${shown(missing)}, which nothing writes.`;
  const reasons = node.outputs.flatMap((name) => bound?.network.unresolved.get(name) ?? []);
  return reasons[0] === undefined ? undefined : sentence(reasons[0]);
}

const scopeIn = ({ op, name, module, inputs, outputs }: SourceNode, { weights }: Source): string =>
  scopeNamed({ op, name, module, weights: inputs.filter((input) => weights.has(input)), output: outputs[0] ?? "" });

/** Each node's layer: that of what it writes; where it was folded away, that of all who read it, if they agree. */
function layersOf(source: Source, all: readonly Layer[], reads: readonly (readonly number[])[]): Int32Array {
  const layers = new Int32Array(source.nodes.length).fill(-1);
  const ofValue = new Map<string, number>();
  all.forEach(({ nodes }, layer) => {
    for (const { outputs } of nodes) for (const { name } of outputs) ofValue.set(name, layer);
  });
  const readers = reads.map((): number[] => []);
  reads.forEach((from, reader) => {
    for (const writer of from) readers[writer]?.push(reader);
  });
  for (let i = source.nodes.length - 1; i >= 0; i--) {
    const own = source.nodes[i]?.outputs.map((name) => ofValue.get(name)).find((layer) => layer !== undefined);
    const theirs = new Set((readers[i] ?? []).map((reader) => layers[reader]));
    const [only = -1] = theirs;
    layers[i] = own ?? (theirs.size === 1 ? only : -1);
  }
  return layers;
}
