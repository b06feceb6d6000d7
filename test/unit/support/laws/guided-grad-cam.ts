import assert from "node:assert/strict";
import { ask, near } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { picture, pictureShape, referenceFile } from "../reference-net.ts";

/** Bilinear between cell centres, clamped at the edges, of one value at a time. */
function enlarged(grid: Float32Array, [rows, columns]: [number, number], y: number, x: number): number {
  const place = (i: number, from: number, to: number) => Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
  const [py, px] = [place(y, rows, 12), place(x, columns, 10)];
  let sum = 0;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      sum += Math.max(0, 1 - Math.abs(py - r)) * Math.max(0, 1 - Math.abs(px - c)) * grid[r * columns + c]!;
  return sum;
}

export default function (): void {
  it("is Grad-CAM, enlarged, times the guided gradient in every channel", async () => {
    const model = await openModel(referenceFile());
    const image = picture(7);
    for (const target of [1, 2]) {
      const map = (await ask("grad-cam", { model, image, target })).map().raw.data;
      const guided = (await ask("guided-backpropagation", { model, image, target })).map().raw.data;
      const { raw } = (await ask("guided-grad-cam", { model, image, target })).map();
      const expected = guided.map((value, i) => value * enlarged(map, [6, 5], Math.floor((i % 120) / 10), i % 10));
      assert.deepEqual(raw.shape, pictureShape);
      near(raw.data, expected, 1e-5);
    }
  });
}
