import { Builder } from "../graph/builder.ts";
import { definitionOf, kindOf } from "../graph/definitions.ts";
import { gatesOf } from "../graph/gates.ts";
import type { Graph, Node, Operand, Value } from "../graph/graph.ts";
import type { GradientContext, Gradients } from "../ops/op.ts";
import { plain } from "./plain.ts";
import type { Propagation, RuleContext } from "./propagation.ts";

const noRule = "Glassbox has no gradient rule for it";
export const onFloats = "Use the model on floats that it was quantized from";
const quantized = `no gradient goes through quantized arithmetic. ${onFloats}`;

/** The way back crosses an operator whose derivative Glassbox does not know. */
export class NotDifferentiable extends Error {
  override name = "NotDifferentiable";
  constructor(
    readonly op: string,
    readonly node: string,
    reason: string,
  ) {
    super(`The gradient has to pass through ${op}${node ? ` (node ${node})` : ""}: ${reason}.`);
  }
}

/**
 * Appends the backward pass of `y` to its own graph and returns the signal that reaches each of `wrt`.
 * `dy`, of y's shape, seeds the pass: one-hot for a class, a mask for neurons, the output itself for relevance.
 * Throws NotDifferentiable where the path crosses an operator without a rule.
 */
export function differentiate(
  graph: Graph,
  y: Value,
  dy: Value,
  wrt: readonly Value[],
  method: Propagation = plain,
): Value[] {
  const g = new Builder(graph);
  const reached = descendants(graph.nodes, wrt);
  const signal = new Map<Value, Value>([[y, dy]]);

  const path = graph.leadingTo([y]);
  const gates = gatesOf(graph, path);
  for (const node of path.reverse()) {
    const dys = node.outputs.map((output) => signal.get(output));
    const arrived = dys.find((d) => d !== undefined);
    if (!arrived || !reads(node, reached)) continue;

    const behind = quantizedBehind(node, graph, reached);
    if (behind) throw new NotDifferentiable(behind.op, behind.name, quantized);
    const context = contextOf(node, dys, arrived, g, {
      first: node.inputs.every((input) => !input || !reached.has(input) || wrt.includes(input)),
    });
    const rule = method.rules[gates.has(node) ? "activation" : kindOf(node)];
    const gradients = rule ? rule(context) : context.gradient(arrived);

    node.inputs.forEach((input, i) => {
      const d = gradients[i];
      if (!input || !reached.has(input)) return;
      // A rule that gives something has to give it for every number that is on the way: weights made of the photo, say.
      if (!d && gradients.length && input.dtype === "float32")
        throw new NotDifferentiable(node.op, node.name, `Glassbox has no gradient rule for its input ${i}`);
      if (!d) return;
      const sum = signal.get(input);
      signal.set(input, sum ? g.add(sum, d) : d);
    });
  }
  return wrt.map((value) => signal.get(value) ?? g.zeros(value.shape));
}

/** The values that depend on `sources`, and `sources` themselves. */
export function descendants(nodes: readonly Node[], sources: readonly Value[]): Set<Value> {
  const reached = new Set<Value>(sources);
  for (const node of nodes) if (reads(node, reached)) for (const output of node.outputs) reached.add(output);
  return reached;
}

/**
 * The operator on quantized numbers whose whole numbers a node reads as floats. The way back would end there in silence, and
 * what the picture does change would seem dead.
 */
function quantizedBehind({ op, inputs }: Node, graph: Graph, reached: ReadonlySet<Operand>): Node | undefined {
  const isWhole = (input: Operand): input is Value => input?.dtype !== "float32" && reached.has(input);
  const open = op === "Cast" ? inputs.filter(isWhole) : [];
  for (let value = open.pop(); value; value = open.pop()) {
    const node = graph.producer(value);
    if (node?.opaque?.kin) return node;
    open.push(...(node?.inputs ?? []).filter(isWhole));
  }
  return undefined;
}

const reads = ({ inputs, opaque }: Node, values: ReadonlySet<Operand>): boolean =>
  inputs.some((input) => input && values.has(input)) || (opaque?.captured.some((value) => values.has(value)) ?? false);

function contextOf(
  node: Node,
  dys: readonly Operand[],
  dy: Value,
  g: Builder,
  { first }: { first: boolean },
): RuleContext {
  const here = { ...node, dy, dys, g } as unknown as GradientContext; // every node has a first input and a first output
  const gradient = (context: GradientContext): Gradients => {
    const rule = node.opaque ? undefined : definitionOf(node.op).gradient;
    if (!rule) throw new NotDifferentiable(node.op, node.name, node.opaque?.kin ? quantized : noRule);
    try {
      return rule(context);
    } catch (error) {
      throw new NotDifferentiable(node.op, node.name, (error as Error).message);
    }
  };
  return {
    ...here,
    first,
    gradient: (dy) => gradient({ ...here, dy, dys: dys.length > 1 ? dys : [dy] }),
    replay(inputs) {
      const outputs = g.op(node.op, inputs, node.attributes) as GradientContext["outputs"];
      return {
        output: outputs[0],
        pullback: (dy) => gradient({ ...here, inputs: inputs as GradientContext["inputs"], outputs, dy, dys: [dy] }),
      };
    },
  };
}
