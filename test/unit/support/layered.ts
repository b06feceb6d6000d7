import assert from "node:assert/strict";
import { defaultLayer } from "../../../src/engine/card.ts";
import type { Layer } from "../../../src/engine/graph/layers.ts";
import { node, openModel, value, weight } from "./onnx-nets.ts";
import { random } from "./random.ts";

/** What small networks on a picture of 8 × 8 are made of, and the layers that are found in their files. */

export const picture = [value("x", ["N", 3, 8, 8])];
export const scores = (name: string, classes = 4) => [value(name, ["N", classes])];
export const same = { pads: [1, 1, 1, 1] };
export const kernel = (name: string, outs: number, ins: number, side = 3) =>
  weight(name, [outs, ins, side, side], random(1, outs * ins * side * side));
export const flatten = (from: string) => node("Flatten", [from], "flat");

/** `main`: the layer that maps are asked of where nobody chose one. */
export async function layersIn(
  file: string,
): Promise<{ names: string[]; layers: readonly Layer[]; main: string | undefined }> {
  const bound = await (await openModel(file)).bound(1);
  const names = bound.layers.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, `names are unique: ${names.join()}`);
  return { names, layers: bound.layers, main: defaultLayer(bound)?.name };
}
