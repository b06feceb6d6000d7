import assert from "node:assert/strict";
import type { Heatmap, Note, Quantized } from "../../src/shared/updates.ts";
import { Queue } from "../../webview/explain/queue.ts";
import { restored, untouched } from "../../webview/explain/remembered.ts";
import { asked, begun, failed, finished, nothingYet, refined, stopped } from "../../webview/explain/result.ts";

const heatmap = (key: string, title = key): Heatmap<Quantized> => ({
  kind: "heatmap",
  key,
  title,
  values: { shape: [1, 1], low: 0, high: 1, bytes: Uint8Array.of(255), broken: 0 },
  signed: false,
  draw: "smooth",
  unit: "",
});
const note: Note = { kind: "note", key: "sum", title: "Sum", level: "good", text: "adds up" };

describe("a technique's result in the view", () => {
  it("takes a later picture of the same key in the earlier one's place", () => {
    const result = [heatmap("a"), heatmap("b"), heatmap("a", "finer")].reduce(refined, begun(nothingYet));
    assert.deepEqual(
      result.pictures.map(({ title }) => title),
      ["finer", "b"],
    );
  });

  it("puts the technique's own map first, whichever came first", () => {
    const result = [heatmap("activation"), heatmap("map"), heatmap("other")].reduce(refined, begun(nothingYet));
    assert.deepEqual(
      result.pictures.map(({ key }) => key),
      ["map", "activation", "other"],
    );
  });

  it("keeps the pictures of an earlier question, as stale, until the first of the new one", () => {
    const old = finished(refined(refined(begun(nothingYet), heatmap("a")), note));
    const again = begun(asked(old));
    assert.deepEqual([again.stale, again.pictures.length, again.notes.length], [true, 1, 1]);
    assert.equal(refined(again, { kind: "progress", done: 1, total: 2 }).stale, true);
    const fresh = refined(again, heatmap("b"));
    assert.deepEqual([fresh.stale, fresh.pictures.map(({ key }) => key), fresh.notes.length], [false, ["b"], 0]);
  });

  it("drops what is stale when the new answer has no pictures, and the progress when it is done", () => {
    const old = finished(refined(begun(nothingYet), heatmap("a")));
    const run = [
      { kind: "progress", done: 1, total: 2 },
      { kind: "progress", done: 1, total: 1, ms: 7 },
    ] as const;
    const done = finished(run.reduce(refined, begun(asked(old))));
    assert.deepEqual(done, { status: "done", pictures: [], notes: [], stale: false, ms: 7 });
  });

  it("says how long the run took, as the engine measured it, and no time of an earlier one", () => {
    const old = finished(refined(begun(nothingYet), { kind: "progress", done: 1, total: 1, ms: 5 }));
    assert.equal(old.ms, 5);
    assert.equal(finished(refined(begun(asked(old)), heatmap("a"))).ms, undefined);
  });

  it("keeps what was reached when it is stopped or fails", () => {
    const halfway = refined(begun(nothingYet), heatmap("a"));
    assert.equal(stopped(halfway).pictures.length, 1);
    assert.equal(failed(halfway, { name: "Error", message: "no" }).pictures.length, 1);
  });
});

describe("the queue of techniques", () => {
  /** Jobs that end when told, or when their signal says so. */
  function bench() {
    const log: string[] = [];
    const ends = new Map<string, () => void>();
    const queue = new Queue(
      (id, signal) =>
        new Promise((resolve) => {
          log.push(id);
          ends.set(id, resolve);
          signal.addEventListener("abort", () => {
            log.push(`${id} left`);
            resolve();
          });
        }),
    );
    const end = async (id: string) => {
      ends.get(id)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { queue, log, end };
  }

  it("runs one after the other, each once", async () => {
    const { queue, log, end } = bench();
    queue.last("a", "b", "a");
    queue.last("b", "c");
    await end("a");
    await end("b");
    assert.deepEqual(log, ["a", "b", "c"]);
    assert.deepEqual([queue.running, queue.busy], ["c", true]);
    await end("c");
    assert.equal(queue.busy, false);
  });

  it("interrupts for what a person asks now, and takes the interrupted up again next", async () => {
    const { queue, log, end } = bench();
    queue.last("slow", "other");
    queue.now("wanted");
    await end("slow");
    await end("wanted");
    await end("slow");
    assert.deepEqual(log, ["slow", "slow left", "wanted", "slow", "other"]);
  });

  it("begins the running one anew when it is asked for again", async () => {
    const { queue, log, end } = bench();
    queue.last("a", "b");
    queue.now("a");
    await end("");
    assert.deepEqual(log, ["a", "a left", "a"]);
    assert.deepEqual(queue.waiting, ["b"]);
  });

  it("stops everything, and can be asked for the same again at once", async () => {
    const { queue, log, end } = bench();
    queue.last("a", "b");
    assert.deepEqual(queue.stop(), ["a", "b"]);
    queue.last("a");
    await end("");
    assert.deepEqual(log, ["a", "a left", "a"]);
    assert.deepEqual(queue.waiting, []);
  });
});

describe("what the view remembers over a reload", () => {
  it("comes back as it was", () => {
    const kept = {
      ...untouched,
      technique: "saliency",
      target: 282,
      layer: "head",
      parameters: { saliency: { a: 1 } },
    };
    assert.deepEqual(restored(JSON.parse(JSON.stringify(kept))), kept);
  });

  it("is dropped field by field where it does not fit", () => {
    const kept = {
      technique: 7,
      target: -1,
      against: "x",
      view: "overlay",
      viewport: { zoom: null },
      parameters: [],
      extra: 1,
    };
    assert.deepEqual(restored(kept), { ...untouched, view: "overlay" });
    assert.deepEqual(restored("nonsense"), untouched);
  });
});
