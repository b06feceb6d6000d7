// How the host writes what is known of layers, in trees, hovers and documents.
import { isNotKnown, unevenSteps, type FieldCard, type NotKnown } from "../shared/inside.ts";
import type { LayerCard } from "../shared/protocol.ts";
import { shapeText } from "../shared/tensor.ts";

/** "0.70 %", "12 %". */
export function share(part: number, whole: number): string {
  const value = (part / whole) * 100;
  if (value > 0 && value < 0.01) return "< 0.01 %";
  return `${value === 0 ? "0" : value.toFixed(value >= 10 ? 0 : value >= 1 ? 1 : 2)} %`;
}

/** Of one picture: the batch is left out. */
export const mapShape = ({ shape }: Pick<LayerCard, "shape">): string | undefined =>
  shape && shapeText(shape.length > 1 ? shape.slice(1) : shape);

export function fieldText(field: FieldCard | NotKnown | undefined): string | undefined {
  if (!field) return undefined;
  if (isNotKnown(field)) return `not known: ${field.why}`;
  if (field.whole) return "the whole picture";
  const [height, width] = field.size.map(rounded);
  const [down, across] = field.stride.map(rounded);
  if (field.uneven) return `up to ${height} × ${width} pixels, step ${unevenSteps}`;
  return `${height} × ${width} pixels, step ${down === across ? down : `${down} × ${across}`}`;
}

const rounded = (n: number) => Number(n.toFixed(2));

const icons: readonly (readonly [RegExp, string])[] = [
  [/^Conv/, "layers"],
  [/^(Gemm|MatMul|Linear)/, "table"],
  [/Pool/, "fold"],
  [/Normalization|^LRN/, "settings"],
  [/Softmax|Sigmoid$/, "graph"],
  [/^(Relu|LeakyRelu|PRelu|Clip|Elu|Selu|Gelu|Swish|Hard|Mish|Celu|Tanh|Softplus|Softsign|Thresholded)/, "pulse"],
  [/^(Add|Sum|Mul|Sub|Div)/, "add"],
  [/^(Concat|Split)/, "git-merge"],
  [/^(Resize|Upsample|DepthToSpace|SpaceToDepth|Pad)/, "screen-full"],
  [/^(Reshape|Flatten|Transpose|Squeeze|Unsqueeze|Slice|Gather)/, "list-flat"],
];

/** A codicon for what a layer begins with; `kind` is "Conv + BatchNormalization + Relu". */
export const iconOf = (kind: string): string => icons.find(([pattern]) => pattern.test(kind))?.[1] ?? "symbol-operator";
