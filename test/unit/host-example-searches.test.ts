import assert from "node:assert/strict";
import type { SearchEngine } from "../../src/host/example-search.ts";
import { ExampleSearches } from "../../src/host/example-searches.ts";
import type { ChannelExamples, ExamplesReport, ExamplesRequest } from "../../src/shared/examples.ts";
import { Canceled } from "../../src/shared/rpc.ts";
import type { Progress } from "../../src/shared/updates.ts";
import { guessed } from "./support/prepared.ts";

/** Two channels, two examples each; `values` of the first are those of the photos 1 and 0. */
const report = (images: number, first: readonly [number, number] = [3, 2]): ExamplesReport => ({
  kind: "examples",
  layer: "conv",
  channels: 2,
  count: 2,
  next: images,
  images,
  refused: [{ image: "/photos/broken.png", why: "/photos/broken.png: the file is empty" }],
  most: {
    photos: Int32Array.of(1, 0, 0, -1),
    rows: Int32Array.of(4, 5, 6, 0),
    columns: Int32Array.of(7, 8, 9, 0),
    values: Float32Array.of(...first, 1, NaN),
  },
  least: undefined,
});

/** An engine whose folder and findings a test decides on. */
class Stage implements SearchEngine {
  state = "as it was";
  readonly runs: ExamplesRequest[] = [];
  readonly patches: string[] = [];
  listed = 0;
  madeHere: number | undefined;
  fails: Error | undefined;
  /** Photos of which no patch can be cut. */
  gone = "";
  /** Settles when the next update may come. */
  gate = Promise.resolve();
  updates: readonly (Progress | ExamplesReport)[] = [
    { kind: "progress", done: 2, total: 2, unit: "photos" },
    report(2),
  ];

  readonly client: SearchEngine["client"] = {
    photoFolder: () => {
      this.listed++;
      return this.fails
        ? Promise.reject(this.fails)
        : Promise.resolve({
            images: ["/photos/a.png", "/photos/in/b.png"],
            ...(this.madeHere !== undefined && { madeHere: this.madeHere }),
            state: this.state,
          });
    },
    patch: ({ image, place }) => {
      this.patches.push(`${image} ${place.join()}`);
      if (image === this.gone) return Promise.reject(new Error(`${image} is gone`));
      return Promise.resolve({ field: undefined, patch: { width: 1, height: 1, png: Uint8Array.of(1) } });
    },
  };

  async *run(request: ExamplesRequest, signal: AbortSignal) {
    this.runs.push(request);
    for (const update of this.updates) {
      await this.gate;
      if (signal.aborted) throw new Canceled();
      yield update;
    }
  }
}

const sought = { model: "/net.onnx", layer: "conv", folder: "/photos" };
const of = { model: "/net.onnx", layer: "conv", channel: 0 };

describe("the searches for what fires a channel", () => {
  let stage: Stage;
  let searches: ExampleSearches;
  let watching: AbortController;
  beforeEach(() => {
    stage = new Stage();
    searches = new ExampleSearches(stage);
    watching = new AbortController();
  });
  afterEach(() => {
    watching.abort();
    searches.dispose();
  });

  async function until(phase: ChannelExamples["phase"], channel = 0): Promise<ChannelExamples> {
    for await (const state of searches.watch({ ...of, channel }, watching.signal))
      if (state.phase === phase) return state;
    throw new Error(`It never was ${phase}.`);
  }

  it("say nothing until somebody looks; then what was found, with patches", async () => {
    assert.deepEqual((await until("none")).most, []);
    searches.start(sought);
    const { most, least, images, total, folder, refused } = await until("found");
    assert.deepEqual([images, total, folder, least], [2, 2, "photos", []]);
    assert.equal(refused.length, 1);
    assert.deepEqual(
      most.map(({ photo, name, within, place, value }) => [photo, name, within.replaceAll("\\", "/"), ...place, value]),
      [
        [1, "b.png", "in/b.png", 4, 7, 3],
        [0, "a.png", "a.png", 5, 8, 2],
      ],
    );
    assert.ok(most.every(({ patch }) => patch?.png.length === 1));
    assert.equal(searches.photo(of, 1), "/photos/in/b.png");
    assert.equal(searches.photo({ ...of, layer: "other" }, 1), undefined);
  });

  it("say how the photos were prepared", async () => {
    stage.updates = [{ ...report(2), prepared: guessed }];
    searches.start(sought);
    assert.deepEqual((await until("found")).prepared, guessed);
  });

  it("say how many pictures of the folder were made here, which no photos are", async () => {
    stage.madeHere = 3;
    searches.start(sought);
    assert.equal((await until("found")).madeHere, 3);
  });

  it("know another channel from the same pass, and cut each patch once", async () => {
    searches.start(sought);
    await until("found");
    const { most } = await until("found", 1);
    assert.deepEqual(
      most.map(({ photo, value }) => [photo, value]),
      [[0, 1]],
    );
    assert.deepEqual((await until("found", 7)).most, [], "there is no such channel");
    await until("found", 0);
    assert.equal(stage.runs.length, 1);
    assert.equal(new Set(stage.patches).size, stage.patches.length);
  });

  it("show the best so far while they run, and keep it when they are stopped", async () => {
    let open: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    stage.updates = [
      { kind: "progress", done: 1, total: 2 },
      report(1),
      { kind: "progress", done: 2, total: 2 },
      report(2),
    ];
    const run = stage.run.bind(stage);
    stage.run = async function* (request, signal) {
      let given = 0;
      for await (const update of run(request, signal)) {
        if (given++ === 2) await held;
        yield update;
      }
    };
    searches.start(sought);
    for await (const { phase, most, done } of searches.watch(of, watching.signal)) {
      assert.equal(phase, "running");
      if (most.length) {
        assert.equal(done, 1);
        break;
      }
    }
    searches.stop(of);
    const stopped = await until("stopped");
    assert.equal(stopped.images, 1);
    assert.equal(stopped.most.length, 2);
    open();
    searches.start(sought);
    assert.equal((await until("found")).images, 2);
    assert.equal(stage.runs.length, 2);
    assert.equal(stage.runs[1]?.before?.next, 1, "from where it was stopped");
  });

  it("go on where they are when they are asked for again", async () => {
    let open: () => void = () => undefined;
    stage.gate = new Promise<void>((resolve) => (open = resolve));
    searches.start(sought);
    await until("running");
    searches.start(sought);
    searches.start(sought);
    open();
    assert.equal((await until("found")).images, 2);
    assert.deepEqual([stage.runs.length, stage.listed], [1, 1]);
  });

  it("show nothing of a folder that is another now, as soon as that is known", async () => {
    searches.start(sought);
    await until("found");
    stage.state = "another";
    let open: () => void = () => undefined;
    stage.gate = new Promise<void>((resolve) => (open = resolve));
    searches.start(sought);
    for await (const { phase, most } of searches.watch(of, watching.signal)) {
      assert.equal(phase, "running", "nothing of the new folder is found as yet");
      if (!most.length) break;
    }
    open();
    await until("found");
  });

  it("tell a photo that is gone from a place that sees nothing of it", async () => {
    stage.gone = "/photos/a.png";
    searches.start(sought);
    const { most } = await until("found");
    assert.deepEqual(
      most.map(({ name, patch, unread }) => [name, patch !== undefined, unread]),
      [
        ["b.png", true, undefined],
        ["a.png", false, true],
      ],
    );
  });

  it("go on turn by turn, so that others come in between", async () => {
    const run = stage.run.bind(stage);
    stage.run = (request, signal) => {
      stage.updates = [report(request.before ? 2 : 1)];
      return run(request, signal);
    };
    searches.start(sought);
    assert.equal((await until("found")).images, 2);
    assert.deepEqual(
      stage.runs.map(({ before, turn }) => [before?.next, (turn ?? 0) > 0]),
      [
        [undefined, true],
        [1, true],
      ],
    );
  });

  it("find it at once where nothing has changed, and look again where something has", async () => {
    searches.start(sought);
    await until("found");
    searches.start({ ...sought, folder: "/others" });
    await until("found");
    searches.start(sought);
    await until("found");
    assert.deepEqual(stage.runs.length, 2);
    stage.state = "another";
    searches.start(sought);
    await until("found");
    assert.deepEqual(stage.runs.length, 3);
    searches.outdate("/other.onnx");
    assert.equal((await until("found")).most.length, 2);
    searches.outdate("/net.onnx");
    assert.equal((await until("outdated")).most.length, 2, "what was found stays in sight");
    searches.start(sought);
    await until("found");
    assert.deepEqual(stage.runs.length, 4);
  });

  it("notice that the folder has changed when somebody looks at them again", async () => {
    searches = new ExampleSearches(stage, 0);
    searches.start(sought);
    await until("found");
    stage.state = "another";
    assert.equal((await until("outdated")).most.length, 2);
    assert.equal(stage.runs.length, 1, "nothing runs that nobody asked for");
  });

  it("do not mix layers or ways to prepare photos", async () => {
    searches.start(sought);
    await until("found");
    const preparation = { size: [1, 1], fit: "crop" } as unknown as NonNullable<ExamplesRequest["preparation"]>;
    searches.start({ ...sought, preparation });
    await until("found");
    assert.deepEqual(
      stage.runs.map((request) => request.preparation?.fit),
      [undefined, "crop"],
    );
    for await (const { phase } of searches.watch({ ...of, layer: "other" }, watching.signal)) {
      assert.equal(phase, "none");
      break;
    }
  });

  it("say why they failed, and may be tried again", async () => {
    stage.fails = new RangeError("/photos has no photos.");
    searches.start(sought);
    assert.equal((await until("failed")).failure, "/photos has no photos.");
    stage.fails = undefined;
    searches.start(sought);
    assert.equal((await until("found")).failure, undefined);
  });
});
