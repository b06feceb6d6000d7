import { count } from "../../shared/words.ts";
import { nodeTrouble } from "../node-trouble.ts";
import type { Block, Blocks } from "./blocks.ts";
import { around, isLeaf, leavesOf } from "./blocks.ts";
import { elided, shownName } from "./names.ts";

/** What is written on a box: more of it, the closer one looks. */
export interface Label {
  readonly name: string;
  /** Operator and settings of a node, the operators of a layer, the number of nodes of a block. */
  readonly kind: string;
  /** Of what leaves it: "96 × 56 × 56". */
  readonly shape: string;
  /** "× 3" */
  readonly badge: string;
  readonly trouble: string;
}

export type Dimensions = readonly (number | string | undefined)[];

/** Without the batch, which is one picture: "3 × 224 × 224". Empty where nothing is known. */
export function shapeText(shape: Dimensions | undefined): string {
  if (!shape) return "";
  const own = shape.length > 1 && !(typeof shape[0] === "number" && shape[0] > 1) ? shape.slice(1) : shape;
  if (own.length === 0) return "number";
  return elided(own.map((n) => (typeof n === "string" ? shownName(n, 12) : (n ?? "?"))).join(" × "), 40);
}

/** Names of operators that are longer than what people say. */
const spoken: Readonly<Record<string, string>> = {
  BatchNormalization: "BN",
  LayerNormalization: "LN",
  GroupNormalization: "GN",
  InstanceNormalization: "IN",
  GlobalAveragePool: "Global average pool",
  AveragePool: "Average pool",
  MaxPool: "Max pool",
};
const spokenOp = (op: string) => spoken[op] ?? shownName(op, 28);

export function labelOf(block: Block, blocks: Blocks): Label {
  return {
    name: block.name,
    kind: kindOf(block, blocks),
    shape: shapeText(exitShape(block, blocks)),
    badge: block.times > 1 ? `× ${block.times}` : "",
    trouble: troubleOf(block, blocks),
  };
}

function kindOf(block: Block, { flow: { structure } }: Blocks): string {
  if (block.kind === "input" || block.kind === "output") return block.kind === "input" ? "Input" : "Output";
  const node = structure.nodes[block.leaf];
  if (node)
    return [spokenOp(node.op), shownName(node.detail, 40)].filter((text) => text && text !== block.name).join(" ");
  if (block.kind !== "layer") return count(block.nodes, "node");
  const nodes = leavesOf(block).flatMap((leaf) => structure.nodes[leaf] ?? []);
  const telling = nodes.filter(({ op }) => op !== "Identity" && op !== "Dropout");
  const words = (telling.length ? telling : nodes).map(({ op, detail }) => [spokenOp(op), shownName(detail, 40)].filter(Boolean).join(" ")); // prettier-ignore
  const different = [...new Set(words)];
  return different.length > 4 ? `${different.slice(0, 3).join(" + ")} + …` : different.join(" + ");
}

/** Shape of the tensor that leaves it last. */
export function exitShape(block: Block, { flow }: Blocks): Dimensions | undefined {
  const value = exitValue(block, flow);
  return value === undefined ? undefined : flow.structure.values[value]?.shape;
}

export function exitValue({ exit }: Block, { structure, firstInput, firstOutput }: Blocks["flow"]): number | undefined {
  if (exit < 0) return undefined;
  if (exit < firstInput) return structure.nodes[exit]?.outputs.find((value) => value >= 0);
  return exit < firstOutput ? structure.inputs[exit - firstInput] : structure.outputs[exit - firstOutput];
}

function troubleOf(block: Block, { flow, layers }: Blocks): string {
  const trouble = nodeTrouble(flow.structure.nodes[block.leaf], layers);
  if (isLeaf(block)) return trouble === undefined ? "" : shownName(trouble, 300);
  if (!block.troubled) return "";
  const ofLayer = layers[block.layer]?.trouble;
  if (ofLayer !== undefined) return shownName(ofLayer, 300);
  return `${count(block.troubled, "node")} in it ${block.troubled === 1 ? "has" : "have"} trouble`;
}

/** A name with the modules that stand around it, for lists and for those who do not see the picture. */
export function pathName(block: Block): string {
  const named = around(block).find(({ kind }) => kind === "module" || kind === "layer");
  if (!named) return block.name;
  return block.name.startsWith(named.name) ? block.name : `${pathName(named)} / ${block.name}`;
}
