import assert from "node:assert/strict";
import { colorsIn, colorsOf } from "../../src/engine/colors.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";

describe("the named colours, as numbers of a network's input", () => {
  const plain = { size: [8, 8], fit: "stretch", layout: "NCHW" } as const;
  const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

  it("are what the photo's arithmetic makes of them; the mean is zero where the network subtracts it", () => {
    const colors = colorsOf({ ...plain, color: "RGB", range: [0, 1], ...imagenet });
    near(colors.black, [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225]);
    near(colors.white, [0.515 / 0.229, 0.544 / 0.224, 0.594 / 0.225]);
    near(colors.gray, [0.015 / 0.229, 0.044 / 0.224, 0.094 / 0.225]);
    assert.deepEqual(colors.mean, [0, 0, 0]);
  });

  it("are ImageNet's mean where the network subtracts none, in its own order of colours", () => {
    const bgr = colorsOf({ ...plain, color: "BGR", range: [0, 255], mean: [0], deviation: [1] });
    near(bgr.mean, [0.406 * 255, 0.456 * 255, 0.485 * 255]);
    assert.deepEqual(
      [bgr.black, bgr.white, bgr.gray],
      [
        [0, 0, 0],
        [255, 255, 255],
        [127.5, 127.5, 127.5],
      ],
    );
    const gray = colorsOf({ ...plain, color: "gray", range: [0, 1], mean: [0], deviation: [1] });
    near(gray.mean, [0.299 * 0.485 + 0.587 * 0.456 + 0.114 * 0.406]);
  });

  it("are a tensor's own extremes and means, where only a tensor is known", () => {
    assert.deepEqual(colorsIn(float32([1, 2, 1, 4], [0, 1, 2, 5, -4, 0, 0, 0])), {
      black: [0, -4],
      white: [5, 0],
      gray: [2.5, -2],
      mean: [2, -1],
    });
  });
});
