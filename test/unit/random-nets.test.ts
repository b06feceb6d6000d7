import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { size, type Tensor } from "../../src/shared/tensor.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { floats, inferredIsReal, slope, withSession } from "./support/derivatives.ts";
import { random } from "./support/random.ts";
import { randomNet } from "./support/random-net.ts";

const nets = 40;
/** Of the largest derivative: what float32 leaves of a quotient over several layers. */
const tolerance = 2e-3;
/** From the longest to the shortest; a shorter step crosses fewer kinks, and loses more to rounding. */
const steps = [2 ** -4, 2 ** -6, 2 ** -8, 2 ** -10];
const probes = 24;

/**
 * Whether some length of step measures `expected`. Where none does, a kink may be nearer than the shortest, and then
 * they do not agree with each other either: the answer is undefined.
 */
async function agrees(expected: number, measure: (h: number) => Promise<number>, close: number) {
  const measured: number[] = [];
  for (const h of steps) {
    measured.push(await measure(h));
    if (Math.abs(measured.at(-1)! - expected) <= close) return true;
  }
  return Math.max(...measured) - Math.min(...measured) <= close ? false : undefined;
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** Single elements spread over the tensor, and a few directions that move all of it. */
const directions = (length: number, seed: number): Float32Array[] => [
  ...Array.from({ length: Math.min(probes, length) }, (_, k) =>
    Float32Array.from({ length }, (_, i) => Number(i === Math.floor(((k + 0.5) * length) / Math.min(probes, length)))),
  ),
  ...[0, 1, 2].map((k) => random(seed + k, length).map((v) => v / Math.sqrt(length))),
];

describe("the gradient of a random network", function () {
  this.timeout(30_000);
  const used = new Set<string>();

  for (let seed = 1; seed <= nets; seed++)
    it(`number ${seed}, to its pixels and to its middle`, async () => {
      const g = new Builder();
      const { x, nudge, middle, scores } = randomNet(g, seed);
      for (const node of g.graph.nodes) used.add(node.op);
      const dy = g.graph.input("dy", { dtype: "float32", shape: scores.shape });
      const gradients = differentiate(g.graph, scores, dy, [x, middle]);

      const seeds = random(seed + 100, size(scores.shape));
      const still = new Map<Value, Float32Array>([
        [x, random(seed + 200, size(x.shape))],
        [nudge, new Float32Array(size(nudge.shape))],
      ]);
      const feeds = (moved?: Value, by?: Float32Array, t = 0) =>
        new Map<Value, Tensor>([
          [dy, float32(dy.shape, seeds)],
          ...[...still].map(
            ([value, at]) =>
              [value, float32(value.shape, value === moved ? at.map((v, i) => v + t * by![i]!) : at)] as const,
          ),
        ]);
      await inferredIsReal(g, feeds());
      const derived = await withSession(g, gradients, (run) => run(feeds()));

      await withSession(g, [scores], async (run) => {
        for (const [k, moved] of [x, nudge].entries()) {
          const gradient = floats(derived[k]);
          const largest = gradient.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-2);
          const ways = directions(gradient.length, seed + 300);
          let measured = 0;
          for (const [way, by] of ways.entries()) {
            const measure = (h: number) => slope(async (t) => floats((await run(feeds(moved, by, t)))[0]), seeds, h);
            const verdict = await agrees(dot(gradient, by), measure, tolerance * largest);
            if (verdict === undefined) continue;
            measured++;
            assert.ok(
              verdict,
              `${k ? "middle" : "pixels"}, direction ${way}: derived ${dot(gradient, by)}, of ${largest}`,
            );
          }
          assert.ok(measured >= 0.9 * ways.length, `only ${measured} of ${ways.length} directions have a derivative`);
        }
      });
    });

  it("is tried on the whole vocabulary", () => {
    const vocabulary =
      "Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool Concat Split Add Sub Mul Div Resize " +
      "ReduceMean ReduceMax ReduceLogSumExp ReduceL2 BatchNormalization InstanceNormalization GroupNormalization " +
      "LayerNormalization LRN Slice Pad Reshape Transpose SpaceToDepth DepthToSpace Flatten Gemm MatMul LogSoftmax " +
      "Tanh Sigmoid Softplus Softsign Gelu Mish Swish Relu LeakyRelu Elu Selu Celu HardSwish HardSigmoid Clip";
    assert.deepEqual(
      vocabulary.split(" ").filter((op) => !used.has(op)),
      [],
    );
  });
});
