import { Library } from "../../../src/engine/library.ts";
import { diff } from "../../../src/engine/inside/diff.ts";
import type { ModelDiff } from "../../../src/shared/structure.ts";
import * as w from "../../fixtures/onnx/writer.ts";

// What the comparison of two models comes to, and the words of ONNX for the models.

export const of = (a: string, b: string): Promise<ModelDiff> =>
  diff(new Library(), { a, b }, new AbortController().signal);
export const changesOf = ({ layers, outside }: ModelDiff) =>
  [...layers, ...outside].filter(({ change }) => change !== "same").map(({ layer, change }) => [layer, change]);
export const wordsOf = ({ layers, outside }: ModelDiff): string =>
  [...layers, ...outside]
    .filter(({ change }) => change !== "same")
    .map(({ words }) => words)
    .join("; ");

export const ints = (name: string, ...values: readonly number[]) =>
  w.attribute(name, 7, ...values.map((n) => w.int(8, n)));
export const int = (name: string, value: number) => w.attribute(name, 2, w.int(3, value));
export const float = (name: string, value: number) =>
  w.attribute(name, 1, (writer) => writer.uint32((2 << 3) | 5).float(value));
export const tensor = (name: string, dims: readonly number[], seed = 1) =>
  w.tensor(
    name,
    1,
    dims,
    w.floats(
      4,
      waves(
        dims.reduce((product, n) => product * n, 1),
        seed,
      ),
    ),
  );
export const scalar = (name: string, value: number) => w.tensor(name, 1, [], w.floats(4, [value]));
export const waves = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(seed + 1.7 * i));
