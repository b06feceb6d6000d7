import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { decode, type DecodedPhoto } from "../../src/engine/images/decode.ts";
import { prepare } from "../../src/engine/images/prepare.ts";
import { candidates } from "../../src/engine/preparation/candidates.ts";
import { choicesOn, entropy, likeliest, type Outcome } from "../../src/engine/preparation/choose.ts";
import { labelsFor } from "../../src/engine/preparation/labels.ts";
import { possiblePreparations } from "../../src/engine/preparation/resolve.ts";
import { readSidecar } from "../../src/engine/preparation/sidecar.ts";
import { describePreparation, type InputShape } from "../../src/shared/preparation.ts";
import type { FloatTensor } from "../../src/shared/tensor.ts";

const samples = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const input: InputShape = {
  name: "x",
  layout: "NCHW",
  channels: 3,
  height: 224,
  width: 224,
  written: [1, 3, 224, 224],
};
const [ESPRESSO, EGYPTIAN_CAT] = [967, 285];

const softmax = (scores: Float32Array): Float32Array => {
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};

describe("the built-in networks", function () {
  this.timeout(120_000);
  let photos: Record<"coffee.png" | "cat-chelsea.png" | "rocket.jpg", DecodedPhoto>;
  before(async () => {
    const [coffee, cat, rocket] = await Promise.all(
      ["coffee.png", "cat-chelsea.png", "rocket.jpg"].map((name) => decode(samples(name))),
    );
    photos = { "coffee.png": coffee!, "cat-chelsea.png": cat!, "rocket.jpg": rocket! };
  });

  const networks = {
    // Half a unit of 255 apart, and within a thousandth of the same scale: no photo tells these two from each other.
    "efficientnet-lite0.onnx": {
      raw: true,
      right: [/RGB, 0 to 255, \(x − 127\) \/ 128$/, /RGB, 0 to 255, \(x − 127.5\) \/ 127.5$/],
    },
    "squeezenet1.1.onnx": { raw: false, right: [/BGR, 0 to 255$/] },
  };
  for (const [name, { raw, right }] of Object.entries(networks))
    describe(name, () => {
      let session: InferenceSession;
      before(async () => (session = await InferenceSession.create(samples(name), { intraOpNumThreads: 2 })));
      after(() => session.release());
      const classify = async ({ data, shape }: FloatTensor): Promise<Outcome> => {
        const results = await session.run({ [session.inputNames[0]!]: new Tensor("float32", data, shape) });
        const scores = results[session.outputNames[0]!]!.data as Float32Array; // both networks answer in float32
        return { scores, probabilities: raw ? softmax(scores) : scores };
      };

      it("say what they should with the preparation beside them", async () => {
        const sidecar = await readSidecar(samples(name));
        const possible = possiblePreparations(samples(name), input, sidecar, {});
        assert.deepEqual([possible.from, possible.candidates.length], ["sidecar", 1]);
        const imagenet = samples("imagenet-labels.txt");
        const { labels } = await labelsFor({
          model: samples(name),
          classes: 1000,
          sidecar,
          described: undefined,
          imagenet,
        });
        for (const [photo, index, label] of [
          ["coffee.png", ESPRESSO, "espresso"],
          ["cat-chelsea.png", EGYPTIAN_CAT, "Egyptian cat"],
        ] as const) {
          const [choice, ...none] = await choicesOn({
            preparations: possible.candidates,
            from: possible.from,
            photo: photos[photo],
            classify,
            labels,
          });
          assert.deepEqual(
            [choice?.from, choice?.top?.index, choice?.top?.label, none.length],
            ["sidecar", index, label, 0],
          );
          assert.ok(choice!.top!.probability > 0.7, `${choice!.top!.probability}`);
        }
      });

      it("have their preparation guessed by the sample photos", async () => {
        const list = candidates(input);
        const preparations = await likeliest({ candidates: list, photos: Object.values(photos), classify });
        assert.ok(
          right.some((words) => words.test(describePreparation(preparations[0]!))),
          preparations.map(describePreparation).join("\n"),
        );
        const photo = photos["rocket.jpg"];
        const choices = await choicesOn({ preparations, from: "guess", photo, labels: [], classify });
        assert.deepEqual(choices[0]!.preparation, preparations[0]);
        assert.equal(choices[0]!.preparation.fit, "stretch");
        assert.deepEqual(
          [choices[1]!.preparation.fit, choices[1]!.preparation.mean],
          ["crop", choices[0]!.preparation.mean],
        );
        assert.equal(choices.length, list.length * 2, "all are listed, each with its crop");
        const outcome = await classify(prepare(photo, choices[0]!.preparation).tensor);
        assert.ok(Math.abs(choices[0]!.entropy - entropy(outcome.probabilities)) < 1e-4);
      });
    });
});

describe("likeliest", () => {
  const photo = { width: 8, height: 8, pixels: Uint8Array.from({ length: 192 }, (_, i) => (i * 29) % 256) };
  const small = { ...input, height: 8, width: 8 };
  const trial = { candidates: candidates(small), photos: [photo] } as const;
  const two = (p: number): Outcome => ({ probabilities: Float32Array.of(p, 1 - p), scores: Float32Array.of(p, -p) });
  const spread = ({ data }: FloatTensor) => Math.max(...data) - Math.min(...data);
  const offer = { from: "guess", photo, labels: ["left", "right"] } as const;

  it("is not fooled by a network that is sure of everything once its input is large", async () => {
    // At 0 to 255 certain of a blank too; at 0 to 1 certain of the photo only.
    const classify = async (tensor: FloatTensor) =>
      two(Math.max(...tensor.data) > 2 ? 0.9999 : spread(tensor) > 0.5 ? 0.99 : 0.5);
    const preparations = await likeliest({ ...trial, classify });
    assert.equal(preparations[0]?.range[1], 1);
    const choices = await choicesOn({ ...offer, preparations, classify });
    assert.ok(
      choices.some(({ entropy: least }) => least < choices[0]!.entropy),
      "the least entropy of all was not taken",
    );
    assert.deepEqual(choices[0]?.top?.label, "left");
  });

  it("takes the more common of equals", async () => {
    assert.deepEqual(await likeliest({ ...trial, classify: async () => two(0.6) }), trial.candidates);
  });

  it("survives networks that overflow", async () => {
    const classify = async ({ data }: FloatTensor) => two(Math.max(...data) > 100 ? NaN : 0.8);
    const preparations = await likeliest({ ...trial, classify });
    const choices = await choicesOn({ ...offer, preparations, classify });
    assert.ok(choices.every((choice) => Number.isFinite(choice.entropy)));
  });

  it("has nothing to say where nothing fits", async () => {
    assert.deepEqual(await likeliest({ ...trial, candidates: [], classify: async () => two(1) }), []);
  });

  it("lists the ways of a network without classes, with nothing that it says", async () => {
    const choices = await choicesOn({ ...offer, preparations: trial.candidates, classify: undefined });
    assert.deepEqual(
      choices.map(({ preparation, top }) => [preparation, top]),
      trial.candidates.map((preparation) => [preparation, undefined]),
    );
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    let looks = 0;
    const classify = async () => {
      if (++looks === 3) controller.abort();
      return two(0.5);
    };
    await assert.rejects(likeliest({ ...trial, classify, signal: controller.signal }), { name: "AbortError" });
    assert.equal(looks, 3);
  });
});

describe("entropy", () => {
  it("is in nats", () => {
    assert.equal(entropy(Float32Array.of(1, 0)), 0);
    assert.ok(Math.abs(entropy(new Float32Array(8).fill(1 / 8)) - Math.log(8)) < 1e-6);
  });
});
