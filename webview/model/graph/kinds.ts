import type { Block, Blocks } from "./blocks.ts";
import { leavesOf } from "./blocks.ts";

/** What an operator is for, as its colour says. */
export const families = ["weighted", "norm", "activation", "pooling", "join", "shape", "other", "end"] as const;
export type Family = (typeof families)[number];

const members: Readonly<Partial<Record<Family, RegExp>>> = {
  weighted:
    /^(Q?Linear)?(Conv|ConvTranspose|ConvInteger|DeformConv|Gemm|MatMul|MatMulInteger|LSTM|GRU|RNN|Attention|MultiHeadAttention|Einsum)$/,
  norm: /Normalization$|^LRN$|^LpNormalization$|^SkipLayerNorm/,
  activation:
    /Relu$|^(Sigmoid|HardSigmoid|Tanh|Elu|Celu|Selu|Gelu|FastGelu|Erf|Swish|HardSwish|Mish|Softmax|LogSoftmax|Softplus|Softsign|Clip)$/,
  pooling: /Pool$|^(Reduce\w+|Resize|Upsample|Arg(Max|Min)|TopK)$/,
  join: /^(Add|Sub|Mul|Div|Sum|Mean|Max|Min|Concat|Where|Pow)$/,
  shape:
    /^(Reshape|Flatten|Transpose|Squeeze|Unsqueeze|Slice|Split|Gather\w*|Shape|Expand|Tile|Pad|Cast|Identity|Dropout|ConstantOfShape|Range|DepthToSpace|SpaceToDepth)$/,
};

export const familyOf = (op: string): Family => families.find((family) => members[family]?.test(op)) ?? "other";

/** A layer is what its first weighted node is; a block has no colour of its own, but is the colour of most of its weight. */
export function familyOfBlock(block: Block, { flow: { structure } }: Blocks): Family {
  if (block.kind === "input" || block.kind === "output") return "end";
  const found = leavesOf(block).map((leaf) => familyOf(structure.nodes[leaf]?.op ?? ""));
  return families.find((family) => found.includes(family)) ?? "other";
}
