import assert from "node:assert/strict";
import { gaussianBlur } from "../../src/engine/images/arithmetic.ts";
import { blurOf, Painter, softEdge } from "../../src/engine/inside/strokes.ts";
import type { Stroke } from "../../src/shared/inside.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { random } from "./support/random.ts";

const [channels, height, width] = [3, 40, 50];
const picture = float32([1, channels, height, width], random(3, channels * height * width));
const neutral = [0.25, -0.5, 2];
const at = (data: Float32Array, c: number, x: number, y: number) => data[(c * height + y) * width + x];
const paint = (...strokes: Stroke[]) => new Painter(picture, neutral).paint(strokes).data;

const center = [20, 18] as const;
const radius = 6;
const dab = (tool: Stroke["tool"], more: Partial<Stroke> = {}): Stroke => ({ tool, radius, points: [center], ...more });

/** Every pixel, with its distance from the middle of the brush. */
function* pixels() {
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) yield { c, x, y, distance: Math.hypot(x - center[0], y - center[1]) };
}

describe("a brush over the photo", () => {
  it("leaves every pixel beyond its radius and soft edge as it was, and changes the others gradually", () => {
    for (const tool of ["blur", "gray", "copy"] as const) {
      const painted = paint(dab(tool, { from: [5, 4] }));
      let [untouched, between] = [0, 0];
      for (const { c, x, y, distance } of pixels())
        if (distance >= radius + softEdge(radius)) {
          untouched++;
          assert.equal(at(painted, c, x, y), at(picture.data, c, x, y));
        } else if (distance > radius) between++;
      assert.ok(untouched > 4000 && between > 20);
    }
  });

  it("greys to the neutral colour of each channel", () => {
    const painted = paint(dab("gray"));
    for (const { c, x, y, distance } of pixels())
      if (distance <= radius) assert.equal(at(painted, c, x, y), neutral[c]);
      else if (distance < radius + softEdge(radius)) {
        const [before, now] = [at(picture.data, c, x, y)!, at(painted, c, x, y)!];
        const share = (now - before) / (neutral[c]! - before);
        assert.ok(share > 0 && share < 1, `${share} at distance ${distance}`);
      }
  });

  it("copies the photo from where it is told", () => {
    const [dx, dy] = [9, -7];
    const painted = paint(dab("copy", { from: [dx, dy] }));
    for (const { c, x, y, distance } of pixels())
      if (distance <= radius) assert.equal(at(painted, c, x, y), at(picture.data, c, x + dx, y + dy));
  });

  it("copies the border's pixels from beyond the border", () => {
    const painted = paint(dab("copy", { from: [1000, 0] }));
    assert.equal(at(painted, 1, ...center), at(picture.data, 1, width - 1, center[1]));
  });

  it("blurs as a Gaussian does", () => {
    const painted = paint(dab("blur"));
    const blurred = gaussianBlur(picture, blurOf(radius)).data;
    for (const { c, x, y, distance } of pixels())
      if (distance <= radius) assert.equal(at(painted, c, x, y), at(blurred, c, x, y));
  });

  it("covers the way between two points, not only the points", () => {
    const painted = paint({ tool: "gray", radius: 2, points: [[5, 20], [45, 20]] }); // prettier-ignore
    for (let x = 5; x <= 45; x++) assert.equal(at(painted, 0, x, 20), neutral[0]);
    assert.equal(at(painted, 0, 25, 25), at(picture.data, 0, 25, 25));
  });

  it("gives the same picture whether a stroke came at once or point by point, and when it is taken back", () => {
    const way = Array.from({ length: 12 }, (_, i) => [4 + 3 * i, 10 + ((7 * i) % 13)] as const);
    for (const tool of ["blur", "gray", "copy"] as const) {
      const first = dab("gray", { points: [[30, 30], [10, 5]] }); // prettier-ignore
      const whole: Stroke = { tool, radius: 3, points: way, from: [3, 2] };
      const painter = new Painter(picture, neutral);
      const steps = way.map((_, i) => painter.paint([first, { ...whole, points: way.slice(0, i + 1) }]).data);
      assert.deepEqual(steps.at(-1), paint(first, whole));
      assert.notDeepEqual(steps.at(-2), steps.at(-1));
      assert.deepEqual(painter.paint([first]).data, paint(first));
      assert.deepEqual(painter.paint([]).data, picture.data);
      assert.deepEqual(painter.paint([first, whole]).data, paint(first, whole));
    }
  });

  it("lays later strokes over earlier ones", () => {
    const [gray, copy] = [dab("gray"), dab("copy", { from: [0, 0] })];
    assert.deepEqual(paint(gray, copy), paint(gray)); // what is copied in place is what the first stroke left
    assert.notDeepEqual(paint(dab("blur"), gray), paint(gray, dab("blur")));
  });

  it("refuses strokes that are none", () => {
    assert.throws(() => paint(dab("gray", { radius: 0 })), /radius above 0/);
    assert.throws(() => paint(dab("gray", { points: [[NaN, 1]] })), /numbers/);
  });

  it("paints nothing outside the picture", () => {
    assert.deepEqual(paint(dab("gray", { points: [[-500, 900]] })), picture.data);
    assert.deepEqual(paint(dab("gray", { points: [] })), picture.data);
  });
});
