import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { overlap, rankCorrelation, topTenth } from "../../src/engine/trust.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { never, newEngine, npy } from "./support/engine.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const floats = (...values: number[]) => Float32Array.from(values);
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, not ${expected}`);

describe("Spearman's rank correlation", () => {
  it("is 1 for any rising relation and −1 for any falling one", () => {
    const a = floats(3, -1, 7, 0.5, 100);
    close(
      rankCorrelation(
        a,
        a.map((x) => x ** 3 + 2),
      ),
      1,
    );
    close(
      rankCorrelation(
        a,
        a.map((x) => -Math.cbrt(x)),
      ),
      -1,
    );
  });

  it("is what the textbook's formula gives without ties: 1 − 6 Σd² / n(n² − 1)", () => {
    const a = floats(106, 100, 86, 101, 99, 103, 97, 113, 112, 110);
    const b = floats(7, 27, 2, 50, 28, 29, 20, 12, 6, 17);
    close(rankCorrelation(a, b), 1 - (6 * 194) / (10 * 99));
  });

  it("gives equal values the mean of their ranks", () => {
    // Ranks 0, 1½, 1½, 3 and 0, 1, 2, 3: 4.5 of √(4.5 · 5).
    close(rankCorrelation(floats(1, 2, 2, 3), floats(1, 2, 3, 4)), 4.5 / Math.sqrt(4.5 * 5));
  });

  it("is zero where one of the two is the same everywhere", () => {
    assert.equal(rankCorrelation(floats(5, 5, 5), floats(1, 2, 3)), 0);
  });
});

describe("the top tenth", () => {
  const hundred = (from: number) => Float32Array.from({ length: 100 }, (_, i) => (i >= from && i < from + 10 ? 1 : 0));

  it("is the tenth of the cells with the greatest values", () => {
    assert.deepEqual([...topTenth(hundred(30))].sort(), [30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
  });

  it("overlaps as a share of both together", () => {
    assert.equal(overlap(topTenth(hundred(30)), topTenth(hundred(30))), 1);
    assert.equal(overlap(topTenth(hundred(30)), topTenth(hundred(60))), 0);
    close(overlap(topTenth(hundred(30)), topTenth(hundred(35))), 5 / 15);
  });
});

describe("whether a map can be trusted", () => {
  const side = 28;

  /** Two classes: what is bright on the left half, and what is on the right. */
  function halves(): string {
    const kernel = new Float32Array(2 * side * side);
    kernel.forEach((_, i) => (kernel[i] = i % side < side / 2 === i < side * side ? 0.01 : 0));
    return onnxFile({
      nodes: [
        node("Conv", ["x", "points"], "c"),
        node("Relu", ["c"], "maps"),
        node("Conv", ["maps", "k"], "column"),
        node("Flatten", ["column"], "scores"),
      ],
      weights: [weight("points", [1, 1, 1, 1], [1]), weight("k", [2, 1, side, side], kernel)],
      inputs: [value("x", ["N", 1, side, side])],
      outputs: [value("scores", ["N", 2])],
    });
  }

  const brightLeft = float32(
    [1, 1, side, side],
    random(3, side * side).map((x, i) => (i % side < 7 ? 3 + x / 10 : x / 10)),
  );
  const asked = (image: string, model = halves()) => ({ model, image, target: 0, parameters: {} });

  it("erases what matters to the class: its probability falls further than for the same shape elsewhere", async () => {
    const engine = newEngine();
    const request = { ...asked(npy(brightLeft)), technique: "input-x-gradient", others: [] };
    const { before, after, random: chance } = await engine.trust(request, never);
    const { probabilities } = await engine.predict(request, never);
    close(before, probabilities[0]!);
    assert.ok(after < chance && chance < before, `${before} before, ${after} after, ${chance} at random`);
    assert.deepEqual(await engine.trust(request, never), await engine.trust(request, never), "its moves are seeded");
  });

  it("says which tenth it erased", async () => {
    const engine = newEngine();
    const request = { ...asked(npy(brightLeft)), technique: "input-x-gradient", others: [] };
    const { marked } = await engine.trust(request, never);
    assert.deepEqual([marked.side, marked.cells.length], [side, Math.round(side * side * 0.1)]);
    assert.ok(
      marked.cells.every((cell) => cell % side < 7),
      "where it is bright",
    );
  });

  it("agrees wholly with itself, and says how far with each of the others", async () => {
    const engine = newEngine();
    const technique = "input-x-gradient";
    const others = [technique, "occlusion", "deconvnet"].map((id) => ({
      technique: id,
      parameters: id === "occlusion" ? { window: 4, stride: 4, score: "logit" } : {},
    }));
    const { agreement } = await engine.trust({ ...asked(npy(brightLeft)), technique, others }, never);
    assert.deepEqual(
      agreement.map((each) => each.technique),
      others.map((each) => each.technique),
    );
    const [itself, occlusion] = agreement;
    assert.deepEqual([itself!.overlap, itself!.correlation], [1, 1]);
    assert.ok(occlusion!.correlation > 0.4 && occlusion!.correlation < 1);
  });

  it("looks at the photo as it is now", async () => {
    const engine = newEngine();
    const image = npy(brightLeft);
    const model = halves();
    const request = { ...asked(image, model), technique: "saliency", others: [] };
    const first = await engine.trust(request, never);
    writeFileSync(
      image,
      (await import("../../src/shared/npy.ts")).encodeNpy(float32([1, 1, side, side], random(4, side * side))),
    );
    assert.notEqual((await engine.trust(request, never)).before, first.before);
  });
});
