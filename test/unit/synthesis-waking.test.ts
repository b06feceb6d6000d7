import assert from "node:assert/strict";
import { join } from "node:path";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { upToOne } from "./support/pictures.ts";

const model = join(samplesFolder, "squeezenet1.1.onnx");

describe("pictures of a channel that nothing wakes at first", function () {
  this.timeout(120_000);

  it("raise what goes into the rectifier of a channel that nothing wakes, and go on raising it", async () => {
    for (const pictures of [1, 2]) {
      const parameters = { size: 64, steps: 24, pictures, diversity: 0 };
      const request = {
        technique: "neuron-visualization",
        model,
        layer: "conv1",
        channel: 7,
        parameters,
        checkpoints: true,
      };
      const { finished, notes, frames } = await made(request);
      assert.match(
        notes.map(({ text }) => text).join(),
        /Channel 7 of conv1 has not fired so far: what goes into its activation function is raised/,
      );
      assert.match(notes[0]?.text ?? "", /Nothing of the picture activated it at first/);
      const standing = new Map(notes.map(({ key, text }) => [key, text]));
      assert.doesNotMatch([...standing.values()].join(), /activated it/, "not when it was given up to wake it");
      const anew = frames.findLast(({ step }) => step === 1)!;
      assert.equal(finished.objective[0], anew.objective);
      assert.ok(anew.objective < 0 && finished.objective[1] > anew.objective + 5, finished.objective.join());
      const { checkpoint } = frames.findLast(({ step }) => step === 20)!;
      const rest = await made({ ...request, from: checkpoint! });
      assert.deepEqual(
        rest.frames.map(({ step }) => step),
        [21, 22, 23, 24],
      );
      assert.ok(rest.finished.objective[1] > anew.objective + 5, rest.finished.objective.join());
    }
  });

  it("wake a channel all over the picture where nothing woke it, the same with a pause in the midst of that", async () => {
    const parameters = { size: 64, steps: 128 };
    const request = {
      technique: "neuron-visualization",
      model,
      layer: "conv1",
      channel: 21,
      parameters,
      checkpoints: true,
    };
    const { finished, notes, frames, floats } = await made(request);
    assert.match(notes.map(({ text }) => text).join(), /Nothing of the picture activated it at first/);
    assert.equal(frames[0]?.objective, 0);
    // 124 where its own mean is climbed from the first place on that wakes: elsewhere that has no slope.
    assert.ok(finished.objective[1] > 160, finished.objective.join());
    const { checkpoint } = frames.findLast(({ step }) => step === 6)!;
    assert.equal(checkpoint?.state?.asleep, 0);
    assert.deepEqual((await made({ ...request, from: checkpoint })).floats.data, floats.data);
  });

  it("lower what goes into the rectifier where no weight is above zero, and call it so nowhere else", async () => {
    const request = { technique: "neuron-visualization", model, layer: "conv1", parameters: { steps: 24, size: 64 } };
    const asleep = { name: "conv1", channel: 7 };
    const of = async (...weights: readonly number[]) =>
      made({ ...request, layers: weights.map((weight) => ({ ...asleep, weight })) });
    const lowered = await of(-1);
    const remarks = lowered.notes.map(({ text }) => text).join();
    assert.doesNotMatch(remarks, /raised/);
    assert.ok(
      lowered.finished.objective[1] > lowered.finished.objective[0] + 5,
      "what goes in has a slope from the start",
    );
    const least = await made({ ...request, channel: 7, parameters: { ...request.parameters, sign: "least" } });
    assert.deepEqual(lowered.finished.objective, least.finished.objective);
    const several = await of(1, 2);
    assert.match(several.notes.map(({ text }) => text).join(), /what goes into their activation functions is raised/);
    const both = await of(2, -1);
    assert.match(both.notes.map(({ text }) => text).join(), /what goes into the ReLUs is raised or lowered, by/);
  });

  const preparation = upToOne(32);
  /** Of 7 · (red + green + blue) and a bias: a grey picture is about 10.5 before that. */
  const hard: Readonly<Record<string, readonly Uint8Array[]>> = {
    HardSwish: [node("HardSwish", ["c"], "r")],
    "x · HardSigmoid(x)": [node("HardSigmoid", ["c"], "s"), node("Mul", ["c", "s"], "r")],
    "x · clip(x + 3, 0, 6) / 6": [
      node("Add", ["c", "three"], "a"),
      node("Clip", ["a", "none", "six"], "gate"),
      node("Mul", ["c", "gate"], "m"),
      node("Div", ["m", "six"], "r"),
    ],
    HardSigmoid: [node("HardSigmoid", ["c"], "r")],
    "a Clip from −1 to 6": [node("Clip", ["c", "one below", "six"], "r")],
  };
  const behind = (nodes: readonly Uint8Array[], bias: number, steepness = 7) =>
    onnxFile({
      nodes: [node("Conv", ["x", "k", "b"], "c"), ...nodes],
      weights: [
        weight("k", [1, 3, 1, 1], [steepness, steepness, steepness]),
        weight("b", [1], [bias]),
        weight("three", [], [3]),
        weight("six", [], [6]),
        weight("none", [], [0]),
        weight("one below", [], [-1]),
      ],
      inputs: [value("x", [1, 3, 32, 32])],
      outputs: [value("r", [1, 1, 32, 32])],
    });

  for (const [name, nodes] of Object.entries(hard)) {
    const request = { technique: "neuron-visualization", layer: "r", channel: 0, preparation };
    const shut = behind(nodes, -15.5);
    for (const of of ["channel", "unit"])
      for (const method of ["fourier", "l2"])
        it(`wake a ${of} of ${name} that begins far below zero, by ${method}`, async () => {
          const parameters = {
            of,
            method,
            steps: method === "l2" ? 128 : 256,
            size: 32,
            ...(method === "l2" && { l2: 0 }),
          };
          const { finished, notes } = await made({ ...request, model: shut, parameters });
          assert.ok(finished.objective[1] > 0.4, finished.objective.join());
          assert.match(notes.map(({ text }) => text).join(), /Nothing of the picture activated it at first/);
        });

    it(`lower what ${name} gives, which has a least of its own, and not what goes in`, async () => {
      const parameters = { sign: "least", steps: 32, size: 32 };
      const { finished } = await made({ ...request, model: behind(nodes, -10.5), parameters });
      const [before, after] = finished.objective.map((each) => -each) as [number, number]; // least is lowered
      const least = { HardSigmoid: 0, "a Clip from −1 to 6": -1 }[name] ?? -0.625;
      assert.ok(after >= least && after < before, `${before} → ${after}`);
    });
  }

  /** A grey picture is so far below zero. */
  const below = (nodes: readonly Uint8Array[], start: number, steepness: number) =>
    behind(nodes, start - 1.5 * steepness, steepness);
  const { HardSigmoid: _, "a Clip from −1 to 6": _clip, ...swishes } = hard;
  for (const [name, nodes] of Object.entries(swishes)) {
    const request = { technique: "neuron-visualization", layer: "r", channel: 0, preparation, checkpoints: true };

    it(`raise ${name} through the valley before zero, for as long as that takes`, async () => {
      const model = below(nodes, -20, 112);
      const { finished } = await made({ ...request, model, parameters: { steps: 24, size: 32 } });
      // 8.5 where it was left to fall back.
      assert.ok(finished.objective[1] > 10, finished.objective.join());
    });

    it(`raise what goes into ${name} where the steps for that are too few, the same with a pause in the valley`, async () => {
      const asked = { ...request, model: below(nodes, -5, 7), parameters: { steps: 64, size: 32 } };
      const { finished, notes, frames, floats } = await made(asked);
      assert.match(notes.map(({ text }) => text).join(), /Channel 0 of r has not fired so far/);
      const [first, last] = finished.objective;
      assert.ok(first < -4.5 && last > first + 3, `${first} → ${last}`);
      for (const [step, isSecondWay] of [
        [8, undefined],
        [48, true],
      ] as const) {
        const { checkpoint, objective } = frames[isSecondWay ? "findLast" : "find"]((frame) => frame.step === step)!;
        assert.equal(checkpoint?.state?.isSecondWay, isSecondWay);
        if (isSecondWay) assert.ok(objective > -3 && objective < -1.5, `${objective}`);
        assert.deepEqual((await made({ ...asked, from: checkpoint! })).floats.data, floats.data);
      }
    });
  }

  it("say that nothing has risen yet where the steps end before it does", async () => {
    const request = { technique: "neuron-visualization", layer: "r", channel: 0, preparation };
    const { notes } = await made({
      ...request,
      model: below(hard.HardSwish!, -20, 7),
      parameters: { steps: 4, size: 32 },
    });
    assert.match(
      notes.at(-1)?.text ?? "",
      /^Channel 0 of r had not risen before the last step: more steps may help\.$/,
    );
  });

  it("are refused where nothing that a channel is made of changes with the picture", async () => {
    const dead = onnxFile({
      nodes: [node("Conv", ["x", "k", "b"], "c"), node("Relu", ["c"], "fires")],
      weights: [weight("k", [2, 3, 1, 1], [1, 1, 1, 0, 0, 0]), weight("b", [2], [1, -1])],
      inputs: [value("x", [1, 3, 32, 32])],
      outputs: [value("fires", [1, 2, 32, 32])],
    });
    const request = { technique: "neuron-visualization", model: dead, layer: "fires", parameters: { steps: 2 } };
    await made({ ...request, channel: 0 });
    await assert.rejects(
      made({ ...request, channel: 1 }),
      /^NotApplicable: Channel 1 of fires does not change with the picture: it is dead here\. Choose another channel\.$/,
    );
  });

  it("are refused with the steps that were tried where those wake nothing", async () => {
    const parameters = { steps: 24, size: 32 };
    const request = { technique: "neuron-visualization", layer: "r", channel: 0, preparation, parameters };
    const never = onnxFile({
      nodes: [
        node("Conv", ["x", "k", "far below"], "c"),
        node("Relu", ["c"], "shut"),
        node("Add", ["shut", "one below"], "s"),
        node("Relu", ["s"], "r"),
      ],
      weights: [weight("k", [1, 3, 1, 1], [7, 7, 7]), weight("far below", [1], [-500]), weight("one below", [], [-1])],
      inputs: [value("x", [1, 3, 32, 32])],
      outputs: [value("r", [1, 1, 32, 32])],
    });
    await assert.rejects(
      made({ ...request, model: never }),
      /^NotApplicable: Channel 0 of r is still dead after 16 steps with the redirected gradient\. Choose another channel\.$/,
    );
  });
});

describe("pictures of a class of which nothing is active at first", function () {
  this.timeout(60_000);
  const side = 32;

  /** The class's score is how far the mean of so many pixels a side is above grey, which photos' mean colour is not, and more. */
  const shut = (pixels: number, steepness: number, more: number) =>
    onnxFile({
      nodes: [
        node("Conv", ["x", "k", "b"], "c", { strides: [pixels, pixels] }),
        node("Relu", ["c"], "r"),
        node("GlobalAveragePool", ["r"], "p"),
        node("Flatten", ["p"], "f"),
        node("Gemm", ["f", "w"], "s"),
        node("Softmax", ["s"], "y"),
      ],
      weights: [
        weight("k", [1, 3, pixels, pixels], new Float32Array(3 * pixels ** 2).fill(steepness / 3 / pixels ** 2)),
        weight("b", [1], [-steepness / 2 - more]),
        weight("w", [1, 2], [4, 0]),
      ],
      inputs: [value("x", [1, 3, side, side])],
      outputs: [value("y", [1, 2])],
    });
  const request = { target: 0, preparation: upToOne(side) };

  it("are climbed by the redirected gradient until something is, the same with a pause on the way", async () => {
    const parameters = { method: "l2", l2: 0, steps: 96, size: side };
    const asked = {
      ...request,
      technique: "class-visualization",
      model: shut(8, 20, 1),
      parameters,
      checkpoints: true,
    };
    const { finished, frames, notes, floats } = await made(asked);
    assert.match(notes.map(({ text }) => text).join(), /it is redirected \(Lucid\) at first/);
    assert.equal(frames[20]?.objective, frames[0]?.objective, "16 steps were not enough");
    assert.ok(finished.objective[1] > finished.objective[0] + 2, finished.objective.join());
    const { checkpoint } = frames[20]!;
    assert.deepEqual((await made({ ...asked, from: checkpoint! })).floats.data, floats.data);
  });

  it("are refused where half the steps wake nothing", async () => {
    const parameters = { method: "l2", l2: 0, steps: 64, size: side };
    await assert.rejects(
      made({ ...request, technique: "class-visualization", model: shut(8, 20, 50), parameters }),
      /^NotApplicable: The score, and log-probability, of 0 is still dead after 32 steps with the redirected gradient\.$/,
    );
  });

  it("fool a network that 16 steps do not wake", async () => {
    const { notes } = await made({
      ...request,
      technique: "fooling-image",
      model: shut(side, 400, 0),
      parameters: {},
    });
    assert.match(notes.find(({ key }) => key === "verdict")?.text ?? "", /^The network takes it for 0 with (99|> 99)/);
  });
});
