import { float32, int64, size, type Shape, type Tensor } from "../../shared/tensor.ts";
import type { Attributes } from "../ops/op.ts";
import { Graph, type Operand, type Value } from "./graph.ts";

type Term = Value | number;

/** The verbs that gradient rules are written in: one method per ONNX op they use. */
export class Builder {
  readonly #numbers = new Map<number, Value>();

  constructor(readonly graph = new Graph()) {}

  add = (a: Term, b: Term) => this.one("Add", [this.#term(a), this.#term(b)]);
  sub = (a: Term, b: Term) => this.one("Sub", [this.#term(a), this.#term(b)]);
  mul = (a: Term, b: Term) => this.one("Mul", [this.#term(a), this.#term(b)]);
  div = (a: Term, b: Term) => this.one("Div", [this.#term(a), this.#term(b)]);
  pow = (a: Term, b: Term) => this.one("Pow", [this.#term(a), this.#term(b)]);
  greater = (a: Term, b: Term) => this.one("Greater", [this.#term(a), this.#term(b)]);
  less = (a: Term, b: Term) => this.one("Less", [this.#term(a), this.#term(b)]);
  equal = (a: Term, b: Term) => this.one("Equal", [this.#term(a), this.#term(b)]);
  and = (a: Value, b: Value) => this.one("And", [a, b]);
  where = (test: Value, a: Term, b: Term) => this.one("Where", [test, this.#term(a), this.#term(b)]);
  neg = (a: Value) => this.one("Neg", [a]);
  exp = (a: Value) => this.one("Exp", [a]);
  sqrt = (a: Value) => this.one("Sqrt", [a]);
  sigmoid = (a: Value) => this.one("Sigmoid", [a]);
  tanh = (a: Value) => this.one("Tanh", [a]);
  relu = (a: Value) => this.one("Relu", [a]);
  reshape = (a: Value, shape: Shape) => (sameShape(a.shape, shape) ? a : this.one("Reshape", [a], { shape }));
  expand = (a: Value, shape: Shape) => (sameShape(a.shape, shape) ? a : this.one("Expand", [a], { shape }));
  sum = (a: Value, axes: readonly number[], keepdims = true) =>
    this.one("ReduceSum", [a], { axes, keepdims: Number(keepdims) });
  mean = (a: Value, axes: readonly number[]) => this.one("ReduceMean", [a], { axes, keepdims: 1 });
  matmul = (a: Value, b: Value) => this.one("MatMul", [a, b]);
  transpose = (a: Value, perm: readonly number[]) =>
    perm.every((axis, i) => axis === i) ? a : this.one("Transpose", [a], { perm });
  concat = (values: readonly Value[], axis: number) =>
    values.length === 1 ? (values[0] as Value) : this.one("Concat", values, { axis });
  cast = (a: Value, to: "float32" | "int64" | "bool") => (a.dtype === to ? a : this.one("Cast", [a], { to }));

  /** The first output of a node. */
  one(type: string, inputs: readonly Operand[], attributes?: Attributes): Value {
    return this.op(type, inputs, attributes)[0] as Value; // every op has an output
  }

  op(type: string, inputs: readonly Operand[], attributes?: Attributes): readonly Value[] {
    return this.graph.add(type, inputs, attributes);
  }

  constant(tensor: Tensor): Value {
    return this.graph.constant(tensor);
  }

  indices(values: readonly number[], shape?: Shape): Value {
    return this.constant(int64(values, shape));
  }

  /** `value` everywhere; no bytes of it are in the program. */
  full(shape: Shape, value: number): Value {
    return this.one("ConstantOfShape", [], { shape, value });
  }

  zeros(shape: Shape): Value {
    return this.full(shape, 0);
  }

  /** The part of `a` below zero. */
  negative(a: Value): Value {
    return this.sub(a, this.relu(a));
  }

  /** Sums a gradient over the axes along which `like` was broadcast. */
  sumTo(gradient: Value, like: Value): Value {
    const extra = gradient.shape.length - like.shape.length;
    const axes = gradient.shape.flatMap((n, i) => (i < extra || (like.shape[i - extra] === 1 && n !== 1) ? [i] : []));
    return this.reshape(axes.length ? this.sum(gradient, axes) : gradient, like.shape);
  }

  /** A vector over the channels of a [N, C, …] tensor, shaped so that it broadcasts over it. */
  perChannel(vector: Value, like: Value): Value {
    return this.reshape(vector, [1, size(vector.shape), ...like.shape.slice(2).map(() => 1)]);
  }

  #term(x: Term): Value {
    if (typeof x !== "number") return x;
    const known = this.#numbers.get(x) ?? this.constant(float32([], [x]));
    this.#numbers.set(x, known);
    return known;
  }
}

const sameShape = (a: Shape, b: Shape) => a.length === b.length && a.every((n, i) => n === b[i]);
