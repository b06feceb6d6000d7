import type { DType, Shape, TensorType } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Operand, Value } from "../graph/graph.ts";
import type { Reach, ReachContext } from "./reach.ts";

/**
 * What an op is to a propagation method, which chooses its rules by kind and never by name. "weighted" ops multiply
 * their first input by constants; "sum" ops add up parts of their inputs; a "rectifier" passes what is positive
 * (ReLU, ReLU6), any other nonlinearity is an "activation".
 */
export type Kind = "weighted" | "sum" | "rectifier" | "activation" | "maximum" | "normalization" | "shape" | "other";

/** An attribute's default, and how ONNX writes it. `at`: newer opsets pass it as a constant input, at this place. */
interface Default<T> {
  readonly type:
    | "int"
    | "float"
    | "ints"
    | "text"
    | "fill"
    | "dtype"
    | "input ints"
    | "optional ints"
    | "input floats"
    | "input float";
  readonly value: T;
  readonly at?: number;
}
export const int = (value: number): Default<number> => ({ type: "int", value });
export const float = (value: number): Default<number> => ({ type: "float", value });
export const ints = (...value: number[]): Default<readonly number[]> => ({ type: "ints", value });
export const text = (value: string): Default<string> => ({ type: "text", value });
/** A one-element float tensor. */
export const fill = (value: number): Default<number> => ({ type: "fill", value });
export const dtype = (value: DType): Default<DType> => ({ type: "dtype", value });
export const inputInts = (at: number, ...value: number[]): Default<readonly number[]> => ({
  type: "input ints",
  value,
  at,
});
/** Left out when empty. */
export const optionalInts = (at: number, ...value: number[]): Default<readonly number[]> => ({
  type: "optional ints",
  value,
  at,
});
/** Left out when empty. */
export const inputFloats = (at: number, ...value: number[]): Default<readonly number[]> => ({
  type: "input floats",
  value,
  at,
});
export const inputFloat = (at: number, value: number): Default<number> => ({ type: "input float", value, at });

export type Defaults = Readonly<Record<string, Default<number> | Default<string> | Default<readonly number[]>>>;
export type AttributesOf<D> = { readonly [K in keyof D]: D[K] extends Default<infer T> ? T : never };
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** One gradient per input, in order. Undefined, or past the end of the list: none flows there. */
export type Gradients = readonly Operand[];

export interface GradientContext<A = Attributes> {
  readonly inputs: readonly [Value, ...Value[]];
  readonly outputs: readonly [Value, ...Value[]];
  readonly attributes: A;
  /** The gradient of the first output, or of the output at `index` for ops with several. */
  readonly dy: Value;
  /** The gradients of all outputs, undefined where none flows. */
  readonly dys: readonly Operand[];
  readonly g: Builder;
}

export type CostContext<A = Attributes> = Pick<GradientContext<A>, "inputs" | "outputs" | "attributes">;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the catalogue holds ops of every attribute type; each file is typed by its own
export interface Op<D extends Defaults = any> {
  readonly kind: Kind | ((attributes: AttributesOf<D>) => Kind);
  readonly attributes: D;
  /** The version of ONNX's operators that brought this op, where `encode` has to speak a newer one than usual for it. */
  readonly since?: number;
  /** Outputs after the first are left out where nothing reads them: switches make a pooling twenty times slower. */
  readonly optionalOutputs?: true;
  /** What is given (an older opset's words, `auto_pad`, negative axes) in the terms of `attributes`. */
  normalize?(inputs: readonly Operand[], given: Attributes): Attributes;
  infer(inputs: readonly Operand[], attributes: AttributesOf<D>): readonly TensorType[];
  /** The vector–Jacobian product. Absent: not known, and a question that needs it is refused. */
  gradient?(context: GradientContext<AttributesOf<D>>): Gradients;
  /** Where a place of an output looks in an input. Absent: not known. */
  readonly reach?: Reach | ((context: ReachContext<AttributesOf<D>>) => Reach);
  /** Multiply-adds of one execution, as torchvision counts them: the products of weighted sums. Absent: none. */
  cost?(context: CostContext<AttributesOf<D>>): number;
  /** Inputs that were measured and not learned: not counted among the parameters. */
  readonly statistics?: readonly number[];
}

export const op = <D extends Defaults>(definition: Op<D>): Op<D> => definition;

/** The type of an input that must be there. Errors speak of inputs as ONNX's documentation counts them, from 0. */
export function need(inputs: readonly Operand[], index: number): Value {
  const found = inputs[index];
  if (!found) throw new TypeError(`input ${index} is missing`);
  return found;
}

export const sameType = (inputs: readonly Operand[]): readonly TensorType[] => {
  const x = need(inputs, 0);
  return [{ dtype: x.dtype, shape: x.shape }];
};

/** Inference for ops that work element by element; they give what their first input is, unless told. */
export const elementwise =
  (dtype?: DType) =>
  (inputs: readonly Operand[]): readonly TensorType[] => [
    { dtype: dtype ?? need(inputs, 0).dtype, shape: broadcast(inputs.map((_, i) => need(inputs, i).shape)) },
  ];

export function broadcast(shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const wide = shapes.map((shape) => shape.at(i - rank) ?? 1).filter((n) => n !== 1);
    const n = wide[0] ?? 1;
    if (wide.some((other) => other !== n))
      throw new RangeError(`shapes ${shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ")} do not broadcast`);
    return n;
  });
}

/** A negative axis counts from the end. */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!(positive >= 0 && positive < Math.max(rank, 1)))
    throw new RangeError(`axis ${axis} of a tensor with ${rank} dimensions`);
  return positive;
}

/** Ops of one float input and an output of its shape; the derivative is of y by x, as far as they are needed. */
export const unary = (
  kind: Kind,
  derivative?: (x: Value, y: Value, g: Builder) => Operand,
): Op<Record<string, never>> => ({
  kind,
  attributes: {},
  infer: sameType,
  reach: "same",
  ...(derivative && {
    gradient: ({ inputs: [x], outputs: [y], dy, g }: GradientContext) => {
      const slope = derivative(x, y, g);
      return slope ? [g.mul(dy, slope)] : [];
    },
  }),
});

/** Ops whose derivative is zero wherever it exists, or whose result is no float. */
export const flat = (): Gradients => [];
