import assert from "node:assert/strict";
import { openOnnx } from "../../src/engine/formats/onnx/index.ts";
import { possiblePreparations } from "../../src/engine/preparation/resolve.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { Looking, preparedOf } from "../../src/engine/subject.ts";
import { describePreparation, preparedWords, type Sidecar } from "../../src/shared/preparation.ts";
import { samplesFolder } from "./support/engine.ts";
import { elementTypes, float, integers, node, onnxFile, value, weight, type Parts } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const perChannel = (name: string, values: readonly number[]) => weight(name, [1, values.length, 1, 1], values);

/** A small classifier behind nodes of its own, which make "ready" of "x". */
function classifier(
  before: Parts["nodes"],
  { weights = [], input = value("x", [1, 3, 6, 6]) }: { weights?: Parts["weights"]; input?: Parts["inputs"][number] },
): string {
  return onnxFile({
    nodes: [
      ...before,
      node("Conv", ["ready", "kernel"], "maps"),
      node("GlobalAveragePool", ["maps"], "pooled"),
      node("Flatten", ["pooled"], "scores"),
    ],
    weights: [weight("kernel", [4, 3, 1, 1], random(1, 12)), ...weights],
    inputs: [input],
    outputs: [value("scores", [1, 4])],
  });
}

/** "RGB, 0 to 255": the ways that are left, without what is the same for all. */
function left(path: string, sidecar?: Sidecar): readonly string[] {
  const { picture } = openOnnx(path);
  if (!picture) return assert.fail("it takes a picture");
  const { candidates } = possiblePreparations(path, picture, sidecar, {});
  return candidates.map((one) => describePreparation(one).replace("6 × 6, whole photo, ", ""));
}

const whole = (high: 1 | 255) => [`RGB, 0 to ${high}`, `BGR, 0 to ${high}`];
const [mean, deviation] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
];

describe("what a network implies of its photos", () => {
  const normalizing = (given: readonly number[], divisor: readonly number[]) =>
    classifier([node("Sub", ["x", "mean"], "centered"), node("Div", ["centered", "deviation"], "ready")], {
      weights: [perChannel("mean", given), perChannel("deviation", divisor)],
    });

  it("is that of a usual one nothing, so that all ways are tried", () => {
    const plain = classifier([node("Identity", ["x"], "ready")], {});
    assert.equal(left(plain).length, 8);
    const { picture } = openOnnx(plain);
    assert.deepEqual([picture?.dtype, picture?.arithmetic], ["float32", undefined]);
  });

  it("is whole pixels where its input holds integers", () => {
    const of = (type: keyof typeof elementTypes) =>
      classifier([node("Cast", ["x"], "ready", { to: elementTypes.float32 })], {
        input: value("x", [1, 3, 6, 6], type),
      });
    assert.deepEqual(left(of("uint8")), whole(255));
    assert.deepEqual(left(of("int64")), whole(255));
    assert.deepEqual(left(of("int8")), ["RGB, -128 to 127", "BGR, -128 to 127"]);
    assert.equal(left(of("float16")).length, 8);
    assert.deepEqual(left(of("uint8"), { input: { color: "BGR" } }), ["BGR, 0 to 255"]);
  });

  it("is what they were before it normalizes them", () => {
    assert.deepEqual(left(normalizing(mean, deviation)), ["RGB, 0 to 1"]);
    const bytes = (list: readonly number[]) => list.map((n) => 255 * n);
    assert.deepEqual(left(normalizing(bytes(mean), bytes(deviation))), ["RGB, 0 to 255"]);
    assert.deepEqual(left(normalizing([104, 117, 123], [1, 1, 1])), ["BGR, 0 to 255"]);
    assert.deepEqual(left(normalizing([0.4377, 0.4438, 0.4728], [0.2, 0.2, 0.2])), whole(1)); // SVHN's
    assert.deepEqual(left(normalizing([127.5], [127.5])), whole(255));
    assert.deepEqual(left(normalizing([127], [128])), whole(255));
    assert.deepEqual(left(normalizing([0.5], [0.5])), whole(1));
  });

  it("is read through what turns and converts pixels, in as many steps as the file has", () => {
    const steps = classifier(
      [
        node("Transpose", ["x"], "turned", { perm: [0, 3, 1, 2] }),
        node("Constant", [], "byte", { value_float: float(1 / 255) }),
        node("Cast", ["turned"], "floats", { to: elementTypes.float32 }),
        node("Mul", ["byte", "floats"], "unit"),
        node("Shape", ["unit"], "asked"),
        node("Add", ["unit", "shift"], "centered"),
        node("Div", ["centered", "deviation"], "ready"),
      ],
      {
        weights: [
          perChannel(
            "shift",
            mean.map((m) => -m),
          ),
          perChannel("deviation", deviation),
        ],
        input: value("x", [1, 6, 6, 3]),
      },
    );
    assert.deepEqual(left(steps), ["RGB, 0 to 255, channels last"]);
    const scaled = (op: "Mul" | "Div", by: number) =>
      classifier([node(op, ["x", "by"], "ready")], { weights: [weight("by", [], [by])] });
    assert.deepEqual(left(scaled("Div", 255)), whole(255));
    assert.deepEqual(left(scaled("Mul", 1 / 256)), whole(255));
    assert.deepEqual(left(scaled("Mul", 255)), whole(1));
  });

  it("is nothing where that is no way to normalize photos", () => {
    const all = 8;
    assert.equal(left(normalizing(mean, [2.2, 2.2, 2.2])).length, all, "another factor");
    assert.equal(left(normalizing([0.065, 0.196, 0.418], [1, 1, 1])).length, all, "Inception's own step");
    assert.equal(left(normalizing([-1], [2])).length, all, "from −1 to 1 to 0 to 1");
    assert.equal(left(normalizing([0], [3])).length, all, "a scale of its own");
    const fromConstant = (op: "Sub" | "Div") =>
      classifier([node(op, ["one", "x"], "ready")], { weights: [weight("one", [], [1])] });
    assert.equal(left(fromConstant("Sub")).length, all, "the negative");
    assert.equal(left(fromConstant("Div")).length, all, "the reciprocal");
    const branched = [node("Div", ["x", "by"], "unit"), node("Add", ["unit", "x"], "ready")];
    assert.equal(left(classifier(branched, { weights: [weight("by", [], [255])] })).length, all, "two read the photo");
    const computed = [node("Floor", ["by"], "whole"), node("Div", ["x", "whole"], "ready")];
    assert.equal(left(classifier(computed, { weights: [weight("by", [], [255])] })).length, all, "by what is computed");
    const wide = [node("Sub", ["x", "wide"], "ready")];
    const picture = weight("wide", [1, 3, 6, 6], new Float32Array(108).fill(0.5));
    assert.equal(left(classifier(wide, { weights: [picture] })).length, all, "of a whole picture");
    const counted = [node("Cast", ["x"], "ready", { to: elementTypes.float32 })];
    assert.equal(left(classifier(counted, { weights: [integers("none", [255])] })).length, all, "nothing but a type");
  });

  it("is overruled by the sidecar and by the file's own words", () => {
    const path = normalizing(mean, deviation);
    assert.deepEqual(left(path, { input: { range: [0, 255] } }), ["RGB, 0 to 255"]);
    assert.deepEqual(left(path, { input: { color: "BGR" } }), ["BGR, 0 to 1"]);
    assert.deepEqual(left(path, { input: { mean: [127.5], deviation: [127.5], color: "RGB" } }), [
      "RGB, 0 to 255, (x − 127.5) / 127.5",
    ]);
    const { picture } = openOnnx(path);
    const said = { range: [0, 255], mean: [1], deviation: [2] } as const;
    const { candidates } = possiblePreparations(path, picture ?? assert.fail(), undefined, said);
    assert.deepEqual(
      candidates.map(({ range, mean: [m], deviation: [d] }) => [range, m, d]),
      [[[0, 255], 1, 2]],
    );
  });

  it("needs no photo, and where samples had to judge their having done so is said", async () => {
    const without = async (model: string) => {
      const prepared = preparedOf(await new Looking(samplesIn(samplesFolder)).seeSample({ model }));
      return prepared ? preparedWords(prepared) : assert.fail("a sample is prepared");
    };
    assert.equal(await without(normalizing(mean, deviation)), "6 × 6, whole photo, RGB, 0 to 1");
    assert.match(
      await without(classifier([node("Identity", ["x"], "ready")], {})),
      / \(guessed by the sample photos\)$/,
    );
  });
});
