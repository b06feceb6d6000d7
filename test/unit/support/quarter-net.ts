import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Preparation } from "../../../src/shared/preparation.ts";
import { folder } from "../../fixtures/onnx/writer.ts";
import { samplesFolder } from "./engine.ts";
import { guessed } from "./prepared.ts";

/** How the quarter network is fed. */
export const quarter: Preparation = { ...guessed.preparation, size: [112, 112] };

/** SqueezeNet for photos of a quarter of its pixels: what holds for any size is sooner shown with it. */
export function quarterNet(): string {
  const bytes = readFileSync(join(samplesFolder, "squeezenet1.1.onnx"));
  // Two sides beside each other, as ONNX writes them: 224 takes two bytes, and 112 may.
  const sides = (side: readonly number[]) => Buffer.from([0x0a, 3, 8, ...side, 0x0a, 3, 8, ...side]);
  const usual = sides([0xe0, 1]);
  const at = bytes.indexOf(usual);
  assert.ok(at > 0 && bytes.indexOf(usual, at + 1) < 0, "the input's, and no others");
  sides([0xf0, 0]).copy(bytes, at);
  const path = join(folder(), "squeezenet.onnx");
  writeFileSync(path, bytes);
  return path;
}
