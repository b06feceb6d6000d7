import assert from "node:assert/strict";
import type { OpenedRecipe } from "../../src/shared/dream-panel.ts";
import { recipeWords } from "../../src/shared/opened-recipe.ts";
import { outsideCells } from "../../src/shared/sheet-gaps.ts";
import type { Recipe, SynthesisCard } from "../../src/shared/synthesis.ts";
import { channelOf } from "../../webview/dream/channel-of.ts";
import { networksView } from "../../webview/dream/networks-view.ts";
import { opaque } from "../../webview/dream/opaque.ts";
import type { Session } from "../../webview/dream/session.ts";
import { frameNumber, framePlace, paceText, placeText, recipeText, spanText } from "../../webview/dream/words.ts";
import { positionOf, valueAt } from "../../webview/shared/slider-scale.ts";

const progress = { octave: 2, octaves: 4, step: 3, steps: 20, done: 23, total: 80 };

describe("the Dream panel's words", () => {
  it("say what a picture is made with, each choice made", () => {
    const recipe = { technique: "deep-dream", model: "m.onnx", image: "cat.png", layer: "fire8/concat", channel: 3, parameters: {}, seed: 7 } as Recipe; // prettier-ignore
    const card = { title: "DeepDream" } as SynthesisCard;
    assert.equal(recipeText(recipe, card), "DeepDream of cat.png by m.onnx at fire8/concat, channel 3 · seed 7");
    const { image: _, layer: __, channel: ___, ...plain } = recipe;
    const layers = [
      { name: "a", weight: 1, channel: 3 },
      { name: "b", weight: -0.5 },
    ];
    assert.equal(recipeText({ ...plain, layer: "a", layers }, undefined), "deep-dream by m.onnx at a 3, b × −0.5 · seed 7"); // prettier-ignore
    const common = recipeText({ ...plain, channel: 5, layer: "a", layers }, undefined);
    assert.equal(common, "deep-dream by m.onnx at a 3, b 5 × −0.5 · seed 7", "one channel for all is said of each");
    const several = { label: "Layers of the style", weights: "positive", inPlaceOfLayer: false } as const;
    const style = { title: "Style transfer", several } as SynthesisCard;
    assert.equal(
      recipeText({ ...plain, layer: "c", layers }, style),
      "Style transfer by m.onnx at c, layers of the style a 3, b × −0.5 · seed 7",
    );
    assert.equal(recipeText({ ...plain, label: "tabby, tabby cat" }, undefined), "deep-dream, tabby, by m.onnx · seed 7"); // prettier-ignore
  });

  it("say where a run is, how fast, and how long yet", () => {
    assert.equal(placeText(progress), "Octave 2 of 4 · step 3 of 20");
    assert.equal(placeText({ ...progress, octaves: 1 }), "Step 3 of 20");
    assert.equal(placeText({ ...progress, octaves: 1, inAll: true }), "Step 3 of 20 in all");
    assert.equal(placeText(progress, "picture"), "Picture 2 of 4 · step 3 of 20");
    assert.equal(placeText(progress, "try"), "Try 2 of at most 4 · attack step 3 of 20");
    assert.equal(placeText({ ...progress, octaves: 1 }, "try"), "Step 3 of 20", "of one ε nothing is searched for");
    assert.equal(placeText(progress, "try", true), "Result of 2 tries");
    const making = { picture: 5, pictures: 9, isWhole: false };
    assert.equal(placeText({ ...progress, making }, "picture"), "Picture 5 of 9 · step 3 of 20", "and not twice");
    assert.equal(placeText({ ...progress, octaves: 1, making }), "Picture 5 of 9 · step 3 of 20");
    const playing = { stage: 1, stages: 2 };
    assert.equal(placeText({ ...progress, playing }), "Stage 1 of 2 · octave 2 of 4 · step 3 of 20");
    assert.equal(placeText({ ...progress, playing }, "try", true), "Stage 1 of 2 · result of 2 tries");
    const pace = { ...progress, perSecond: 41.3, secondsLeft: 0.42 };
    assert.equal(paceText(pace), "41 steps/s · 0.4 s left");
    assert.equal(paceText({ ...pace, playing }), "41 steps/s · 0.4 s left of this stage");
    assert.equal(paceText({ ...pace, playing: { stage: 2, stages: 2 } }), "41 steps/s · 0.4 s left");
    assert.equal(paceText(pace, pace.done + 2), `41 steps/s · ends after ${pace.done + 2} steps in all`);
    assert.equal(paceText({ ...pace, playing }, 30), "41 steps/s · this stage ends after 30 steps in all");
    assert.equal(paceText(pace, pace.done), "41 steps/s · 0.4 s left", "it goes on beyond the recipe's end");
    assert.equal(paceText({ ...progress, perSecond: 0.25 }), "4.0 s a step");
    assert.equal(paceText(progress), "");
    assert.deepEqual([9, 61, 600, 7200].map(spanText), ["9.0 s", "61 s", "10 min", "2.0 h"]);
  });

  it("number a frame by all that counts it, from the first octave on", () => {
    const of = (...frame: Parameters<typeof frameNumber>) => [frameNumber(...frame), framePlace(...frame)];
    assert.deepEqual(of(progress, "octave"), ["2 · 3", "Octave 2, step 3"]);
    assert.deepEqual(of({ ...progress, octave: 1 }, "octave"), ["1 · 3", "Octave 1, step 3"]);
    const playing = { stage: 2, stages: 2 };
    assert.deepEqual(of({ ...progress, playing }, "octave"), ["2 · 2 · 3", "Stage 2, octave 2, step 3"]);
    assert.deepEqual(of({ ...progress, playing, isResult: true }, "try"), ["result", "Stage 2, result"]);
    assert.deepEqual(of({ ...progress, octave: 1, octaves: 1 }, "try"), ["3", "Step 3"]);
    assert.deepEqual(of(progress, "try"), ["2 · 3", "Try 2, attack step 3"]);
    assert.deepEqual(of({ ...progress, isResult: true }, "try"), ["result", "Result"]);
    const making = { picture: 5, pictures: 9, isWhole: false };
    assert.deepEqual(of({ ...progress, making }, "octave"), ["5 · 2 · 3", "Picture 5, octave 2, step 3"]);
    assert.deepEqual(of({ ...progress, octave: 1, octaves: 1, making }, "octave"), ["5 · 3", "Picture 5, step 3"]);
    assert.deepEqual(of({ ...progress, making }, "picture"), ["2 · 3", "Picture 2, step 3"], "not twice");
  });
});

describe("a sheet on the screen", () => {
  const cells = (count: number) => Array.from({ length: count }, (_, i) => ({ title: `${i}` }));
  const sheet = { columns: 3, rows: 2, cell: [10, 20] as const, gap: 4, cells: cells(6) };
  /** Which pixels nothing covers, counted one by one. */
  const bare = (given: typeof sheet, size: { readonly width: number; readonly height: number }) => {
    const seen = new Set<string>();
    for (const { x, y, wide, high } of outsideCells(given, size))
      for (let i = x; i < x + wide; i++) for (let j = y; j < y + high; j++) seen.add(`${i},${j}`);
    return seen;
  };

  it("lets the page through between its pictures, and where the last row lacks some", () => {
    const size = { width: 38, height: 44 };
    const whole = bare(sheet, size);
    for (let x = 0; x < size.width; x++)
      for (let y = 0; y < size.height; y++) {
        const isGap = x % 14 >= 10 || y % 24 >= 20;
        assert.equal(whole.has(`${x},${y}`), isGap, `${x}, ${y}`);
      }
    const short = bare({ ...sheet, cells: cells(4) }, size);
    assert.ok(short.has("20,30") && short.has("37,43"));
    assert.ok(!short.has("5,30") && !short.has("20,10"));
    const empty = bare({ ...sheet, cells: cells(6).map((cell, i) => (i === 1 ? { title: "" } : cell)) }, size);
    assert.deepEqual([empty.has("14,0"), empty.has("23,19"), empty.has("5,5")], [true, true, false]);
  });

  it("does so, too, where it is shown smaller, and no picture beyond its edge is touched", () => {
    const half = bare(sheet, { width: 19, height: 22 });
    assert.ok(half.has("5,3") && half.has("12,3") && half.has("2,10"));
    assert.ok(!half.has("2,3") && !half.has("9,15") && !half.has("16,3"));
  });
});

describe("a sheet's thumbnail", () => {
  it("keeps its pictures where the gaps between them are narrower than a pixel", () => {
    const cells = Array.from({ length: 64 }, (_, i) => ({ title: `${i}` }));
    const sheet = { columns: 8, rows: 8, cell: [64, 64] as const, gap: 4, cells };
    assert.deepEqual(outsideCells(sheet, { width: 72, height: 72 }), []);
  });
});

describe("a recipe that was opened", () => {
  it("promises the same picture only where all its files are here, and each stage can be made again", () => {
    const whole = { of: "dream.png", missing: [], others: [], places: [], unfit: [] };
    const words = (more: Partial<OpenedRecipe> = {}) => recipeWords({ ...whole, ...more }, "Start");
    assert.match(words(), /^The recipe of dream\.png is open\. .* picture's settings: “Start” makes the same\.$/);
    assert.match(
      words({ missing: ["sea.png"] }),
      / Not found here: sea\.png\. What was chosen is used in its place\. “Start” makes another picture\.$/,
    );
    const stopped = words({ missing: ["sea.png"], continued: "stopped at octave 1, step 2" });
    assert.match(stopped, / Not found here: sea\.png.*in one go \(stopped at octave 1, step 2\).*which is another\.$/);
    const steered = words({ stages: 2 });
    assert.match(steered, / made in 3 stages, of whose settings these are the last: “Start” makes the same, as long as no setting is changed\.$/); // prettier-ignore
    assert.match(
      words({ stoppedAfter: 12 }),
      / settings; it was stopped after 12 steps: “Start” makes the same, as long/,
    );
    assert.match(
      words({ stages: 1, stoppedAfter: 1 }),
      / in 2 stages, .* the last; it was stopped after one step: “Start”/,
    );
    assert.match(words({ stages: 1, missing: ["sea.png"] }), / “Start” makes another picture\.$/);
    const elsewhere = words({ missing: ["a.onnx"], places: ["layer", "channel"] });
    const another = words({ others: ["cat.png"], stages: 1 });
    assert.match(another, / open\. cat\.png here is not the one that the picture was made of\. “Start” makes another picture\.$/); // prettier-ignore
    const two = words({ others: ["cat.png", "a.onnx"] });
    assert.match(two, / cat\.png, a\.onnx here are not those that the picture was made of\. “Start” makes another/);
    assert.match(elsewhere, / Left out, as the missing model's own: layer, channel\. “Start” makes another picture\.$/);
    const unfit = words({ unfit: ["Octaves: 99", "new-one: true"] });
    assert.match(unfit, / Left out, .* out of range: Octaves: 99; new-one: true\. “Start” makes another picture\.$/);
  });
});

describe("the channel whose photos are shown", () => {
  const session = (model: string, trusted = true) => {
    const asked = { technique: "neuron-visualization", layer: "fire8/concat", channel: 3 };
    const [recipe, settings] = [
      { ...asked, model: "a.onnx" },
      { ...asked, layer: undefined, model },
    ];
    return { recipe, settings, subject: { trusted } } as unknown as Session; // as far as it is read
  };

  it("is that of the picture, unless another network is chosen by now", () => {
    assert.deepEqual(channelOf(session("/models/a.onnx")), { layer: "fire8/concat", channel: 3 });
    assert.deepEqual(channelOf(session("C:\\models\\a.onnx")), { layer: "fire8/concat", channel: 3 });
    assert.equal(channelOf(session("/models/b.onnx")), undefined);
  });

  it("is none where the network may not be run", () => {
    assert.equal(channelOf(session("/models/a.onnx", false)), undefined);
    assert.equal(channelOf({ ...session("/models/a.onnx"), subject: undefined } as Session), undefined); // nor while that is not known
  });
});

describe("a number's slider", () => {
  const steps = { min: 1, max: 1000, step: 1, default: 10 };
  const scale = { min: 1.05, max: 3, step: 0.05, default: 1.4 };

  it("gives each of its values back, the default two fifths of the way along", () => {
    for (const value of [1, 2, 10, 77, 640, 1000]) assert.equal(valueAt(steps, positionOf(steps, value)), value);
    assert.ok(Math.abs(positionOf(steps, 10) - 0.4) < 1e-9);
    assert.equal(valueAt(scale, positionOf(scale, 1.4)), 1.4);
    const few = { min: 1, max: 9, step: 1, default: 1 };
    assert.equal(valueAt(few, 0.5), 5, "few whole numbers lie evenly");
  });

  it("offers what the range allows alone, rising all the way", () => {
    const values = Array.from({ length: 1001 }, (_, i) => valueAt(steps, i / 1000));
    assert.deepEqual([values[0], values.at(-1)], [1, 1000]);
    assert.ok(values.every((value, i) => Number.isInteger(value) && (i === 0 || value >= values[i - 1]!)));
    const weight = { min: 0, max: 1000, step: 0.1, default: 0 };
    assert.equal(valueAt(weight, 0), 0);
    assert.ok(valueAt(weight, 0.1) < 2, "small ones have room where the least is the default");
  });
});

describe("a picture of the network's own size", () => {
  const drawn = (width: number, height: number) => ({ frame: 1, drawn: { width, height, pixels: new Uint8Array(0) } });
  const preparation = { size: [224, 224], fit: "crop" } as unknown as Recipe["preparation"]; // as far as it is read
  const session = (shown: ReturnType<typeof drawn>) =>
    ({
      shown,
      enlarged: undefined,
      recipe: { preparation },
      original: { photo: { width: 300, height: 200 } },
    }) as unknown as Session;

  it("is said to be what the network sees, and how the photo was made to fit", () => {
    const view = networksView(session(drawn(224, 224)));
    assert.equal(view?.fit, "crop");
    assert.match(view?.text ?? "", /^224 × 224 pixels, as the network sees the photo: the largest part/);
    assert.equal(networksView(session(drawn(300, 200))), undefined);
    assert.equal(networksView(session(drawn(150, 100))), undefined, "smaller, but of the photo's shape");
  });
});

describe("a picture for a canvas", () => {
  it("is opaque", () => {
    assert.deepEqual([...opaque(Uint8Array.of(1, 2, 3, 4, 5, 6))], [1, 2, 3, 255, 4, 5, 6, 255]);
  });
});
