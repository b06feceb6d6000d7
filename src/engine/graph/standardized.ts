import { kindOf } from "./definitions.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { betweenOneValue } from "./one-source.ts";

const standardizing: ReadonlySet<string> = new Set([
  "LayerNormalization",
  "InstanceNormalization",
  "GroupNormalization",
]);

/**
 * Whether its numbers were brought to one variance and at most moved, multiplied and shifted by constants since: whatever
 * the picture, they are as large. `reached`: what depends on the picture.
 */
export function isStandardized(value: Value, graph: Graph, reached: ReadonlySet<Value>): boolean {
  for (let maker = graph.producer(value); maker;) {
    if (standardizing.has(maker.op)) return true;
    const sources = maker.inputs.filter((input) => input && reached.has(input));
    const [source] = sources;
    if (sources.length > 1) return isWrittenOut(maker, graph, reached);
    if (!source || !(movesOneValue(maker) || scaling.has(maker.op))) return false;
    maker = graph.producer(source);
  }
  return false;
}

const scaling: ReadonlySet<string> = new Set(["Mul", "Div", "Add", "Sub", "Identity"]);

const movesOneValue = (node: Node): boolean => kindOf(node) === "shape" && node.op !== "Concat";

const means: ReadonlySet<string> = new Set(["ReduceMean", "ReduceSum", "ReduceSumSquare"]);

/** By what power of its input each output grows; what is moved stays as large. */
const powers: ReadonlyMap<string, number> = new Map([
  ["ReduceMean", 1],
  ["ReduceSum", 1],
  ["ReduceSumSquare", 2],
  ["Identity", 1],
  ["Neg", 1],
  ["Pow", 2], // a variance has no other
  ["Sqrt", 0.5],
  ["Reciprocal", -1],
]);

const binary: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div"]);

/**
 * A standardization in several operators, as all were before ONNX had one: (x − mean) / √(mean of squares + ε), or with its
 * factors in another order, x / √(…) − mean / √(…). Were x twice as large, what comes of it would be the same.
 */
function isWrittenOut(node: Node, graph: Graph, reached: ReadonlySet<Value>): boolean {
  const isStep = (step: Node) => powers.has(step.op) || binary.has(step.op) || movesOneValue(step);
  const between = isStep(node) ? betweenOneValue(node, graph, reached, isStep) : undefined;
  if (!between?.some(({ op }) => means.has(op))) return false;
  const degrees = new Map<Value, number | undefined>();
  // The one value of which all comes has degree 1, a constant none.
  const degreeOf = (input: Value) => (degrees.has(input) ? degrees.get(input) : Number(reached.has(input)));
  for (const step of [...between].reverse().concat(node))
    for (const output of step.outputs) degrees.set(output, degreeAfter(step, degreeOf));
  return node.outputs.every((output) => degrees.get(output) === 0);
}

/** By what power of x its output grows; undefined where it is none. */
function degreeAfter({ op, inputs }: Node, degreeOf: (input: Value) => number | undefined): number | undefined {
  const [a, b] = inputs.map((input) => input && degreeOf(input));
  if (a === undefined) return undefined;
  if (!binary.has(op)) return a * (powers.get(op) ?? 1);
  if (b === undefined) return undefined;
  if (op === "Mul") return a + b;
  if (op === "Div") return a - b;
  // ε keeps a variance from 0, and is too small to count.
  const isEpsilon = (input: Value | undefined, degree: number) => degree === 0 && input?.shape.every((n) => n === 1);
  if (a === b || isEpsilon(inputs[1], b)) return a;
  return isEpsilon(inputs[0], a) ? b : undefined;
}
