import assert from "node:assert/strict";
import { fitted, prepare, toPicture } from "../../src/engine/images/prepare.ts";
import type { Picture, Rectangle } from "../../src/engine/images/picture.ts";
import { resize, resizeNumbers } from "../../src/engine/images/resize.ts";
import { canvasOf, resized, sampled } from "../../src/engine/synthesis/canvas.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { exactlyResized as exact, inPlanes } from "./support/pictures.ts";

const picture = (width: number, height: number, at: (x: number, y: number, c: number) => number): Picture => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const p = Math.floor(i / 3);
    return at(p % width, Math.floor(p / width), i % 3);
  }),
});
const patterned = (width: number, height: number) =>
  picture(width, height, (x, y, c) => (x * 37 + y * 91 + c * 53 + x * y * 7) % 256);
const whole = ({ width, height }: Picture): Rectangle => ({ left: 0, top: 0, width, height });
const plain: Preparation = {
  size: [2, 2],
  fit: "stretch",
  color: "RGB",
  range: [0, 255],
  mean: [0],
  deviation: [1],
  layout: "NCHW",
};

const source = patterned(17, 13);
/** Smaller, larger, both, one pixel, and its own. */
const targets = [
  [6, 5],
  [20, 15],
  [40, 4],
  [1, 1],
  [17, 13],
] as const;

describe("resize", () => {
  for (const [w, h] of targets)
    it(`is the definition at ${w} × ${h}, but for rounding to 8 bits twice`, () => {
      const reference = exact(source, whole(source), w, h);
      resize(source, whole(source), w, h).pixels.forEach((value, i) => {
        assert.ok(Math.abs(value - reference[i]!) <= 1.0001, `element ${i}: ${value}, exactly ${reference[i]}`);
      });
    });

  it("is the definition for a part whose edges fall between pixels", () => {
    const part = { left: 2.25, top: 0.5, width: 12.5, height: 11.75 };
    const reference = exact(source, part, 5, 4);
    resize(source, part, 5, 4).pixels.forEach((value, i) => assert.ok(Math.abs(value - reference[i]!) <= 1.0001));
  });

  it("leaves a picture of the right size as it is", () => {
    assert.deepEqual(resize(source, whole(source), 17, 13).pixels, source.pixels);
  });

  // Recorded from Pillow 10.4: Image.resize(size, BILINEAR) of this very pattern.
  it("is Pillow's to the last bit, shrinking", () => {
    const rows = [
      [112, 131, 141, 124, 134, 142, 121, 127, 135, 120, 129, 131, 127, 147, 109, 131, 120, 110],
      [123, 139, 124, 144, 135, 129, 133, 132, 123, 132, 132, 127, 124, 143, 133, 139, 143, 135],
    ];
    assert.deepEqual([...resize(source, whole(source), 6, 5).pixels.slice(0, 36)], rows.flat());
  });
  it("is Pillow's to the last bit, enlarging", () => {
    const row = [
      0, 53, 106, 29, 82, 135, 60, 113, 166, 92, 145, 198, 123, 176, 229, 154, 207, 216, 186, 233, 36, 217, 46, 67,
    ];
    assert.deepEqual([...resize(source, whole(source), 20, 15).pixels.slice(0, 24)], row);
  });
  it("is Pillow's to the last bit, of a part", () => {
    const row = [128, 134, 139, 125, 128, 134, 121, 133, 132, 127, 142, 112, 132, 135, 122, 138, 131, 123];
    assert.deepEqual([...resize(source, { left: 2, top: 0, width: 13, height: 13 }, 4, 4).pixels.slice(0, 18)], row);
  });
});

describe("numbers are resized", () => {
  for (const [w, h] of targets)
    it(`by the same definition, unrounded, at ${w} × ${h}`, () => {
      const { shape, data } = resizeNumbers(canvasOf(source), h, w);
      assert.deepEqual(shape, [1, 3, h, w]);
      near(data, inPlanes(exact(source, whole(source), w, h)), 1e-3);
    });

  it("of any size, each plane by itself", () => {
    const planes = float32([2, 1, 1, 3], [-900, 0, 900, 5e6, 5e6, 5e6]);
    near(resizeNumbers(planes, 1, 1).data, [0, 5e6], 1e-3);
  });

  it("antialiased only where a canvas is reduced, and not where its formula is google/deepdream's", () => {
    const canvas = canvasOf(source);
    assert.equal(resized(canvas, 13, 17), canvas);
    assert.deepEqual(resized(canvas, 26, 17).data, sampled(canvas, 26, 17).data);
    for (const [w, h] of [
      [4, 13],
      [17, 4],
      [34, 4],
    ] as const) {
      near(resized(canvas, h, w).data, inPlanes(exact(source, whole(source), w, h)), 1e-3);
      assert.ok(sampled(canvas, h, w).data.some((x, i) => Math.abs(x - resized(canvas, h, w).data[i]!) > 20));
    }
  });
});

describe("prepare", () => {
  it("stretches the whole photo", () => {
    const { tensor, seen } = prepare(patterned(6, 3), { ...plain, size: [3, 6] });
    assert.deepEqual([tensor.shape, seen], [[1, 3, 3, 6], { left: 0, top: 0, width: 6, height: 3 }]);
    assert.deepEqual([...tensor.data.slice(0, 6)], [0, 37, 74, 111, 148, 185]);
    assert.deepEqual([...tensor.data.slice(18, 20)], [53, 90], "green follows red");
  });

  it("crops the centre to the input's shape", () => {
    const photo = patterned(8, 4);
    const { tensor, seen } = prepare(photo, { ...plain, size: [4, 4], fit: "crop" });
    assert.deepEqual(seen, { left: 2, top: 0, width: 4, height: 4 });
    const expected = Array.from({ length: 16 }, (_, p) => photo.pixels[(Math.floor(p / 4) * 8 + 2 + (p % 4)) * 3]);
    assert.deepEqual([...tensor.data.slice(0, 16)], expected);
    assert.deepEqual(fitted(patterned(4, 9), { ...plain, size: [1, 2], fit: "crop" }).seen, {
      left: 0,
      top: 3.5,
      width: 4,
      height: 2,
    });
  });

  it("pads to the input's shape with black, which is what a black pixel becomes", () => {
    const white = picture(4, 2, () => 255);
    const { tensor, seen } = prepare(white, { ...plain, size: [4, 4], fit: "pad", mean: [100], deviation: [2] });
    assert.deepEqual(seen, { left: 0, top: -1, width: 4, height: 4 });
    const row = (value: number) => Array<number>(4).fill(value);
    assert.deepEqual([...tensor.data.slice(0, 16)], [...row(-50), ...row(77.5), ...row(77.5), ...row(-50)]);
  });

  it("says what is seen in the photo's pixels, whatever the scale", () => {
    const { seen } = fitted(patterned(40, 10), { ...plain, size: [20, 20], fit: "pad" });
    assert.deepEqual(seen, { left: 0, top: -14, width: 40, height: 40 });
  });

  const one = picture(1, 1, (_x, _y, c) => [255, 51, 0][c]!);
  const arithmetic: Record<string, readonly [Partial<Preparation>, readonly number[]]> = {
    "0 to 1": [{ range: [0, 1] }, [1, 0.2, 0]],
    "−1 to 1": [{ range: [-1, 1] }, [1, -0.6, -1]],
    "BGR less a mean in that order": [{ color: "BGR", mean: [104, 117, 123] }, [-104, 51 - 117, 255 - 123]],
    "per channel": [
      { range: [0, 1], mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
      [(1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, -0.406 / 0.225],
    ],
    "one number for all": [{ mean: [127], deviation: [128] }, [1, -76 / 128, -127 / 128]],
    "gray by BT.601": [{ color: "gray" }, [Math.round(0.299 * 255 + 0.587 * 51)]],
  };
  for (const [name, [change, values]] of Object.entries(arithmetic))
    it(`writes colours as numbers: ${name}`, () => {
      const { tensor } = prepare(one, { ...plain, size: [1, 1], ...change });
      assert.deepEqual(tensor.shape, [1, values.length, 1, 1]);
      values.forEach((value, c) =>
        assert.ok(Math.abs(tensor.data[c]! - value) < 1e-5, `${tensor.data[c]} is not ${value}`),
      );
    });

  it("is always NCHW", () => {
    assert.deepEqual(prepare(patterned(5, 5), { ...plain, layout: "NHWC" }).tensor.shape, [1, 3, 2, 2]);
  });
});

describe("toPicture", () => {
  const photo = patterned(9, 7);
  for (const [name, [change]] of Object.entries({
    RGB: [{ range: [0, 1], mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }],
    BGR: [{ color: "BGR", mean: [104, 117, 123] }],
  } satisfies Record<string, readonly [Partial<Preparation>]>))
    it(`undoes ${name}`, () => {
      const preparation = { ...plain, size: [7, 9] as const, ...change };
      assert.deepEqual(toPicture(prepare(photo, preparation).tensor, preparation), photo);
    });

  it("clips what no pixel can be, and shows gray as gray", () => {
    const gray = { ...plain, size: [1, 4] as const, color: "gray" as const };
    const tensor = { dtype: "float32" as const, shape: [1, 1, 1, 4], data: Float32Array.of(-5, 300, NaN, 99.6) };
    assert.deepEqual(
      [...toPicture(tensor, gray).pixels],
      [0, 255, 0, 100].flatMap((v) => [v, v, v]),
    );
  });
});
