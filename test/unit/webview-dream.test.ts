import assert from "node:assert/strict";
import { pointsOf } from "../../src/host/dream-film.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import { rewound } from "../../src/host/dream-watch.ts";
import type { DreamSettings, DreamSubject, DreamUpdate } from "../../src/shared/dream-panel.ts";
import { photo as path } from "../../src/shared/parameters.ts";
import type { Beside, SynthesisCard } from "../../src/shared/synthesis.ts";
import type { Note } from "../../src/shared/updates.ts";
import type { Looks } from "../../webview/dream/looks.ts";
import { Session, type Host } from "../../webview/dream/session.ts";
import { staged } from "../ui/harness/dream-staged.ts";

const settings: DreamSettings = { technique: "deep-dream", model: "/m.onnx", image: "/p.png", parameters: {}, seed: 0 };

/** A session on a host of which only this much answers. */
function on(answers: Partial<Host>, looks?: Looks) {
  const asked: { readonly call: string; readonly params: unknown }[] = [];
  const host = new Proxy(answers, {
    get: (given, call: string) => (params: unknown) => {
      asked.push({ call, params });
      const answer = given[call as keyof Host] as ((params: unknown) => unknown) | undefined;
      return answer ? answer(params) : Promise.resolve(undefined);
    },
  }) as Host; // all that is asked of it
  return { session: new Session(host, undefined, looks), asked };
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

  it("asks anew what the network says of the frame of which that was wanted before the page went", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    const updates = await updatesOf(run);
    const taken = async (looks?: Looks) => {
      const { session, asked } = on({}, looks);
      session.subject = { card: { classes: 3 } } as DreamSubject; // as far as it is read
      for (const update of updates) session.take(update);
      const own = () => asked.filter(({ call }) => call === "explained").map(({ params }) => params);
      if (!looks) assert.deepEqual(own(), [], "nobody has asked");
      if (!looks) await session.explain();
      return { session, own };
    };
    const { session, own } = await taken();
    assert.deepEqual((await taken(session.looks)).own(), own());
    assert.equal(own().length, 1);
    assert.deepEqual((await taken({ ...session.looks, explained: -1 })).own(), []);
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
