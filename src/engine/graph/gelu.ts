import { size } from "../../shared/tensor.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { betweenOneValue } from "./one-source.ts";
import { floatKin } from "./quantized.ts";

const scaling: ReadonlySet<string> = new Set(["Mul", "Div"]);
const curves: ReadonlySet<string> = new Set(["Erf", "Tanh"]);
const formulas = [...scaling, ...curves, "Add", "Sub", "Pow"];
/** What exporters and quantizers leave among them. */
const leftovers = ["Cast", "Transpose", "Identity"];
const steps: ReadonlySet<string> = new Set([...formulas, ...leftovers]);

/**
 * The GELUs among `nodes` that are written out, as all were before ONNX had the operator, each with its nodes in order:
 * x / 2 · (1 + erf(x / √2)) in any order of its factors, or tanh of a polynomial of x in place of erf. Nothing else reads
 * what is computed on the way. Rounding between the steps changes nothing of what they are. `readers`: of every value that
 * depends on the picture.
 */
export function writtenGelus(
  graph: Graph,
  nodes: readonly Node[],
  readers: ReadonlyMap<Value, readonly Node[]>,
): Node[][] {
  const computed = new Set(readers.keys());
  const factorsOf = (node: Node) =>
    new Set(floatKin(node).inputs.filter((input): input is Value => input !== undefined && computed.has(input)));
  const isStep = (node: Node) => {
    const { op, opaque, inputs } = floatKin(node);
    return (
      !opaque && steps.has(op) && inputs.every((input) => !input || computed.has(input) || size(input.shape) === 1)
    );
  };
  const readersOf = ({ outputs }: Node) => outputs.flatMap((output) => readers.get(output) ?? []);
  const onlyReader = (node: Node): Node | undefined => {
    const [reader, ...more] = readersOf(node);
    return reader && !more.length && isStep(reader) ? reader : undefined;
  };
  const isOfNumbers = (node: Node) => factorsOf(node).size === 1;
  /** What made a value, before it was rounded. */
  const madeBy = (value: Value): Node | undefined => {
    const maker = graph.producer(value);
    const [before] = maker && isRounding(maker) ? factorsOf(maker) : [];
    return before ? madeBy(before) : maker;
  };

  return nodes.flatMap((curve) => {
    if (!curves.has(curve.op)) return [];
    const sum: Node[] = []; // 1 + erf, perhaps halved
    let product = onlyReader(curve);
    for (; product && isOfNumbers(product); product = onlyReader(product)) sum.push(product);
    if (!product || opOf(product) !== "Mul" || !sum.some((node) => opOf(node) === "Add")) return [];
    const between = betweenOneValue(product, graph, computed, isStep)?.toReversed();
    if (!between) return [];
    const parts = new Set([...between, product]);
    if (!between.every((part) => readersOf(part).every((reader) => parts.has(reader)))) return [];
    const factors = [...factorsOf(product)].map(madeBy);
    if ([...sum, ...between.filter((part) => factors.includes(part))].some(isScaling)) return [[...parts]];
    const rounding: Node[] = [];
    let half = onlyReader(product);
    for (; half && isRounding(half); half = onlyReader(half)) rounding.push(half);
    return [half && isScaling(half) && isOfNumbers(half) ? [...parts, ...rounding, half] : [...parts]];
  });
}

const opOf = (node: Node) => floatKin(node).op;
const isScaling = (node: Node) => scaling.has(opOf(node));
const isRounding = (node: Node) => opOf(node) === "Identity";
