import { Builder } from "../../../src/engine/graph/builder.ts";
import type { Value } from "../../../src/engine/graph/graph.ts";
import type { Attributes } from "../../../src/engine/ops/op.ts";
import { float32, size, type Shape } from "../../../src/shared/tensor.ts";
import { generator } from "./random.ts";

/**
 * A network whose weights are above zero: nothing cancels and no rectifier is off, so that a pixel that counts has a
 * derivative. Pooling is as `pool` says: an average has a derivative everywhere, a maximum at one place.
 */
export class FieldNet {
  readonly g = new Builder();
  readonly x: Value;
  readonly #next = generator(7);

  constructor(
    shape: Shape,
    readonly pool: "AveragePool" | "MaxPool",
  ) {
    this.x = this.g.graph.input("x", { dtype: "float32", shape });
  }

  weight(...shape: readonly number[]): Value {
    const fan = Math.max(1, size(shape) / (shape[0] ?? 1));
    const values = Float32Array.from({ length: size(shape) }, () => (0.5 + this.#next()) / fan);
    return this.g.constant(float32(shape, values));
  }
  conv(x: Value, out: number, kernel: readonly [number, number], attributes: Attributes = {}): Value {
    const group = (attributes.group as number | undefined) ?? 1;
    return this.g.relu(this.g.one("Conv", [x, this.weight(out, x.shape[1]! / group, ...kernel)], attributes));
  }
  same = (x: Value, out: number, attributes: Attributes = {}) =>
    this.conv(x, out, [3, 3], { pads: [1, 1, 1, 1], ...attributes });
  up = (x: Value, out: number, kernel: readonly [number, number], attributes: Attributes) =>
    this.g.one("ConvTranspose", [x, this.weight(x.shape[1]!, out, ...kernel)], attributes);
  pooled = (x: Value, kernel: number, attributes: Attributes = {}) =>
    this.g.one(this.pool, [x], { kernel_shape: [kernel, kernel], strides: [2, 2], ...attributes });
  resize = (x: Value, h: number, w: number, attributes: Attributes = {}) =>
    this.g.one("Resize", [x], { sizes: [...x.shape.slice(0, 2), h, w], ...attributes });
  norm = (x: Value) =>
    this.g.one(
      "BatchNormalization",
      [x, ...["scale", "bias", "mean", "variance"].map(() => this.weight(x.shape[1]!))],
      {},
    );
  nhwc = (x: Value) => this.g.transpose(x, [0, 2, 3, 1]);
  nchw = (x: Value) => this.g.transpose(x, [0, 3, 1, 2]);
  slice = (x: Value, axis: number, start: number, end: number, step = 1) =>
    this.g.one("Slice", [x], { starts: [start], ends: [end], axes: [axis], steps: [step] });
  linear = (x: Value, out: number) => this.g.matmul(x, this.weight(x.shape.at(-1)!, out));
}
