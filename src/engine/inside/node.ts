import { shown } from "../../shared/shown.ts";
import { isLearned, type NodeFacts } from "../../shared/structure.ts";
import { multiplyAddsOf } from "../analysis/cost.ts";
import { readSource } from "../formats/onnx/source.ts";
import type { Source, SourceNode } from "../formats/source.ts";
import { definitionOf, isKnown } from "../graph/definitions.ts";
import type { Node } from "../graph/graph.ts";
import { numbersIn, weightsOf } from "../graph/weights.ts";
import type { Library } from "../library.ts";
import { fieldIn } from "./anatomy.ts";
import type { Bound } from "../model.ts";
import { boundIfAny } from "./bound.ts";
import { roleOf } from "./roles.ts";
import { structureOf } from "./structure.ts";

const isNoPart = "it is no part of the network as it is run";
const cannotRun = "the network takes no picture, or cannot be run";

/** What the file says of one node, and what it costs. Throws RangeError where there is no such node. */
export async function node(
  library: Library,
  { model, node: place }: { readonly model: string; readonly node: number },
): Promise<NodeFacts> {
  const source = readSource(model);
  const asked = source.nodes[place];
  if (!asked) throw new RangeError(`${model} has ${source.nodes.length} nodes; there is no node ${place}.`);
  const bound = await boundIfAny(library, model);
  const card = structureOf(source, bound).nodes[place];
  const written = asked.outputs.map((name) => bound?.network.values.get(name)).find((value) => value !== undefined);
  const computed = written && bound?.network.graph.producer(written);
  return {
    op: shown(asked.op),
    domain: shown(asked.domain),
    name: shown(asked.name, 1000),
    attributes: asked.attributes.map(({ name, value }) => ({ name: shown(name), value })),
    inputs: (card?.inputs ?? []).map((value, i) => ({ value, role: roleOf(asked.op, i, asked.inputs.length) })),
    outputs: (card?.outputs ?? []).map((value, i) => ({
      value,
      role: asked.outputs.length === 1 ? "output" : `output ${i + 1}`,
    })),
    parameters: bound && computed ? learnedBy(computed, bound) : learnedIn(source, asked),
    multiplyAdds: computed && multiplyAddsOf(computed),
    field: bound && written ? fieldIn(bound, written) : { why: bound ? isNoPart : cannotRun },
    trouble: card?.trouble,
  };
}

const learnedBy = (node: Node, { network: { graph }, reached }: Bound): number =>
  numbersIn(weightsOf([node], graph, reached, { learned: true }));

/** The same of a node that is not run, as far as the file tells: of what it reads itself. */
function learnedIn({ weights }: Source, { op, inputs }: SourceNode): number {
  const measured = (isKnown(op) && definitionOf(op).statistics) || [];
  const read = new Set(inputs.filter((_, i) => !measured.includes(i)).flatMap((name) => weights.get(name) ?? []));
  return [...read].filter(isLearned).reduce((sum, { count }) => sum + count, 0);
}
