import { size } from "../../shared/tensor.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { betweenOneValue } from "./one-source.ts";

const scaling: ReadonlySet<string> = new Set(["Mul", "Div"]);
const curves: ReadonlySet<string> = new Set(["Erf", "Tanh"]);
/** What the formulas are made of, and what exporters leave among it. */
const steps: ReadonlySet<string> = new Set([...scaling, ...curves, "Add", "Sub", "Pow", "Cast", "Transpose"]);

/**
 * The GELUs among `nodes` that are written out, as all were before ONNX had the operator, each with its nodes in order:
 * x / 2 · (1 + erf(x / √2)) in any order of its factors, or tanh of a polynomial of x in place of erf. Nothing else reads
 * what is computed on the way. `readers`: of every value that depends on the picture.
 */
export function writtenGelus(
  graph: Graph,
  nodes: readonly Node[],
  readers: ReadonlyMap<Value, readonly Node[]>,
): Node[][] {
  const computed = new Set(readers.keys());
  const factorsOf = ({ inputs }: Node) => new Set(inputs.filter((input) => input && computed.has(input)));
  const isStep = ({ op, opaque, inputs }: Node) =>
    !opaque && steps.has(op) && inputs.every((input) => !input || computed.has(input) || size(input.shape) === 1);
  const readersOf = ({ outputs }: Node) => outputs.flatMap((output) => readers.get(output) ?? []);
  const onlyReader = (node: Node): Node | undefined => {
    const [reader, ...more] = readersOf(node);
    return reader && !more.length && isStep(reader) ? reader : undefined;
  };
  const isOfNumbers = (node: Node) => factorsOf(node).size === 1;

  return nodes.flatMap((curve) => {
    if (!curves.has(curve.op)) return [];
    const sum: Node[] = []; // 1 + erf, perhaps halved
    let product = onlyReader(curve);
    for (; product && isOfNumbers(product); product = onlyReader(product)) sum.push(product);
    if (product?.op !== "Mul" || !sum.some(({ op }) => op === "Add")) return [];
    const between = betweenOneValue(product, graph, computed, isStep)?.toReversed();
    if (!between) return [];
    const parts = new Set([...between, product]);
    if (!between.every((part) => readersOf(part).every((reader) => parts.has(reader)))) return [];
    const factors = factorsOf(product);
    const isHalved = [...sum, ...between.filter(({ outputs: [output] }) => factors.has(output))].some(isScaling);
    const half = isHalved ? undefined : onlyReader(product);
    return [half && isScaling(half) && isOfNumbers(half) ? [...parts, half] : [...parts]];
  });
}

const isScaling = ({ op }: Node) => scaling.has(op);
