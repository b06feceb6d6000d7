import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { folder } from "../../fixtures/onnx/writer.ts";
import { integers, node, onnxFile, value, weight } from "./onnx-nets.ts";
import { random } from "./random.ts";

/** A network that takes pictures of one size alone: larger ones are done in tiles. Its last layer is called "again". */
export function ofOneSize(side: number): string {
  const path = onnxFile({
    nodes: [
      node("Conv", ["x", "k"], "c", { pads: [1, 1, 1, 1] }),
      node("Reshape", ["c", "to"], "flat"),
      node("Reshape", ["flat", "back"], "again"),
    ],
    weights: [
      weight("k", [4, 3, 3, 3], random(31, 4 * 3 * 9)),
      integers("to", [1, 4 * side * side]),
      integers("back", [1, 4, side, side]),
    ],
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value("again", [1, 4, side, side])],
  });
  const input = { range: [0, 255], mean: [0], deviation: [1], color: "RGB", fit: "stretch", size: [side, side] };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify({ input }));
  return path;
}

/** A photo of noise. */
export async function noisy(width: number, height: number): Promise<string> {
  const path = join(folder(), "photo.png");
  const noise = { type: "gaussian", mean: 128, sigma: 50 } as const;
  await sharp({ create: { width, height, channels: 3, background: "gray", noise } })
    .png({ compressionLevel: 0 })
    .toFile(path);
  return path;
}
