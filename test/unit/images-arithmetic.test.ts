import assert from "node:assert/strict";
import * as arithmetic from "../../src/engine/images/arithmetic.ts";
import { float32, type FloatTensor, zeros } from "../../src/shared/tensor.ts";

const close = ({ data }: FloatTensor, expected: readonly number[], within = 1e-6) => {
  assert.equal(data.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(data[i]! - value) <= within, `element ${i}: ${data[i]}, not ${value}`),
  );
};

describe("arithmetic on tensors", () => {
  const a = float32([1, 2, 1, 2], [1, -2, 3, 4]);
  const b = float32([1, 2, 1, 2], [10, 20, 30, -40]);

  it("works element by element and leaves its operands alone", () => {
    close(arithmetic.subtract(a, b), [-9, -22, -27, 44]);
    close(arithmetic.multiply(a, b), [10, -40, 90, -160]);
    close(arithmetic.scale(a, -2), [-2, 4, -6, -8]);
    close(arithmetic.constantLike(a, 7), [7, 7, 7, 7]);
    close(arithmetic.mix(a, b, 0.25), [3.25, 3.5, 9.75, -7]);
    close(arithmetic.mix(a, b, 0), [...a.data]);
    assert.equal(arithmetic.total(a), 6);
    assert.equal(arithmetic.inner(a, b), 10 - 40 + 90 - 160);
    close(a, [1, -2, 3, 4]);
  });
  it("adds in place, so many times", () => {
    const sum = float32(a.shape, a.data.slice());
    arithmetic.addTo(sum, b, 0.5);
    close(sum, [6, 8, 18, -16]);
  });
  it("refuses tensors that do not go together", () => {
    const { subtract, inner } = arithmetic;
    for (const together of [
      subtract,
      inner,
      (x: FloatTensor, y: FloatTensor) => arithmetic.mix(x, y, 0.5),
      (x: FloatTensor, y: FloatTensor) => {
        arithmetic.addTo(x, y, 1);
      },
    ])
      assert.throws(() => together(a, zeros([3])), /\[1, 2, 1, 2\].*\[3\]/);
  });

  it("reduces channels by sum or by largest magnitude", () => {
    const sum = arithmetic.overChannels(a, "sum");
    assert.deepEqual(sum.shape, [1, 2]);
    close(sum, [4, 2]);
    close(arithmetic.overChannels(float32([1, 2, 1, 2], [1, -9, -3, 4]), "maxAbs"), [3, 9]);
    assert.ok(Number.isNaN(arithmetic.overChannels(float32([1, 2, 1, 1], [NaN, 1]), "maxAbs").data[0]));
  });

  // torch.nn.functional.interpolate(mode="bilinear", align_corners=False) of [[1, 2], [3, 4]] to 3 × 4.
  it("resizes bilinearly between the centres of pixels", () => {
    const resized = arithmetic.resizeBilinear(float32([2, 2], [1, 2, 3, 4]), 3, 4);
    assert.deepEqual(resized.shape, [3, 4]);
    close(resized, [1, 1.25, 1.75, 2, 2, 2.25, 2.75, 3, 3, 3.25, 3.75, 4]);
    const planes = arithmetic.resizeBilinear(float32([1, 2, 1, 1], [5, 6]), 1, 2);
    assert.deepEqual(
      [planes.shape, [...planes.data]],
      [
        [1, 2, 1, 2],
        [5, 5, 6, 6],
      ],
    );
  });

  it("blurs each plane by a bell of that deviation, and keeps flat ones flat", () => {
    const dot = zeros([1, 1, 21, 31]);
    dot.data[10 * 31 + 15] = 1;
    const blurred = arithmetic.gaussianBlur(dot, 2);
    const bell = (x: number, y: number) => Math.exp(-(x * x + y * y) / 8) / (8 * Math.PI);
    for (const [x, y] of [
      [0, 0],
      [1, 0],
      [0, 3],
      [-4, 2],
    ] as const)
      assert.ok(Math.abs(blurred.data[(10 + y) * 31 + 15 + x]! - bell(x, y)) < 1e-4);
    assert.ok(Math.abs(arithmetic.total(blurred) - 1) < 1e-3);
    close(arithmetic.gaussianBlur(float32([1, 2, 1, 2], [3, 3, 8, 8]), 5), [3, 3, 8, 8], 1e-5);
    assert.equal(arithmetic.gaussianBlur(dot, 0), dot);
  });

  it("is random the same way for the same seed", () => {
    const draw = (next: () => number, n = 20000) => Array.from({ length: n }, next);
    const uniform = draw(arithmetic.random(1));
    assert.deepEqual(draw(arithmetic.random(1), 5), uniform.slice(0, 5));
    assert.notDeepEqual(draw(arithmetic.random(2), 5), uniform.slice(0, 5));
    assert.ok(uniform.every((x) => x >= 0 && x < 1));
    const tenths = Array.from({ length: 10 }, (_, i) => uniform.filter((x) => Math.floor(x * 10) === i).length);
    assert.ok(
      tenths.every((n) => Math.abs(n - 2000) < 200),
      tenths.join(" "),
    );
    const bell = draw(arithmetic.normal(3));
    const mean = bell.reduce((s, x) => s + x, 0) / bell.length;
    const variance = bell.reduce((s, x) => s + (x - mean) ** 2, 0) / bell.length;
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.04, `${mean} ${variance}`);
    assert.ok(bell.every(Number.isFinite));
  });
});

describe("quantize", () => {
  it("spreads the values over their range", () => {
    const { shape, low, high, bytes, broken } = arithmetic.quantize(float32([1, 3], [2, 4, 7]), false);
    assert.deepEqual([shape, low, high, [...bytes], broken], [[1, 3], 2, 7, [0, 102, 255], 0]);
  });
  it("centres a signed map on zero", () => {
    const { low, high, bytes } = arithmetic.quantize(float32([1, 3], [-1, 0, 4]), true);
    assert.deepEqual([low, high, [...bytes]], [-4, 4, [96, 128, 255]]);
    assert.equal(arithmetic.quantize(float32([1, 2], [-6, 2]), true).high, 6);
    assert.equal(arithmetic.quantize(float32([1, 2], [1, 3]), true).low, -3);
  });
  it("counts what is no number and leaves it out of the range", () => {
    const { low, high, bytes, broken } = arithmetic.quantize(float32([2, 2], [NaN, 1, Infinity, 3]), false);
    assert.deepEqual([low, high, [...bytes], broken], [1, 3, [0, 0, 0, 255], 2]);
    const none = arithmetic.quantize(float32([1, 1], [NaN]), true);
    assert.deepEqual([none.broken, Number.isFinite(none.low), Number.isFinite(none.high)], [1, true, true]);
  });
  it("shows a flat map as flat", () => {
    const { low, high, bytes } = arithmetic.quantize(float32([1, 2], [5, 5]), false);
    assert.deepEqual([low, high, [...bytes]], [5, 5, [0, 0]]);
  });
});
