import assert from "node:assert/strict";
import { eigenOf } from "../../src/engine/analysis/eigen.ts";
import { principalComponents } from "../../src/engine/analysis/principal-components.ts";
import { tsne, type Embedding } from "../../src/engine/analysis/tsne.ts";
import { normal } from "../../src/engine/images/arithmetic.ts";
import { near } from "./support/asking.ts";
import { random } from "./support/random.ts";

/** `each` points about each of three centres that are far from one another, in `length` dimensions. */
function clusters(each: number, length: number, seed = 4): { points: Float64Array[]; cluster: number[] } {
  const next = normal(seed);
  const centers = Array.from({ length: 3 }, () => Float64Array.from({ length }, () => 10 * next()));
  const cluster = Array.from({ length: 3 * each }, (_, i) => i % 3);
  return { points: cluster.map((k) => centers[k]!.map((x) => x + next())), cluster };
}

const startOf = async (points: readonly Float64Array[]) =>
  Float64Array.from((await principalComponents(points, 2, normal(0))).places.flatMap((place) => [...place]));

async function embedded(points: readonly Float64Array[], iterations = 300): Promise<Embedding[]> {
  return [...tsne(points, { perplexity: 10, iterations, start: await startOf(points) })];
}

describe("principal components", () => {
  for (const [n, length] of [
    [40, 7],
    [7, 40],
  ] as const)
    it(`are the covariance's eigenvectors, of ${n} points of ${length} numbers`, async () => {
      const points = Array.from({ length: n }, (_, i) => {
        const numbers = random(i + 1, length);
        return Float64Array.from(numbers, (x, k) => (k + 1) * x + numbers[0]!);
      });
      const mean = Array.from({ length }, (_, i) => points.reduce((sum, point) => sum + point[i]!, 0) / n);
      const covariance = Array.from({ length: length * length }, (_, at) => {
        const [i, j] = [Math.floor(at / length), at % length];
        return points.reduce((sum, point) => sum + (point[i]! - mean[i]!) * (point[j]! - mean[j]!), 0);
      });
      const { values, vectors } = eigenOf(covariance, length);
      const { places, shares } = await principalComponents(points, 2, normal(0));
      const total = values.reduce((a, b) => a + b);
      near(shares, [values[0]! / total, values[1]! / total], 1e-6);
      for (const k of [0, 1]) {
        const along = points.map((point) => point.reduce((sum, x, i) => sum + (x - mean[i]!) * vectors[k]![i]!, 0));
        near(
          places.map((place) => place[k]!),
          along,
          1e-4,
        );
      }
    });

  it("of fewer points than numbers are those that they have with zeros left out", async () => {
    const { points } = clusters(4, 10);
    const short = await principalComponents(points, 2, normal(0)); // 12 points of 10 numbers
    const long = await principalComponents(
      points.map((point) => Float64Array.from({ length: 25 }, (_, i) => point[i] ?? 0)),
      2,
      normal(0),
    );
    near(long.shares, short.shares, 1e-6);
    near(
      long.places.flatMap((place) => [...place]),
      short.places.flatMap((place) => [...place]),
      1e-4,
    );
  });

  it("end where they are cancelled, and let others have their turn", async () => {
    const points = Array.from({ length: 400 }, (_, i) => random(i + 1, 2000));
    const control = new AbortController();
    setTimeout(() => control.abort(), 1);
    await assert.rejects(principalComponents(points, 2, normal(0), control.signal), { name: "AbortError" });
  });

  it("of what does not vary are zero", async () => {
    const { places, shares } = await principalComponents(
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      2,
      normal(0),
    );
    assert.deepEqual(shares, [0, 0]);
    assert.ok(places.every((place) => place.every((x) => x === 0)));
  });
});

describe("t-SNE", () => {
  it("keeps clusters apart: everybody's nearest neighbours are of the own one", async () => {
    const { points, cluster } = clusters(30, 20);
    const { places } = (await embedded(points)).at(-1)!;
    const square = (i: number, j: number) =>
      (places[2 * i]! - places[2 * j]!) ** 2 + (places[2 * i + 1]! - places[2 * j + 1]!) ** 2;
    for (const i of points.keys()) {
      const order = [...points.keys()].filter((j) => j !== i).sort((a, b) => square(i, a) - square(i, b));
      assert.ok(
        order.slice(0, 29).every((j) => cluster[j] === cluster[i]),
        `point ${i}`,
      );
    }
  });

  it("comes down to a smaller divergence, and to the same places each time", async () => {
    const { points } = clusters(20, 12);
    const run = await embedded(points, 400);
    const after = run.filter(({ iteration }) => iteration > 120).map(({ divergence }) => divergence);
    assert.ok(after.at(-1)! < after[0]!, after.join(" "));
    assert.ok(after.at(-1)! > 0 && after.at(-1)! < 1);
    assert.deepEqual((await embedded(points, 400)).at(-1), run.at(-1));
    assert.equal(run.at(-1)?.iteration, 400);
  });

  it("takes points that lie on one another", async () => {
    const points = Array.from({ length: 12 }, (_, i) => Float64Array.of(i < 8 ? 1 : 2, 0));
    assert.ok((await embedded(points, 60)).at(-1)!.places.every(Number.isFinite));
  });
});
