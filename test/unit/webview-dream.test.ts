import assert from "node:assert/strict";
import { pointsOf } from "../../src/host/dream-film.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import { rewound } from "../../src/host/dream-watch.ts";
import type { DreamSettings, DreamUpdate, OpenedRecipe } from "../../src/shared/dream-panel.ts";
import { photo as path } from "../../src/shared/parameters.ts";
import type { Beside, Recipe, SynthesisCard } from "../../src/shared/synthesis.ts";
import type { Note } from "../../src/shared/updates.ts";
import { opaque } from "../../webview/dream/opaque.ts";
import { networksView } from "../../webview/dream/networks-view.ts";
import { Session, type Host } from "../../webview/dream/session.ts";
import { recipeWords } from "../../src/shared/opened-recipe.ts";
import { channelOf } from "../../webview/dream/channel-of.ts";
import { outsideCells } from "../../src/shared/sheet-gaps.ts";
import { paceText, placeText, recipeText, spanText } from "../../webview/dream/words.ts";
import { positionOf, valueAt } from "../../webview/shared/slider-scale.ts";
import { staged } from "../ui/harness/dream-staged.ts";

const settings: DreamSettings = { technique: "deep-dream", model: "/m.onnx", image: "/p.png", parameters: {}, seed: 0 };
const progress = { octave: 2, octaves: 4, step: 3, steps: 20, done: 23, total: 80 };

/** A session on a host of which only this much answers. */
function on(answers: Partial<Host>) {
  const asked: { readonly call: string; readonly params: unknown }[] = [];
  const host = new Proxy(answers, {
    get: (given, call: string) => (params: unknown) => {
      asked.push({ call, params });
      const answer = given[call as keyof Host] as ((params: unknown) => unknown) | undefined;
      return answer ? answer(params) : Promise.resolve(undefined);
    },
  }) as Host; // all that is asked of it
  return { session: new Session(host), asked };
}

async function updatesOf(run: DreamRun): Promise<DreamUpdate[]> {
  const all: DreamUpdate[] = [];
  for await (const update of run.watch(new AbortController().signal)) {
    all.push(update);
    if (update.phase === "finished") break;
  }
  return all;
}

describe("the Dream panel's session", () => {
  it("puts together what comes piece by piece", async () => {
    const run = new DreamRun(settings, staged({ step: 20, steps: 8 }));
    run.begin();
    const { session } = on({});
    const all = await updatesOf(run);
    for (const update of all) session.take(update);
    assert.ok(all.length > 2, "in pieces");
    assert.deepEqual(session.curve, pointsOf(run.newest));
    assert.deepEqual(session.strip.map(({ id }) => id), run.film.all.map(({ id }) => id)); // prettier-ignore
    assert.equal(session.shown?.frame, run.newest?.id);
    assert.equal(session.frame, run.newest?.id);
  });

  it("that comes when all is over can go back to every frame, the first one too", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    while (run.phase !== "finished") await new Promise((resolve) => setTimeout(resolve, 2));
    const { session, asked } = on({
      frame: () => Promise.resolve({ drawn: run.film.all[0]!.frame.picture, curve: [] }),
    });
    const [first, ...more] = await updatesOf(run);
    session.take(first!);
    assert.deepEqual(more, [], "in one word");
    assert.deepEqual(session.strip.map(({ done }) => done), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // prettier-ignore
    await session.choose(session.strip[0]?.id);
    assert.deepEqual(asked.at(-1), { call: "frame", params: { frame: run.film.all[0]!.id } });
    assert.equal(session.shown?.frame, run.film.all[0]!.id);
    assert.ok(session.isRewound);
  });

  it("keeps the curve of a branch and drops what lay beyond it", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    const { session } = on({});
    for (const update of await updatesOf(run)) session.take(update);
    run.change({ ...settings, seed: 9 });
    run.resume(run.film.all[3]?.id);
    while (run.phase !== "finished") await new Promise((resolve) => setTimeout(resolve, 5));
    const [update] = await updatesOf(run);
    session.take({ ...update!, curve: { from: 0, points: pointsOf(run.newest) } });
    assert.equal(session.curve.length, 10);
    assert.equal(session.curve[9]?.objective, run.newest?.objective);
    assert.equal(session.isRewound, false);
  });

  it("goes on from the frame that is looked at, and from the newest otherwise", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    const { session, asked } = on({
      frame: () => Promise.resolve({ drawn: { width: 1, height: 1, pixels: new Uint8Array(3) }, curve: [] }),
    });
    for (const update of await updatesOf(run)) session.take(update);
    session.resume();
    assert.deepEqual(asked.at(-1), { call: "resume", params: {} });
    const third = session.strip[2]!.id;
    await session.choose(third);
    assert.ok(session.isRewound);
    assert.equal(session.shown?.frame, third);
    session.resume("step");
    assert.deepEqual(asked.at(-1), { call: "step", params: { frame: third } });
    assert.equal(session.chosen, undefined);
  });

  it("shows the frame where a branch begins until one of its own comes; what was given up is an earlier one", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    const { session } = on({ frame: () => Promise.resolve({ drawn: run.newest!.frame.picture, curve: [] }) });
    const [last] = (await updatesOf(run)).map((update) => (session.take(update), update)).slice(-1);
    const frames = session.strip.map(({ id }) => id);
    session.take({ ...last!, phase: "waiting", strip: { frames, line: frames.slice(0, 3), added: [] } });
    assert.equal(session.frame, frames[2]);
    await session.choose(frames.at(-1));
    assert.equal(session.frame, frames.at(-1));
    assert.deepEqual([session.isRewound, session.progress?.step], [true, 5]);
    await session.choose(frames[2]);
    assert.deepEqual([session.frame, session.isRewound], [frames[2], false]);
  });

  it("shows with an earlier frame what came of it, and nothing of the newest", async () => {
    const text = (of: string): Note => ({ kind: "note", key: "verdict", title: "", level: "good", text: of });
    const piece = (key: string): Beside => ({ key, title: key, picture: { width: 1, height: 1, pixels: new Uint8Array(3) } }); // prettier-ignore
    let made = 0;
    const run = new DreamRun(settings, async function* (...asked) {
      const own = `${++made}`;
      for await (const update of staged({ step: 1, beside: [piece(own)] })(...asked)) {
        if (update.kind === "finished") yield text(own);
        yield update;
      }
    });
    const finished = async () => {
      while (run.phase !== "finished") await new Promise((resolve) => setTimeout(resolve, 2));
    };
    run.begin();
    await finished();
    run.resume(run.film.all[3]!.id);
    await finished();
    const { session } = on({ frame: ({ frame }) => Promise.resolve(rewound(run.film.get(frame)!)) });
    for (const update of await updatesOf(run)) session.take(update);
    const said = () => [session.notes.map((note) => note.text), session.beside.map(({ key }) => key)];
    assert.deepEqual(said(), [["2"], ["2"]]);
    session.enlarge("2");
    await session.choose(run.film.all[9]!.id);
    assert.deepEqual([...said(), session.enlarged], [["1"], ["1"], undefined], "it was the last one once");
    session.enlarge("1");
    await session.choose(run.film.all[5]!.id);
    assert.deepEqual([...said(), session.enlarged], [[], [], undefined]);
    await session.choose(undefined);
    assert.deepEqual(said(), [["2"], ["2"]]);
    const later = new DreamRun(settings, staged());
    later.restore(run.left);
    assert.deepEqual(later.film.all.flatMap(({ outcome }) => outcome?.notes.map((note) => note.text) ?? []), ["1", "2"]); // prettier-ignore
  });

  it("forgets what the network said when another photo or model comes, also what it has yet to answer", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    const answers: ((both: never) => void)[] = [];
    const { session } = on({ explained: () => new Promise((resolve) => answers.push(resolve)) });
    for (const update of await updatesOf(run)) session.take(update);
    const both = (name: string) => ({ result: { top: [], png: new Uint8Array(0), name } }) as never;
    void session.explain();
    void session.load();
    assert.equal(session.explained, undefined);
    void session.explain();
    answers[0]!(both("old"));
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(session.explained!.both, undefined, "the answer to the question before is of no use");
    answers[1]!(both("new"));
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(session.explained!.both, both("new"));
  });

  it("names no file when it changes settings", () => {
    const { session, asked } = on({});
    session.state = { phase: "idle", settings, notes: [] };
    session.change({ layer: "fire8/concat", channel: 3 });
    assert.deepEqual(asked.at(-1)?.params, { technique: "deep-dream", parameters: {}, seed: 0, layer: "fire8/concat", channel: 3 }); // prettier-ignore
    session.change({ channel: undefined });
    assert.deepEqual(asked.at(-1)?.params, { technique: "deep-dream", parameters: {}, seed: 0, layer: "fire8/concat" });
  });

  it("keeps what a person has just changed while the host still speaks of before", async () => {
    let answer: (() => void) | undefined;
    const { session } = on({ change: () => new Promise<void>((resolve) => (answer = resolve)) });
    const before = { phase: "idle", settings, notes: [], curve: { from: 0, points: [] }, strip: { frames: [], line: [], added: [] } } as const; // prettier-ignore
    session.take(before);
    session.change({ seed: 5 });
    session.take(before);
    assert.equal(session.settings?.seed, 5);
    answer?.();
    await new Promise((resolve) => setTimeout(resolve));
    session.take({ ...before, settings: { ...settings, seed: 6 } });
    assert.equal(session.settings?.seed, 6, "the host has the last word");
  });

  it("says what is missing by what the technique declares", () => {
    const { session } = on({});
    const card = { id: "deep-dream", fromPhoto: true, needs: ["layer"], parameters: {} } as unknown as SynthesisCard;
    session.techniques = [card, { ...card, id: "of-class", fromPhoto: false, needs: ["class"] }];
    const { image: _, ...without } = settings;
    session.state = { phase: "idle", settings: without, notes: [] };
    assert.match(session.missing ?? "", /photo/);
    session.state = { ...session.state, settings };
    assert.equal(session.missing, undefined);
    session.state = { ...session.state, settings: { ...without, technique: "of-class" } };
    assert.match(session.missing ?? "", /class/);
    const style = path({ label: "", default: "", required: "Choose a style." });
    session.techniques = [{ ...card, parameters: { style, guide: path({ label: "", default: "" }) } }];
    session.state = { ...session.state, settings };
    assert.equal(session.missing, "Choose a style.");
    session.state = { ...session.state, settings: { ...settings, parameters: { style: "/waves.png" } } };
    assert.equal(session.missing, undefined);
  });

  it("says what went wrong, but not what was cancelled", async () => {
    const { session } = on({
      begin: () => Promise.reject(new Error("No.")),
      stop: () => Promise.reject(Object.assign(new Error(), { name: "Canceled" })),
    });
    session.stop();
    await Promise.resolve();
    assert.equal(session.notice, undefined);
    session.begin();
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(session.notice, { text: "No.", level: "warning" });
  });
});

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
    assert.equal(paceText({ ...progress, perSecond: 41.3, secondsLeft: 0.42 }), "41 steps/s · 0.4 s left");
    assert.equal(paceText({ ...progress, perSecond: 0.25 }), "4.0 s a step");
    assert.equal(paceText(progress), "");
    assert.deepEqual([9, 61, 600, 7200].map(spanText), ["9.0 s", "61 s", "10 min", "2.0 h"]);
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
