import assert from "node:assert/strict";
import { adam, ascent } from "../../src/engine/synthesis/optimizers.ts";
import {
  alphaNorm,
  blurEvery,
  clipSmall,
  decay,
  l2,
  l2ByShare,
  paid,
  totalVariation,
  type Penalty,
} from "../../src/engine/synthesis/regularizers.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { spaced } from "./support/random.ts";

const gray = [100, 120, 140];
/** 3 × 4 pixels, no two values alike, on the scale of pixels. */
const picture = float32(
  [1, 3, 3, 4],
  spaced(5, 36).map((x) => 120 + 40 * x),
);
const flat = float32(
  [1, 3, 3, 4],
  Array.from({ length: 36 }, (_, i) => gray[Math.floor(i / 12)]!),
);

const penalties: Readonly<Record<string, Penalty>> = {
  L2: l2(3, gray),
  "α-norm of 6": alphaNorm(2, 6, gray),
  "α-norm of 2": alphaNorm(1, 2, gray),
  "total variation": totalVariation(4),
  "total variation with β = 2": totalVariation(4, 2),
};

describe("penalties", () => {
  for (const [name, { of }] of Object.entries(penalties)) {
    it(`${name}: its gradient is its slope`, () => {
      const { gradient } = of(picture, flat);
      const step = 0.25;
      const slopes = Array.from(picture.data, (_, i) => {
        const at = (by: number) =>
          of(
            float32(
              picture.shape,
              picture.data.map((x, k) => (k === i ? x + by : x)),
            ),
            flat,
          ).loss;
        return (at(step) - at(-step)) / (2 * step);
      });
      near(gradient.data, slopes, 1e-2, name);
    });

    it(`${name}: costs nothing where there is nothing to blame`, () => {
      const { loss, gradient } = of(flat, flat);
      assert.equal(loss, 0);
      assert.ok(gradient.data.every((x) => x === 0));
      assert.ok(of(picture, flat).loss > 0);
    });
  }

  it("measure what their names say, on a picture of one bright pixel", () => {
    const one = float32(
      flat.shape,
      flat.data.map((x, i) => (i === 5 ? x + 51 : x)),
    );
    // 51 of 255 is 0.2; all are means over 36 numbers.
    near([l2(3, gray).of(one, flat).loss], [(3 * 0.04) / 2 / 36], 1e-4);
    near([alphaNorm(2, 6, gray).of(one, flat).loss], [(2 * 0.2 ** 6) / 36], 1e-4);
    // Its own differences to the right and down, and those of the pixels to its left and above.
    near([totalVariation(4).of(one, flat).loss], [(4 * (Math.hypot(0.2, 0.2) + 0.2 + 0.2)) / 36], 1e-4);
    near([totalVariation(4, 2).of(one, flat).loss], [(4 * 0.04 * 4) / 36], 1e-4);
  });

  it("are none where they weigh nothing", () => {
    assert.deepEqual(
      [0, 2].map((weight) => paid(weight, totalVariation).map(({ name }) => name)),
      [[], ["total variation"]],
    );
  });

  it("L2 by a share of the slope draws back by that share of it, however steep it is", () => {
    // The mean slope is 2.
    const slope = (scale: number) =>
      float32(
        flat.shape,
        Array.from({ length: 36 }, (_, i) => scale * (i % 2 ? -1 : 3)),
      );
    const far = float32(
      flat.shape,
      flat.data.map((x) => x + 255),
    );
    for (const scale of [1e-9, 1, 1e9]) {
      const { gradient } = l2ByShare(0.25, gray).of(far, slope(scale));
      near(gradient.data, new Float32Array(36).fill(0.5 * scale), 1e-4);
    }
    const { loss, gradient } = l2ByShare(0.25, gray).of(far, slope(0));
    assert.ok(loss === 0 && gradient.data.every((x) => x === 0));
  });
});

describe("what is done to a picture after a step (Yosinski et al. 2015)", () => {
  const none = float32(picture.shape, new Float32Array(36));

  it("decay takes a share of the distance from a colour", () => {
    const nearer = decay(0.25, gray)(picture, none, 1);
    nearer.data.forEach((x, i) => {
      const color = gray[Math.floor(i / 12)]!;
      assert.ok(Math.abs(x - color - 0.75 * (picture.data[i]! - color)) < 1e-4);
    });
  });

  it("blur comes every so many steps, and only makes smoother", () => {
    const blurred = blurEvery(4, 1);
    assert.equal(blurred(picture, none, 3), picture);
    const smooth = blurred(picture, none, 8);
    const { of } = totalVariation(1);
    assert.ok(of(smooth, flat).loss < 0.7 * of(picture, flat).loss);
    near(blurred(flat, none, 4).data, flat.data, 1e-5);
  });

  it("pixels of small norm become the colour, as many as asked for", () => {
    const far = [5, 0, 9];
    const marked = float32(
      flat.shape,
      flat.data.map((x, i) => x + (far.includes(i % 12) ? 30 + (i % 12) : 1 + (i % 12) / 20)),
    );
    const left = clipSmall({ norm: 0.75, contribution: 0 }, gray)(marked, none, 1);
    for (let i = 0; i < 36; i++)
      assert.equal(left.data[i], far.includes(i % 12) ? marked.data[i] : flat.data[i], `pixel ${i % 12}`);
  });

  it("pixels of small contribution become the colour, however bright they are", () => {
    // All are as far from the colour; the gradient asks for three of them only, one of them downwards.
    const bright = float32(
      flat.shape,
      flat.data.map((x) => x + 20),
    );
    const asked = [2, 7, 11];
    const gradient = float32(
      flat.shape,
      Array.from({ length: 36 }, (_, i) => (asked.includes(i % 12) ? (i % 12 === 7 ? -3 : 3) : 0.01)),
    );
    const left = clipSmall({ norm: 0, contribution: 0.75 }, gray)(bright, gradient, 1);
    for (let i = 0; i < 36; i++)
      assert.equal(left.data[i], asked.includes(i % 12) ? bright.data[i] : flat.data[i], `pixel ${i % 12}`);
  });

  it("pixels of small norm and those of small contribution both become the colour, as many of each as asked for", () => {
    // The higher the number, the farther a pixel is from the colour, and the less the gradient asks for it.
    const ranked = float32(
      flat.shape,
      flat.data.map((x, i) => x + 10 + (i % 12)),
    );
    const gradient = float32(
      flat.shape,
      Array.from({ length: 36 }, (_, i) => 10 ** (4 - (i % 12))),
    );
    const left = clipSmall({ norm: 0.25, contribution: 0.25 }, gray)(ranked, gradient, 1);
    const small = [0, 1, 2, 9, 10, 11];
    for (let i = 0; i < 36; i++)
      assert.equal(left.data[i], small.includes(i % 12) ? flat.data[i] : ranked.data[i], `pixel ${i % 12}`);
  });
});

describe("optimizers", () => {
  const gradient = Float32Array.from([3, -4, 0, 12]);

  it("normalize a step by the gradient's mean magnitude, its length or its root mean square", () => {
    near(
      ascent(1.5, "mean").step(gradient.slice()),
      gradient.map((g) => (1.5 * g) / (19 / 4)),
    );
    near(
      ascent(2, "l2").step(gradient.slice()),
      gradient.map((g) => (2 * g) / 13),
    );
    near(
      ascent(2, "rms").step(gradient.slice()),
      gradient.map((g) => (2 * g) / 6.5),
    );
    near(
      ascent(2, "none").step(gradient.slice()),
      gradient.map((g) => 2 * g),
    );
    assert.deepEqual([...ascent(1, "mean").step(new Float32Array(3))], [0, 0, 0], "and nowhere where it is flat");
  });

  it("Adam's first step is of one size in every number, and its next follow the paper", () => {
    const optimizer = adam(0.05);
    near(optimizer.step(gradient), [0.05, -0.05, 0, 0.05], 1e-5);
    const second = optimizer.step(Float32Array.from([1, 1, 1, 1]));
    const expected = [3, -4, 0, 12].map((g) => {
      const mean = (0.9 * 0.1 * g + 0.1) / (1 - 0.9 ** 2);
      const square = (0.999 * 0.001 * g * g + 0.001) / (1 - 0.999 ** 2);
      return (0.05 * mean) / (Math.sqrt(square) + 1e-8);
    });
    near(second, expected, 1e-4);
  });

  it("Adam, damped, moves numbers that hardly matter hardly, and the others about as far", () => {
    const uneven = Float32Array.from([1, -1, 1, 1e-3]);
    const [far, ...others] = [...adam(0.05, { damping: 1 }).step(uneven.slice())].map(Math.abs);
    assert.ok(far! > 0.02 && far! < 0.05, `${far}`);
    assert.ok(others.at(-1)! < 1e-4, `${others.at(-1)}`);
    near([...adam(0.05).step(uneven.slice())].map(Math.abs), [0.05, 0.05, 0.05, 0.05], 1e-4);
  });

  it("take half as large steps when they are told to", () => {
    for (const optimizer of [ascent(2, "l2"), adam(0.1)]) {
      const before = [...optimizer.step(gradient.slice())];
      optimizer.halve();
      near(
        optimizer.step(gradient.slice()),
        before.map((x) => x / 2),
        1e-4,
      );
    }
  });
});
