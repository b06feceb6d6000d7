import assert from "node:assert/strict";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { DreamSettings, DreamUpdate } from "../../src/shared/dream-panel.ts";
import type { Recipe, SynthesisCard } from "../../src/shared/synthesis.ts";
import { opaque } from "../../webview/dream/opaque.ts";
import { octaveStarts, pathOf, seriesOf } from "../../webview/dream/curve-lines.ts";
import { Session, type Host } from "../../webview/dream/session.ts";
import { paceText, placeText, recipeText, spanText } from "../../webview/dream/words.ts";
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
    assert.deepEqual(session.curve, run.newest?.points);
    assert.deepEqual(session.strip.map(({ id }) => id), run.film.all.map(({ id }) => id)); // prettier-ignore
    assert.equal(session.shown?.frame, run.newest?.id);
    assert.equal(session.frame, run.newest?.id);
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
    session.take({ ...update!, curve: { from: 0, points: run.newest!.points } });
    assert.equal(session.curve.length, 10);
    assert.equal(session.curve[9]?.objective, run.newest?.objective);
    assert.equal(session.isRewound, false);
  });

  it("goes on from the frame that is looked at, and from the newest otherwise", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    const { session, asked } = on({
      frame: () => Promise.resolve({ drawn: { width: 1, height: 1, pixels: new Uint8Array(3) } }),
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
    const recipe = { technique: "deep-dream", model: "m.onnx", image: "cat.png", layer: "fire8/concat", channel: 3, seed: 7 } as Recipe; // prettier-ignore
    const card = { title: "DeepDream" } as SynthesisCard;
    assert.equal(recipeText(recipe, card), "DeepDream of cat.png by m.onnx at fire8/concat, channel 3 · seed 7");
    const { image: _, layer: __, channel: ___, ...plain } = recipe;
    assert.equal(recipeText({ ...plain, label: "tabby, tabby cat" }, undefined), "deep-dream, tabby, by m.onnx · seed 7"); // prettier-ignore
  });

  it("say where a run is, how fast, and how long yet", () => {
    assert.equal(placeText(progress), "Octave 2 of 4 · step 3 of 20");
    assert.equal(placeText({ ...progress, octaves: 1 }), "Step 3 of 20");
    assert.equal(placeText(progress, "picture"), "Picture 2 of 4 · step 3 of 20");
    const making = { picture: 5, pictures: 9, isWhole: false };
    assert.equal(placeText({ ...progress, making }, "picture"), "Picture 5 of 9 · step 3 of 20", "and not twice");
    assert.equal(placeText({ ...progress, octaves: 1, making }), "Picture 5 of 9 · step 3 of 20");
    assert.equal(paceText({ ...progress, perSecond: 41.3, secondsLeft: 0.42 }), "41 steps/s · 0.4 s left");
    assert.equal(paceText({ ...progress, perSecond: 0.25 }), "4.0 s a step");
    assert.equal(paceText(progress), "");
    assert.deepEqual([9, 61, 600, 7200].map(spanText), ["9.0 s", "61 s", "10 min", "2.0 h"]);
  });
});

describe("the Dream panel's curves", () => {
  const point = (done: number, octave: number, objective: number, losses = {}) => ({ done, octave, objective, losses });
  const points = [point(1, 1, 2, { L2: 5 }), point(2, 1, 4, { L2: 4 }), point(3, 2, 3)];

  it("are the objective and each loss", () => {
    assert.deepEqual(seriesOf(points), [
      { name: "What is climbed", values: [2, 4, 3] },
      { name: "L2", values: [5, 4, NaN] },
    ]);
    assert.deepEqual(octaveStarts(points), [3]);
  });

  it("reach from the bottom to the top, with a gap where there is no number", () => {
    const box = { width: 100, height: 12 };
    assert.equal(pathOf([2, 4, 3], [1, 2, 4], 4, box), "M25.0 11.0L50.0 1.0L100.0 6.0");
    assert.equal(pathOf([2, NaN, 4], [1, 2, 4], 4, box), "M25.0 11.0M100.0 1.0");
    assert.equal(pathOf([7], [1], 4, box), "M25.0 6.0");
  });
});

describe("a picture for a canvas", () => {
  it("is opaque", () => {
    assert.deepEqual([...opaque(Uint8Array.of(1, 2, 3, 4, 5, 6))], [1, 2, 3, 255, 4, 5, 6, 255]);
  });
});
