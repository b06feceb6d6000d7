import assert from "node:assert/strict";
import type { Value } from "../../../src/engine/graph/graph.ts";
import { Builder } from "../../../src/engine/graph/builder.ts";
import { differentiate } from "../../../src/engine/propagation/differentiate.ts";
import { Session } from "../../../src/engine/runtime/session.ts";
import { float32, size, type Tensor } from "../../../src/shared/tensor.ts";
import { positive, random, spaced } from "./random.ts";
import type { Variant } from "./rows.ts";

/** Half of the least distance from a spaced value to a kink is more than twice this: no step crosses one. */
export const step = 2 ** -6;

/** Allowed difference, as a share of the largest derivative (at least 1): what float32 leaves of a difference quotient. */
export const tolerance = 1e-4;

/** The derivative at 0 of `f`, from four of its values: exact up to fourth powers of the step. */
export async function slope(f: (t: number) => Promise<Float32Array>, seed: Float32Array, h = step): Promise<number> {
  const [farBelow, below, above, farAbove] = [await f(-2 * h), await f(-h), await f(h), await f(2 * h)];
  return seed.reduce((sum, s, i) => {
    const near = above[i]! - below[i]!;
    const far = farAbove[i]! - farBelow[i]!;
    return sum + (s * (8 * near - far)) / (12 * h);
  }, 0);
}

export const floats = (tensor: Tensor | undefined): Float32Array => tensor!.data as Float32Array;

/** Runs the graph for `outputs` once or many times, and releases it. */
export async function withSession<T>(
  g: Builder,
  outputs: readonly Value[],
  use: (run: (feeds: ReadonlyMap<Value, Tensor>) => Promise<Tensor[]>) => Promise<T>,
): Promise<T> {
  const session = await Session.open(g.graph, outputs, { threads: 1 });
  try {
    return await use((feeds) => session.run(feeds));
  } finally {
    await session.release();
  }
}

/** Compares the rule of one op with central differences, one dot product with a random `dy` per input element. */
export async function check(op: string, { by, build, at = "random", written }: Variant): Promise<void> {
  const g = new Builder();
  const xs = by.map((shape, i) => g.graph.input(`x${i}`, { dtype: "float32", shape }));
  const y = build(g, ...(xs as [Value, ...Value[]]));
  assert.ok(
    g.graph.leadingTo([y]).some((node) => node.op === op),
    `the row of ${op} does not use it`,
  );
  const dy = g.graph.input("dy", { dtype: "float32", shape: y.shape });
  const dxs = differentiate(g.graph, y, dy, xs);

  // One list for all inputs, so that spaced values are apart from each other across inputs too.
  const values = { random, positive, spaced }[at](
    1,
    by.reduce((sum, shape) => sum + size(shape), 0),
  );
  let start = 0;
  const points = by.map((shape) => values.slice(start, (start += size(shape))));
  const seed = random(2, size(y.shape));
  const feedsAt = (all: readonly Float32Array[]) =>
    new Map<Value, Tensor>([
      [dy, float32(y.shape, seed)],
      ...xs.map((x, i) => [x, float32(x.shape, all[i]!)] as const),
    ]);

  await inferredIsReal(g, feedsAt(points));
  const derived = await withSession(g, dxs, (run) => run(feedsAt(points)));
  await withSession(g, [y], async (run) => {
    for (const [k, x] of xs.entries()) {
      const analytic = floats(derived[k]);
      assert.deepEqual(derived[k]!.shape, x.shape);
      const numeric: number[] = [];
      for (let i = 0; i < analytic.length; i++) {
        const moved = async (t: number) => {
          const point = points[k]!.with(i, points[k]![i]! + t);
          return floats((await run(feedsAt(points.with(k, point))))[0]);
        };
        numeric.push(await slope(moved, seed));
      }
      closeTo(analytic, numeric, `∂y/∂x${k}`);
    }
  });

  if (!written) return;
  const other = written(g, ...(xs as [Value, ...Value[]]));
  const [ours, theirs] = await withSession(g, [y, other], (run) => run(feedsAt(points)));
  assert.deepEqual(theirs!.shape, ours!.shape, "the shape that ONNX Runtime gives to the node as it was written");
  closeTo(floats(ours), floats(theirs), "y");
}

export function closeTo(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, share = tolerance): void {
  assert.equal(actual.length, expected.length, `${what}: number of elements`);
  const largest = Array.from(expected).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  for (let i = 0; i < actual.length; i++)
    assert.ok(
      Math.abs(actual[i]! - expected[i]!) <= share * largest,
      `${what}[${i}]: ${expected[i]} expected, ${actual[i]} computed (largest ${largest})`,
    );
}

/** Types and shapes of all values, forwards and backwards, are those that ONNX Runtime gives. */
export async function inferredIsReal(g: Builder, feeds: ReadonlyMap<Value, Tensor>): Promise<void> {
  const values = g.graph.nodes.flatMap((node) => node.outputs.map((value) => ({ value, op: node.op })));
  await withSession(
    g,
    values.map(({ value }) => value),
    async (run) => {
      const tensors = await run(feeds);
      values.forEach(({ value, op }, i) => {
        assert.deepEqual(tensors[i]!.shape, value.shape, `the shape that ${op} was inferred to give`);
        assert.equal(bytesPerElement(tensors[i]!), widths[value.dtype], `the type that ${op} was inferred to give`);
      });
    },
  );
}

const bytesPerElement = ({ data }: Tensor) => data.BYTES_PER_ELEMENT;
const widths: Readonly<Record<string, number>> = { float32: 4, int64: 8, bool: 1 };
