import assert from "node:assert/strict";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import type { DreamSettings, DreamUpdate } from "../../src/shared/dream-panel.ts";
import type { Given } from "../../src/shared/parameters.ts";
import { stays } from "../../src/host/dream-notes.ts";
import type { Recipe } from "../../src/shared/synthesis.ts";
import type { Note } from "../../src/shared/updates.ts";
import { climbed } from "../../webview/dream/climbed.ts";
import { differences } from "../../webview/dream/differences.ts";
import { withinLayer } from "../../webview/dream/layer-bounds.ts";
import { narration } from "../../webview/dream/narrate.ts";
import type { Session } from "../../webview/dream/session.ts";
import type { View } from "../../webview/dream/view.ts";
import { endOf, objectiveText, phaseText, recipeText, told } from "../../webview/dream/words.ts";
import { summaryOf } from "../../webview/dream/summary.ts";

const cards = synthesisCards();
const cardOf = (technique: string) => cards.find(({ id }) => id === technique);

describe("what the Dream panel says is climbed", () => {
  const of = (technique: string, more: Partial<Recipe> = {}) => {
    const recipe = { technique, layer: "fire6/concat", parameters: {}, ...more } as Recipe; // as far as it is read
    return climbed(recipe, cardOf(technique));
  };
  const nameOf = (...given: Parameters<typeof of>) => of(...given)?.name;
  const layers = [
    { name: "fire3/concat", weight: 1 },
    { name: "fire5/concat", weight: -0.5, channel: 2 },
  ];
  const parameters = (given: Given) => ({ parameters: given });

  for (const [technique, more, name] of [
    ["deep-dream", {}, "Half the mean square of fire6/concat"],
    ["deep-dream", { channel: 5 }, "Mean of channel 5 of fire6/concat"],
    ["deep-dream", parameters({ guide: "sea.png" }), "Dot product of fire6/concat with sea.png"],
    ["deep-dream", parameters({ guide: "sea.png", compare: "cosine" }), "Cosine of fire6/concat with sea.png"],
    ["deep-dream", { layers }, "Sum over 2 layers, by weight"],
    ["deep-dream", { layers: layers.slice(1) }, "−0.5 × mean of channel 2 of fire5/concat"],
    ["neuron-visualization", {}, "Mean of channel 0 of fire6/concat"],
    [
      "neuron-visualization",
      { channel: 7, ...parameters({ sign: "least" }) },
      "Minus mean of channel 7 of fire6/concat",
    ],
    [
      "neuron-visualization",
      { channel: 7, ...parameters({ sign: "both" }) },
      "Mean of channel 7 of fire6/concat, then minus that",
    ],
    ["neuron-visualization", parameters({ of: "unit" }), "Channel 0 of fire6/concat at its centre"],
    [
      "neuron-visualization",
      { place: [2, 3], ...parameters({ of: "unit" }) },
      "Channel 0 of fire6/concat at row 2, column 3",
    ],
    ["neuron-visualization", parameters({ of: "layer" }), "Half the mean square of fire6/concat"],
    [
      "neuron-visualization",
      parameters({ of: "direction", along: "sea.png" }),
      "Product of fire6/concat with the direction of sea.png",
    ],
    ["feature-grid", {}, "Mean of each picture's channel of fire6/concat"],
    ["class-visualization", { label: "tabby, tabby cat" }, "Score and log-probability of tabby"],
    ["class-reconstruction", { label: "tabby, tabby cat" }, "Score and log-probability of tabby"],
    ["class-visualization", { label: "tabby", ...parameters({ score: "logit" }) }, "Score of tabby"],
    ["class-visualization", { label: "tabby", ...parameters({ score: "probability" }) }, "Probability of tabby"],
    [
      "class-visualization",
      { label: "tabby", ...parameters({ score: "log-probability" }) },
      "Logarithm of the probability of tabby",
    ],
    ["adversarial-example", {}, "Log-odds against the photo's class"],
    ["adversarial-example", { label: "goldfish", target: 1 }, "Log-odds of goldfish"],
    ["fooling-image", { label: "goldfish", target: 1 }, "Log-odds of goldfish"],
    ["inversion", {}, "Minus the squared distance in fire6/concat"],
    ["inversion", { layers: layers.slice(0, 1) }, "Minus the squared distance in fire3/concat"],
    ["inversion", parameters({ row: "all" }), "Minus the squared distance in each layer"],
  ] as const)
    // prettier-ignore
    it(`of ${technique}, ${JSON.stringify(more)}, is named`, () => assert.equal(nameOf(technique, more), name));

  it("names each of several layers with its weight", () => {
    const { meaning } = of("deep-dream", { layers })!;
    assert.equal(meaning, "1 × half the mean square of fire3/concat; −0.5 × mean of channel 2 of fire5/concat.");
  });

  it("is what goes into a rectifier only where a channel or a unit is lowered", () => {
    const meaningOf = (more: Partial<Recipe>) => of("neuron-visualization", more)!.meaning;
    const least = (given: Given) => meaningOf(parameters({ sign: "least", along: "sea.png", ...given }));
    for (const each of ["channel", "unit"]) {
      assert.match(least({ of: each }), /with the other sign, of what goes into its ReLU where it has one\.$/);
      assert.doesNotMatch(least({ of: each }), /As long as nothing activates/);
    }
    for (const each of ["layer", "direction"]) assert.match(least({ of: each }), /falls: it is climbed with the other sign\.$/); // prettier-ignore
    assert.match(meaningOf(parameters({ sign: "both" })), /As long as nothing activates .* where it has one\.$/);
    const lowered = meaningOf({ layers: [{ name: "fire5/concat", weight: -1, channel: 2 }] });
    assert.match(lowered, /It is lowered: of what goes into its ReLU where it has one\.$/);
    assert.doesNotMatch(lowered, /As long as nothing activates/);
  });

  it("is known of every technique that climbs something", () => {
    const unknown = cards.filter(({ id }) => !nameOf(id)).map(({ id }) => id);
    assert.deepEqual(unknown, ["style-network"]);
  });
});

describe("what the Dream panel says of a picture", () => {
  const of = (technique: string, more: Partial<Recipe>) => {
    const recipe = { technique, model: "m.onnx", parameters: {}, seed: 7, ...more } as Recipe; // as far as it is read
    return recipeText(recipe, cardOf(technique));
  };

  it("is of which photo, and in whose style", () => {
    const parameters = { style: "coffee.png" };
    const styled = of("style-transfer", { image: "cat.png", layer: "a", parameters });
    assert.equal(styled, "Style transfer of cat.png in the style of coffee.png by m.onnx at a · seed 7");
    assert.equal(of("deep-dream", { image: "cat.png", layer: "a" }), "DeepDream of cat.png by m.onnx at a · seed 7");
  });

  it("is from which photo another class was made of it", () => {
    const asked = { target: 967, label: "espresso" };
    const fooling = of("fooling-image", { ...asked, parameters: { photo: "cat.png" } });
    assert.equal(fooling, "Fooling image from cat.png, espresso, by m.onnx · seed 7");
    const anew = of("fooling-image", { ...asked, parameters: { photo: "" } });
    assert.equal(anew, "Fooling image, espresso, by m.onnx · seed 7");
  });
});

describe("what the Dream panel says of a technique", () => {
  const settings: DreamSettings = { technique: "feature-grid", model: "/m.onnx", parameters: {}, seed: 0 };
  const layersOf = [{ name: "fire5/concat", value: "x5", shape: [1, 27, 27, 256], maps: [256, 27, 27] }];
  const of = (given: Partial<DreamSettings>, layerUsed?: string) => {
    const subject = { card: { layers: layersOf } };
    const state = layerUsed === undefined ? {} : { layerUsed };
    const technique = cardOf(given.technique ?? settings.technique);
    const session = { technique, settings: { ...settings, ...given }, state, subject };
    return summaryOf(session as unknown as Session); // as far as it is read
  };
  const { summary } = cardOf("feature-grid")!;

  it("is of how many of a layer's channels a picture is made, where that is known", () => {
    assert.equal(of({ layer: "fire5/concat" }), `${summary} Here: 36 of the 256 channels, 0 to 35, of fire5/concat.`);
    assert.equal(of({}, "fire5/concat"), `${summary} Here: 36 of the 256 channels, 0 to 35, of fire5/concat.`);
    const parameters = { first: 250 };
    assert.match(of({ layer: "x5", parameters }), / Here: 6 of the 256 channels, 250 to 255, of fire5\/concat\.$/);
    assert.match(of({ layer: "x5", parameters: { count: "all" } }), / Here: all 256 channels of fire5\/concat\.$/);
    assert.match(of({ layer: "x5", parameters: { first: 3, count: 1 } }), / Here: 1 of the 256 channels, 3, of/);
  });

  it("is what it makes, where that is not", () => {
    assert.equal(of({}), summary, "before it has chosen a layer");
    assert.equal(of({ layer: "x5", parameters: { first: 256 } }), summary);
    const dream = cardOf("deep-dream")!;
    assert.equal(of({ technique: "deep-dream", layer: "fire5/concat" }), dream.summary);
  });
});

describe("what an earlier frame of the Dream panel was made with", () => {
  const then: DreamSettings = {
    technique: "deep-dream",
    model: "/m/squeezenet1.1.onnx",
    image: "/p/cat.png",
    parameters: {},
    seed: 0,
  };
  const told = (now: Partial<DreamSettings>, from = then, isGoneOnFrom = false) =>
    differences({ settings: { ...then, ...now }, techniques: cards, subject: undefined }, from, isGoneOnFrom);

  it("is told as far as something else is chosen by now, in the form's words", () => {
    assert.deepEqual(told({}), []);
    assert.deepEqual(told({ parameters: { steps: 3, octaves: 4 }, seed: 7 }), [
      "Steps per octave 10 (now 3)",
      "Seed 0 (now 7)",
    ]);
    assert.deepEqual(told({ image: "/p/sea.png", layer: "fire6/concat", channel: 3 }), [
      "Photo cat.png (now sea.png)",
      "Layer automatic (now fire6/concat)",
      "Channel not chosen (now 3)",
    ]);
    assert.deepEqual(told({ parameters: { guide: "/g/sea.png" } }), ["Towards a picture none (now sea.png)"]);
    const octaves = { parameters: { octaves: 3, jitter: 16 } };
    assert.deepEqual(told(octaves), ["Octaves 4 (now 3)", "Jitter, pixels 32 (now 16)"]);
    const onTheWay = ["Octaves 4 (3 from the next start on)", "Jitter, pixels 32 (now 16)"];
    assert.deepEqual(told(octaves, then, true), onTheWay, "what counts from the start stays on the way");
    const layers = [{ name: "fire5/concat", weight: 1 }, { name: "fire8/concat", weight: -0.5, channel: 12 }]; // prettier-ignore
    assert.deepEqual(told({ layers }), ["Layers none (now fire5/concat, fire8/concat 12 × −0.5)"]);
  });

  it("by another technique is told by that one's name: its parameters are others", () => {
    assert.deepEqual(told({ technique: "style-transfer", parameters: { steps: 3 } }), [
      "Technique DeepDream (now Style transfer)",
    ]);
  });

  it("says nothing of parameters that have no say", () => {
    const technique = "adversarial-example";
    const fgsm = { ...then, technique, parameters: { attack: "fgsm", steps: 3 } };
    assert.deepEqual(told({ technique, parameters: { attack: "fgsm" } }, fgsm), []);
  });
});

describe("what the Dream panel's form asks for of a layer's channels", () => {
  const grid = cardOf("feature-grid")!.parameters;

  it("goes as far as that layer does, and no further than the technique", () => {
    const of = (channels: number | undefined) => {
      const { first, count } = withinLayer(grid, channels);
      return [first, count].map((one) => one && "max" in one && one.max);
    };
    assert.deepEqual(of(256), [255, 256]);
    assert.deepEqual(of(8192), [8191, 4096]);
    assert.deepEqual(of(3), [2, 36], "the default stays possible");
    assert.equal(withinLayer(grid, undefined), grid);
    const others = cardOf("deep-dream")!.parameters;
    assert.equal(withinLayer(others, 3), others);
  });
});

describe("what the Dream panel says of a picture that grows", () => {
  it("it says no more once that is through", () => {
    const other: Note = { kind: "note", key: "verdict", title: "", level: "good", text: "It is a cat." };
    const notes = [stays(["“Octaves” stays 4"]), other];
    for (const phase of ["waiting", "running", "paused", "interrupted"] as const)
      assert.deepEqual(told({ notes, phase }), notes, phase);
    for (const phase of ["finished", "stopped"] as const) assert.deepEqual(told({ notes, phase }), [other], phase);
  });

  it("is where a recipe ends, of each of its stages, and that it ended there", () => {
    const stateOf = (done: number, settings: object, more: object = {}) =>
      ({ state: { phase: "stopped", settings, progress: { done, ...more } } }) as unknown as Session; // as far as it is read
    const settings = { before: [{ until: { done: 12 } }], until: { done: 108 } };
    assert.equal(endOf(stateOf(3, settings, { playing: { stage: 1, stages: 2 } })), 12);
    assert.equal(endOf(stateOf(3, settings, { playing: { stage: 2, stages: 2 } })), 108);
    assert.equal(endOf(stateOf(3, { until: { done: 108 } })), 108);
    assert.equal(endOf(stateOf(3, {})), undefined);
    const stopped = "Stopped; the picture is kept";
    assert.equal(phaseText(stateOf(108, { until: { done: 108 } })), "The recipe ends here");
    assert.equal(phaseText(stateOf(50, { until: { done: 108 } })), stopped, "by a person");
    assert.equal(phaseText(stateOf(50, {})), stopped);
    assert.equal(phaseText({ state: { phase: "stopped", settings: {} } } as unknown as Session), stopped);
  });

  it("is no probability of 1 that it has not", () => {
    assert.deepEqual([0.9994, 0.9997, 1, 1.00004, -0.9997].map(objectiveText), ["0.999", "> 0.999", "1", "1", "−1"]);
  });
});

describe("what the Dream panel says aloud", () => {
  it("is each phase, and each thing that is waited for, once", () => {
    const heard: string[] = [];
    const session: { state?: Partial<DreamUpdate> } = {};
    const view = { session, announce: (text: string) => heard.push(text) } as unknown as View; // as far as it is asked
    const narrate = narration(view);
    const say = (state: Partial<DreamUpdate>) => {
      session.state = state;
      narrate();
    };
    say({ phase: "waiting" });
    for (const [title, more] of [
      ["Grad-CAM of cat.png", 2],
      ["Grad-CAM of cat.png", 2],
      ["Grad-CAM of cat.png", 1],
      ["occlusion of cat.png", 0],
    ] as const)
      say({ phase: "waiting", waitsFor: { title, more } });
    say({ phase: "paused" });
    say({ phase: "waiting" });
    say({ phase: "paused", canceled: true });
    assert.deepEqual(heard, [
      "Getting ready…",
      "Waiting for Grad-CAM of cat.png, and 2 more",
      "Waiting for Grad-CAM of cat.png, and one more",
      "Waiting for occlusion of cat.png",
      "Paused",
      "Getting ready…",
      "Cancelled",
    ]);
  });
});
