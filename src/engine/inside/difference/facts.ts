import { shown } from "../../../shared/shown.ts";
import { isLearned, type ModelDiff } from "../../../shared/structure.ts";
import { size } from "../../../shared/tensor.ts";
import type { TensorCard } from "../../../shared/protocol.ts";
import { allLayers } from "../../lost-layers.ts";
import { isConstant, type Side } from "./side.ts";

/** What is said of each model as a whole. */
export function factsOf(a: Side, b: Side): ModelDiff["facts"] {
  const facts: readonly (readonly [string, (side: Side) => string])[] = [
    ["format", ({ entry: { file } }) => `${file.format}, opset ${file.opset}`],
    ["written by", ({ entry: { file } }) => file.producer],
    ["inputs", ({ entry: { file } }) => file.inputs.map(tensorText).join("; ")],
    ["outputs", ({ entry: { file } }) => file.outputs.map(tensorText).join("; ")],
    ["layers", ({ bound }) => (bound ? String(allLayers(bound).length) : "not known")],
    ["nodes", ({ record }) => String(record.graph.nodes.filter((node) => !isConstant(node)).length)],
    ["parameters", (side) => parametersOf(side).toLocaleString("en-US")],
    ["bytes", ({ entry: { file } }) => file.bytes.toLocaleString("en-US")],
  ];
  return facts.map(([name, text]) => ({ name, a: text(a), b: text(b) }));
}

/** Those of its layers; where it has none, all that look like learned. */
function parametersOf({ bound, constants }: Side): number {
  if (bound) return allLayers(bound).reduce((sum, { parameters }) => sum + parameters, 0);
  return [...constants.values()].filter(isLearned).reduce((sum, { shape }) => sum + size(shape), 0);
}

const tensorText = ({ name, dtype, shape }: TensorCard) =>
  `${shown(name)} ${dtype} ${shape ? `[${shape.map((n) => n ?? "?").join(", ")}]` : "of a shape that the file leaves out"}`;
