import assert from "node:assert/strict";
import { drawn, canvasOf, resized, type Canvas } from "../../src/engine/synthesis/canvas.ts";
import { blur, smoothed } from "../../src/engine/synthesis/transformations/blur.ts";
import { crop, pad } from "../../src/engine/synthesis/transformations/crop.ts";
import { noise as noisy } from "../../src/engine/synthesis/transformations/noise.ts";
import { roll } from "../../src/engine/synthesis/transformations/roll.ts";
import { chain, type Transformation } from "../../src/engine/synthesis/transformations/transformation.ts";
import { after, rotate, scale, shift, warp } from "../../src/engine/synthesis/transformations/warp.ts";
import { lucidView, usualViews } from "../../src/engine/synthesis/views.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { random } from "./support/random.ts";

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const noise = (seed: number, height: number, width: number): Canvas =>
  float32([1, 3, height, width], random(seed, 3 * height * width));
const from = { height: 11, width: 14 };
const picture = noise(1, from.height, from.width);
const black = [0, 0, 0];
const smaller = { height: 9, width: 17 };

const mostViews = { shift: 3, scales: 0.3, rotation: 50, pad: 0.1, crop: 0.8, blur: 0.7, noise: 30 };

const rows: Readonly<Record<string, Transformation>> = {
  roll: roll(3, -5),
  "roll further than the picture": roll(-25, 40),
  pad: pad({ top: 1, left: 2, bottom: 3, right: 4 }, [9, 8, 7]),
  crop: crop(2, 3, { height: 5, width: 6 }, from),
  "pad here and crop there": pad({ top: -2, left: 3, bottom: 1, right: -4 }, [1, 1, 1]),
  shift: warp(shift(1.25, -2.5), from, from, [5, 5, 5]),
  scale: warp(scale(1.3), from, from, [5, 5, 5]),
  rotate: warp(rotate(23), from, from, [5, 5, 5]),
  "all in one, of another size": warp([scale(0.7), rotate(-80), shift(2, 1)].reduce(after), smaller, from, [1, 2, 3]),
  noise: noisy(40, 5),
  blur: blur(1.3),
  "blur wider than the picture": blur(6),
  "as Lucid looks": lucidView(4, from, from, from)(17),
  "as Lucid looks, with a frame": lucidView(4, from, from, from, { ...usualViews, pad: 0.2 })(17),
  "as Lucid looks, at a part": lucidView(4, from, smaller, from, { ...usualViews, crop: 0.6 })(17),
  "as Lucid looks, blurred": lucidView(4, from, from, from, { ...usualViews, blur: 1.2 })(17),
  "as Lucid looks, with all of them": lucidView(4, from, smaller, from, mostViews)(3),
  "one after the other": chain([roll(1, 2), blur(0.8), crop(1, 1, { height: 8, width: 8 }, from)]),
};

describe("transformations of a picture", () => {
  for (const [name, transformation] of Object.entries(rows))
    it(`${name}: what comes back is the adjoint`, () => {
      // The colour that comes in from outside is no part of the linear map.
      const outside = transformation.apply(float32(picture.shape, new Float32Array(size(picture.shape))));
      const forward = transformation.apply(picture);
      const dy = { ...forward, data: random(3, forward.data.length) };
      const linear = forward.data.map((x, i) => x - outside.data[i]!);
      const there = dot(linear, dy.data);
      const back = transformation.adjoint(dy);
      assert.deepEqual(back.shape, picture.shape);
      assert.ok(Math.abs(there) > 0.1, "the sides are compared where there is something");
      assert.ok(Math.abs(there - dot(picture.data, back.data)) < 1e-4 * Math.abs(there) + 1e-4);
    });

  it("adds noise of that deviation to every number, the same for the same seed and no other", () => {
    const grey = float32([1, 3, 64, 64], new Float32Array(3 * 64 * 64).fill(100));
    const { data } = noisy(40, 5).apply(grey);
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    const deviation = Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length);
    assert.ok(Math.abs(mean - 100) < 2 && Math.abs(deviation - 40) < 1, `${mean} ± ${deviation}`);
    assert.ok(grey.data.every((x) => x === 100));
    assert.deepEqual(noisy(40, 5).apply(grey).data, data);
    assert.notDeepEqual(noisy(40, 6).apply(grey).data, data);
  });

  it("rolls a picture around its edges, and back without a trace", () => {
    const rolled = roll(1, 2).apply(picture);
    for (const [y, x] of [
      [0, 0],
      [5, 1],
      [10, 13],
    ] as const)
      assert.equal(rolled.data[((y + 1) % 11) * 14 + ((x + 2) % 14)], picture.data[y * 14 + x]);
    assert.deepEqual(roll(1, 2).adjoint(rolled).data, picture.data);
  });

  it("shifts, enlarges and turns as the eye expects", () => {
    const moved = warp(shift(2, 1), from, from, [5, 5, 5]).apply(picture);
    assert.equal(moved.data[14 + 2], picture.data[0]);
    assert.equal(moved.data[1], 5, "what comes in from outside has the colour");
    const square = noise(4, 7, 7);
    const sides = { height: 7, width: 7 };
    const turned = warp(rotate(90), sides, sides, black).apply(square);
    // Clockwise: the corner at the top left goes to the top right.
    near([turned.data[6]!], [square.data[0]!], 1e-4);
    const doubled = warp(scale(2), { height: 14, width: 14 }, sides, black).apply(square);
    near([doubled.data[3 * 14 + 3]! * 16], [bilinear(square, 1.25, 1.25) * 16], 1e-4);
  });

  it("leaves a flat picture flat when it smooths, at the edges too", () => {
    const flat = { ...picture, data: picture.data.map(() => 77) };
    near(smoothed(flat, 2).data, flat.data, 1e-5);
    const edges = blur(2).apply(flat);
    assert.ok(edges.data[0]! < 40, "while the adjoint pair lets what is outside be nothing");
  });

  it("draws the same view for the same seed and step, and others for others", () => {
    const view = (seed: number, step: number) => lucidView(seed, from, from, from)(step).apply(picture).data;
    assert.deepEqual(view(1, 5), view(1, 5));
    assert.notDeepEqual(view(1, 5), view(2, 5));
    assert.notDeepEqual(view(1, 5), view(1, 6));
  });
});

describe("what may be changed of a view", () => {
  const side = { height: 40, width: 40 };
  const flat = (value: number) => float32([1, 3, 40, 40], new Float32Array(4800).fill(value));
  const seen = (more: Partial<typeof usualViews>, step = 1, canvas = flat(255)) =>
    lucidView(1, side, side, side, { ...usualViews, ...more })(step).apply(canvas).data;
  const mean = (data: Float32Array) => data.reduce((sum, x) => sum + x, 0) / data.length;
  const steps = Array.from({ length: 40 }, (_, i) => i + 1);
  const means = (more: Parameters<typeof seen>[0]) => mean(Float32Array.from(steps, (step) => mean(seen(more, step))));

  it("is nothing as it comes", () => {
    assert.deepEqual(seen({}), lucidView(1, side, side, side)(1).apply(flat(255)).data);
    const lucids = { shift: 1, scales: 0.1, rotation: 10, pad: 0, crop: 1, blur: 0, noise: 0 };
    assert.deepEqual(seen({}), seen(lucids), "a jitter of 4 pixels in 128 is one of 1 in 40");
  });

  const grain = noise(7, 40, 40);
  const still = { shift: 0, scales: 0, rotation: 0 };
  const shown = (more: Parameters<typeof seen>[0]) => steps.map((step) => seen({ ...still, ...more }, step, grain));

  it("is none of it where that is what is wished", () => {
    for (const data of shown({})) near(data, grain.data, 1e-3);
  });

  it("is a jitter of so many pixels, and half as many again", () => {
    const places = shown({ shift: 4 }).map((data) => {
      const off = (down: number, right: number) => {
        let sum = 0;
        for (let y = 10; y < 30; y++)
          for (let x = 10; x < 30; x++) sum += Math.abs(data[y * 40 + x]! - grain.data[(y + down) * 40 + x + right]!);
        return sum;
      };
      const reach = Array.from({ length: 15 }, (_, i) => i - 7);
      const found = reach.flatMap((down) => reach.map((right) => [down, right, off(down, right)] as const));
      return found.reduce((best, each) => (each[2] < best[2] ? each : best));
    });
    assert.ok(places.every(([, , off]) => off < 1), "it is the picture, moved by whole pixels"); // prettier-ignore
    const most = Math.max(...places.flatMap(([down, right]) => [Math.abs(down), Math.abs(right)]));
    assert.ok(most > 4 && most <= 6, `${most} pixels`);
  });

  it("is a scale of either side of 1 within the range, about the middle", () => {
    // The white square's share of what is seen is that of its area.
    const square = flat(0);
    for (let c = 0; c < 3; c++)
      for (let y = 10; y < 30; y++) square.data.fill(255, c * 1600 + y * 40 + 10, c * 1600 + y * 40 + 30);
    const sides = steps.map((step) => {
      const data = seen({ ...still, scales: 0.4 }, step, square);
      return Math.sqrt(data.filter((x) => x > 200).length / (3 * 400));
    });
    const [least, most] = [Math.min(...sides), Math.max(...sides)];
    assert.ok(least >= 0.5 && least < 0.75 && most > 1.25 && most <= 1.45, `${least} to ${most}`);
  });

  it("is a turn by so many degrees at most, to either side", () => {
    // A bar from the middle to the right: where its end goes tells the angle.
    const bar = flat(0);
    for (let c = 0; c < 3; c++)
      for (let y = 18; y < 22; y++) bar.data.fill(255, c * 1600 + y * 40 + 20, c * 1600 + y * 40 + 40);
    const angles = steps.map((step) => {
      const data = seen({ ...still, rotation: 60 }, step, bar);
      let [down, right] = [0, 0];
      for (let y = 0; y < 40; y++)
        for (let x = 0; x < 40; x++)
          if (data[y * 40 + x]! > 200 && Math.hypot(y - 19.5, x - 19.5) < 18) {
            down += y - 19.5;
            right += x - 19.5;
          }
      return (Math.atan2(down, right) * 180) / Math.PI;
    });
    const [least, most] = [Math.min(...angles), Math.max(...angles)];
    assert.ok(least < -35 && least >= -62 && most > 35 && most <= 62, `${least} to ${most}`);
  });

  it("moves a larger picture no further than the network's own size", () => {
    const [usual, large] = [128, 384].map((n) => ({ height: n, width: n }));
    const middle = float32([1, 3, 384, 384], new Float32Array(3 * 384 ** 2));
    for (let y = 191; y <= 192; y++) for (let x = 191; x <= 192; x++) middle.data[y * 384 + x] = 1000;
    // It is turned and scaled about its middle: what is there is moved by the two jitters alone.
    const moved = steps.map((step) => {
      const { data } = lucidView(1, large!, large!, usual!)(step).apply(middle);
      const brightest = data.subarray(0, 384 ** 2).reduce((best, x, i, all) => (x > all[best]! ? i : best), 0);
      return Math.max(Math.abs(Math.floor(brightest / 384) - 191.5), Math.abs((brightest % 384) - 191.5));
    });
    const most = Math.max(...moved);
    assert.ok(most <= 8 && most > 3, `${most} pixels`);
  });

  it("is a frame: of white less is seen, and more of grey", () => {
    // A fifth of the side on both sides: the picture has (1 / 1.4)² of the area.
    near([(means({ pad: 0.2 }) - 127.5) / 127.5], [1 / 1.4 ** 2], 0.03);
    assert.ok(means({}) - 127.5 > 1.5 * (means({ pad: 0.2 }) - 127.5));
  });

  it("is a part: every place comes, and is seen larger", () => {
    const spot = (x: number) => {
      const canvas = flat(0);
      for (let c = 0; c < 3; c++)
        for (let y = 16; y < 24; y++) canvas.data.fill(255, c * 1600 + y * 40 + x - 4, c * 1600 + y * 40 + x + 4);
      return steps.map((step) => seen({ crop: 0.5 }, step, canvas).reduce((sum, v) => sum + Number(v > 200), 0));
    };
    const [left, right] = [spot(5), spot(35)];
    assert.ok(left.some((n) => n > 0) && right.some((n) => n > 0));
    assert.ok(
      steps.every((_, i) => !left[i] || !right[i]),
      "no part holds both sides",
    );
    const most = Math.max(...spot(20));
    assert.ok(most > 2 * 3 * 64, `${most} bright numbers: of 8 × 8 pixels four times as many are seen`);
  });

  it("is a blur: a flat picture stays flat up to its grey surroundings, and grain goes", () => {
    const gray = seen({ blur: 3 }, 1, flat(127.5));
    near(gray, gray.map(() => 127.5), 1e-4); // prettier-ignore
    const grain = float32([1, 3, 40, 40], Float32Array.from({ length: 4800 }, (_, i) => 255 * ((i + Math.floor(i / 40)) % 2))); // prettier-ignore
    const spread = (data: Float32Array) => mean(data.map((x) => Math.abs(x - 127.5)));
    assert.ok(spread(seen({ blur: 2 }, 1, grain)) < 0.2 * spread(seen({}, 1, grain)));
  });
});

const bilinear = ({ data }: Canvas, y: number, x: number): number => {
  const [top, left, down, across] = [Math.floor(y), Math.floor(x), y % 1, x % 1];
  const at = (row: number, column: number) => data[row * 7 + column]!;
  return (
    (at(top, left) * (1 - across) + at(top, left + 1) * across) * (1 - down) +
    (at(top + 1, left) * (1 - across) + at(top + 1, left + 1) * across) * down
  );
};

describe("a canvas", () => {
  it("becomes bytes and again a canvas, rounded and clipped", () => {
    const canvas = float32([1, 3, 1, 2], [-5, 0.4, 127.6, 255, 300, 12]);
    const bytes = drawn(canvas);
    assert.deepEqual([...bytes.pixels], [0, 128, 255, 0, 255, 12]);
    assert.deepEqual([...canvasOf(bytes).data], [0, 0, 128, 255, 255, 12]);
    assert.equal(resized(canvas, 1, 2), canvas);
  });

  const preparation: Preparation = {
    size: [2, 2],
    fit: "stretch",
    color: "BGR",
    range: [-1, 1],
    mean: [0.1, 0.2, 0.3],
    deviation: [0.5, 0.25, 2],
    layout: "NCHW",
  };

  it("is prepared for a network as a photo is, and gradients come back", () => {
    const line = inputLine(preparation);
    const canvas = float32([1, 3, 1, 1], [255, 0, 127.5]);
    near(line.toNetwork(canvas).data, [(0 - 0.1) / 0.5, (-1 - 0.2) / 0.25, (1 - 0.3) / 2], 1e-5);
    near(
      line.back(float32([1, 3, 1, 1], [1, 10, 100])).data,
      [(100 * 2) / 255 / 2, (10 * 2) / 255 / 0.25, 2 / 255 / 0.5],
      1e-5,
    );
    const gray = inputLine({ ...preparation, color: "gray", mean: [0], deviation: [1], range: [0, 1] });
    near(gray.toNetwork(canvas).data, [0.299 + 0.114 / 2], 1e-5);
    near(gray.back(float32([1, 1, 1, 1], [255])).data, [0.299, 0.587, 0.114], 1e-5);
  });
});
