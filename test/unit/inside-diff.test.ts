import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Library } from "../../src/engine/library.ts";
import { diff } from "../../src/engine/inside/diff.ts";
import type { ModelDiff } from "../../src/shared/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const signal = new AbortController().signal;
const of = (a: string, b: string): Promise<ModelDiff> => diff(new Library(), { a, b }, signal);

interface Net {
  readonly kernel?: number;
  readonly weights?: (i: number) => number;
  readonly activation?: string;
  readonly more?: boolean;
  readonly rename?: string;
}

/** Two convolutions, the first of which can be another in each test. */
function net({
  kernel = 3,
  weights = (i) => Math.sin(i),
  activation = "Relu",
  more = false,
  rename = "one.weight",
}: Net = {}): string {
  const count = 2 * 3 * kernel * kernel;
  const pads = w.attribute("pads", 7, ...Array.from({ length: 4 }, () => w.int(8, (kernel - 1) / 2)));
  const tensor = (name: string, dims: readonly number[], values: readonly number[]) =>
    w.tensor(name, 1, dims, w.floats(4, values));
  const last = more ? "c" : "y";
  return w.file(
    w.model(
      w.graph({
        nodes: [
          w.node("Conv", ["x", rename], ["a"], { name: "/one/Conv", attributes: [pads] }),
          w.node(activation, ["a"], ["b"], { name: `/one/${activation}` }),
          w.node("Conv", ["b", "two.weight"], [last], { name: "/two/Conv" }),
          ...(more
            ? [
                w.node("MaxPool", ["c"], ["y"], {
                  name: "/three/MaxPool",
                  attributes: [w.attribute("kernel_shape", 7, w.int(8, 1), w.int(8, 1))],
                }),
              ]
            : []),
        ],
        initializers: [
          tensor(
            rename,
            [2, 3, kernel, kernel],
            Array.from({ length: count }, (_, i) => weights(i)),
          ),
          tensor("two.weight", [4, 2, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8]),
        ],
        inputs: [w.value("x", [1, 3, 8, 8])],
        outputs: [w.value("y", [1, 4, 8, 8])],
      }),
    ),
  );
}

describe("the difference of two models", () => {
  it("is none where only a constant is called otherwise", async () => {
    const { layers } = await of(net(), net({ rename: "another" }));
    assert.deepEqual(
      layers.map(({ layer, change }) => [layer, change]),
      [
        ["one", "same"],
        ["two", "same"],
      ],
    );
  });

  it("tells by how much weights differ: ‖a − b‖ / ‖a‖ and the greatest difference", async () => {
    const before = (i: number) => Math.fround(Math.sin(i));
    const after = (i: number) => Math.fround(before(i) + (i === 7 ? 0.5 : 0));
    const { layers } = await of(net({ weights: before }), net({ weights: after }));
    const norm = Math.hypot(...Array.from({ length: 54 }, (_, i) => before(i)));
    const [one, two] = layers;
    assert.equal(one?.change, "weights");
    assert.ok(Math.abs((one.relative ?? 0) - 0.5 / norm) < 1e-6);
    assert.ok(Math.abs((one.largest ?? 0) - 0.5) < 1e-6);
    assert.equal(two?.change, "same");
  });

  it("says NaN where one has it, and none where both do", async () => {
    const broken = (i: number) => (i === 3 ? NaN : 1);
    assert.equal((await of(net({ weights: broken }), net({ weights: broken }))).layers[0]?.change, "same");
    const { largest } = (await of(net({ weights: () => 1 }), net({ weights: broken }))).layers[0]!;
    assert.ok(Number.isNaN(largest));
  });

  it("gives no share of what is zero or no number, but says why", async () => {
    for (const [before, after, why] of [
      [() => 0, () => 1, /other weights, where all were zero/],
      [() => 1, (i: number) => (i === 3 ? NaN : 1), /other weights, some of them NaN or infinite/],
      [(i: number) => (i === 3 ? Infinity : 1), () => 1, /other weights, some of them NaN or infinite/],
    ] as const) {
      const [one] = (await of(net({ weights: before }), net({ weights: after }))).layers;
      assert.equal(one?.relative, undefined);
      assert.match(one?.words ?? "", why);
    }
  });

  it("tells another kind, another shape, a layer more and a layer less", async () => {
    const kinds = (await of(net(), net({ activation: "Tanh" }))).layers;
    assert.match(kinds[0]?.words ?? "", /Conv \+ Relu became Conv \+ Tanh/);
    const shapes = (await of(net(), net({ kernel: 5 }))).layers;
    assert.match(shapes[0]?.words ?? "", /2 × 3 × 3 × 3 became 2 × 3 × 5 × 5/);
    const added = (await of(net(), net({ more: true }))).layers;
    assert.deepEqual(added.map(({ layer, change }) => [layer, change]).at(-1), ["three", "added"]);
    const removed = (await of(net({ more: true }), net())).layers;
    assert.deepEqual(removed.map(({ layer, change }) => [layer, change]).at(-1), ["three", "removed"]);
  });

  it("finds the built-in network equal to itself, and unlike one with other weights", async () => {
    const sample = fileURLToPath(new URL("../../samples/squeezenet1.1.onnx", import.meta.url));
    const bytes = readFileSync(sample);
    bytes.writeFloatLE(bytes.readFloatLE(2_058_552) + 1, 2_058_552); // the first number of conv1's weights
    const { layers, facts } = await of(sample, w.file(bytes, "squeezenet1.1.onnx"));
    assert.deepEqual(
      layers.filter(({ change }) => change !== "same").map(({ layer, largest }) => [layer, largest]),
      [["conv1", 1]],
    );
    assert.ok(facts.every(({ a, b }) => a === b));
  });
});
