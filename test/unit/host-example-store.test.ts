import assert from "node:assert/strict";
import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SearchEngine } from "../../src/host/example-search.ts";
import { ExampleSearches } from "../../src/host/example-searches.ts";
import { ExampleStore } from "../../src/host/example-store.ts";
import type { ChannelExamples, ExamplesReport, ExamplesRequest } from "../../src/shared/examples.ts";
import { folder } from "../fixtures/onnx/writer.ts";

const images = ["/photos/a.png", "/photos/in/b.png"];
const report = (next: number): ExamplesReport => ({
  ...({ kind: "examples", layer: "conv", channels: 1, count: 2, next, images: next, refused: [] } as const),
  most: {
    photos: Int32Array.of(next - 1, -1),
    rows: Int32Array.of(4, 0),
    columns: Int32Array.of(7, 0),
    values: Float32Array.of(next, NaN),
  },
  least: undefined,
});

const sought = { model: "/net.onnx", layer: "conv", folder: "/photos" };
const of = { model: "/net.onnx", layer: "conv", channel: 0 };

describe("The searches for what fires a channel, from window to window", () => {
  let place: string;
  let state: string | undefined;
  let photos: string;
  let runs: ExamplesRequest[];
  /** Turns of the engine; each goes through one photo more. */
  let turn: () => Promise<void>;
  const opened: ExampleSearches[] = [];
  const ended: AbortController[] = [];

  beforeEach(() => {
    place = join(folder(), "examples");
    [state, photos, runs] = ["the model as it was", "the photos as they were", []];
    turn = () => Promise.resolve();
  });
  afterEach(() => {
    for (const signal of ended.splice(0)) signal.abort();
    for (const searches of opened.splice(0)) searches.dispose();
  });

  const engine: SearchEngine = {
    client: {
      photoFolder: () => Promise.resolve({ images, state: photos }),
      patch: () => Promise.resolve({ field: undefined, patch: { width: 1, height: 1, png: Uint8Array.of(1) } }),
    },
    async *run(request) {
      runs.push(request);
      await turn();
      yield report((request.before?.next ?? 0) + 1);
    },
  };

  function openWindow() {
    const store = new ExampleStore(place, () => Promise.resolve(state));
    const searches = new ExampleSearches(engine, 5000, store);
    const ending = new AbortController();
    opened.push(searches);
    ended.push(ending);
    const until = async (phase: ChannelExamples["phase"], asked = of): Promise<ChannelExamples> => {
      for await (const now of searches.watch(asked, ending.signal)) if (now.phase === phase) return now;
      throw new Error(`It never was ${phase}.`);
    };
    /** All that was to be written is. */
    const written = () => store.read(of);
    const close = async () => {
      searches.dispose();
      ending.abort();
      await written();
    };
    return { searches, until, written, close };
  }

  /** At which photo each turn of the engine began. */
  const beginnings = () => runs.map(({ before }) => before?.next);

  /** What a search finds in a window that is closed then. */
  async function findAll(): Promise<ChannelExamples> {
    const { searches, until, close } = openWindow();
    searches.start(sought);
    const found = await until("found");
    await close();
    return found;
  }

  /** The second photo's turn never ends. */
  async function breakOff(): Promise<void> {
    const { searches, until, written, close } = openWindow();
    runs = [];
    turn = () => (runs.length === 2 ? new Promise<void>(() => undefined) : Promise.resolve());
    searches.start(sought);
    for await (const { most } of searches.watch(of, new AbortController().signal)) if (most.length) break;
    await new Promise((resolve) => setTimeout(resolve, 5)); // the second turn has begun
    const { next } = (await written())?.report ?? {};
    assert.equal(next, 1, "each turn is kept");
    await until("running");
    await close();
    turn = () => Promise.resolve();
  }

  it("are there again when they were over, without anything being run", async () => {
    const before = await findAll();
    assert.equal(runs.length, 2);
    const second = openWindow();
    assert.deepEqual(await second.until("found"), { ...before, done: 2 });
    assert.equal(second.searches.photo(of, 1), "/photos/in/b.png");
    await second.searches.recall({ ...of, layer: "other" });
    assert.equal(second.searches.photo({ ...of, layer: "other" }, 1), undefined);
    second.searches.start(sought);
    await second.until("found");
    assert.equal(runs.length, 2);
  });

  it("say that they were interrupted, and go on where they were", async () => {
    await breakOff();
    const { searches, until } = openWindow();
    const left = await until("interrupted");
    assert.deepEqual([left.done, left.total, left.most[0]?.value], [1, 2, 1]);
    assert.equal(searches.unfinished(of), "/photos");
    searches.start(sought);
    assert.deepEqual(
      (await until("found")).most.map(({ value }) => value),
      [2],
    );
    assert.equal(searches.unfinished(of), undefined);
    assert.deepEqual(beginnings(), [undefined, 1, 1], "the first photo was gone through once");
  });

  it("are stopped for good where they were gone on with and ended at once, and can still be gone on with", async () => {
    await breakOff();
    const second = openWindow();
    await second.until("interrupted");
    second.searches.start(sought);
    second.searches.stop(of);
    await second.until("stopped");
    await second.close();
    const { searches, until } = openWindow();
    await until("stopped");
    assert.equal(searches.unfinished(of), "/photos");
    searches.start(sought);
    await until("found");
    assert.deepEqual(beginnings(), [undefined, 1, 1], "the first photo was gone through once");
  });

  it("stay outdated where looking again is ended at once", async () => {
    await breakOff();
    state = "another model";
    const { searches, until } = openWindow();
    await until("outdated");
    searches.start(sought);
    searches.stop(of);
    await until("outdated");
  });

  it("are forgotten for what the folder or the model is at fault for, not for what the engine died of", async () => {
    const named = (name: string) => Object.assign(new Error("no"), { name });
    await breakOff();
    turn = () => Promise.reject(named("EngineRestarted"));
    const second = openWindow();
    await second.until("interrupted");
    second.searches.start(sought);
    await second.until("failed");
    await second.close();
    turn = () => Promise.reject(named("UnknownLayer"));
    const third = openWindow();
    await third.until("interrupted");
    third.searches.start(sought);
    await third.until("failed");
    await third.close();
    await openWindow().until("none");
  });

  it("count as asked for when they are read", async () => {
    await findAll();
    const [file = ""] = readdirSync(place);
    utimesSync(join(place, file), 1, 1);
    await openWindow().until("found");
    assert.ok(Date.now() - statSync(join(place, file)).mtimeMs < 60_000);
  });

  it("begin again where they were interrupted and the folder is another now", async () => {
    await breakOff();
    photos = "others";
    const { searches, until } = openWindow();
    await until("interrupted");
    searches.start(sought);
    await until("found");
    assert.deepEqual(beginnings().slice(2), [undefined, 1]);
  });

  it("are shown as outdated where the model or the folder is another now, and are looked for anew", async () => {
    await findAll();
    photos = "others";
    assert.equal((await openWindow().until("outdated")).most.length, 1, "what was found stays in sight");
    [photos, state] = ["the photos as they were", "another model"];
    const { searches, until, close } = openWindow();
    assert.equal((await until("outdated")).most.length, 1);
    searches.start(sought);
    await until("found");
    await close();
    assert.equal(runs.length, 4);
    await breakOff();
    state = "a third model";
    assert.equal((await openWindow().until("outdated")).most.length, 1, "there is nothing to go on with");
  });

  it("stay stopped, and are not kept of a model that cannot be found again", async () => {
    const first = openWindow();
    turn = () => new Promise<void>(() => undefined);
    first.searches.start(sought);
    await first.until("running");
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(runs.length, 1);
    first.searches.stop(of);
    await first.close();
    await openWindow().until("stopped");
    state = undefined;
    const copy = openWindow();
    copy.searches.start({ ...sought, model: "/copy.onnx" });
    await copy.close();
    await openWindow().until("none", { ...of, model: "/copy.onnx" });
  });

  it("survive files that are damaged, and drop those that nobody asked for in months", async () => {
    await findAll();
    const [file = ""] = readdirSync(place);
    const old = join(place, "old");
    writeFileSync(old, "");
    utimesSync(old, 1, 1);
    writeFileSync(join(place, file), "no search");
    const { searches, until, close } = openWindow();
    await until("none");
    searches.start(sought);
    await until("found");
    await close();
    assert.deepEqual(readdirSync(place), [file]);
  });
});
