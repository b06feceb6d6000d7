import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { closeAll, copies, glassbox, patient, sample, until } from "./support/glassbox.ts";

describe("A dream that waits", function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it("says for which one, by what that makes: its class by name, or its layer", async () => {
    const { dreams, supervisor } = await glassbox();
    const common = { model: sample("squeezenet1.1.onnx"), seed: 0 };
    const made = { ...common, technique: "class-visualization", target: 207, parameters: { steps: 4000 } };
    const first = dreams.show(made, true);
    await first.calls.subject(undefined, patient);
    await until("it runs", () => first.run.phase === "running", 40_000);
    const second = dreams.show({ ...common, technique: "feature-grid", layer: "fire5/concat", parameters: {} }, true);
    const end = new AbortController();
    for await (const { waitsFor } of second.run.watch(end.signal)) {
      if (waitsFor === undefined) continue;
      assert.deepEqual(waitsFor, { title: "Class visualization of golden retriever by squeezenet1.1.onnx", more: 0 });
      break;
    }
    const titles = supervisor.state.jobs.map(({ title }) => title);
    assert.ok(titles.includes("feature-grid of fire5/concat by squeezenet1.1.onnx"), titles.join(", "));
    await second.calls.stop(undefined, patient);
    await first.calls.stop(undefined, patient);
  });
});

describe("A model file that is replaced in mid-dream", function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it("leaves the last frame, and the dream goes on from there", async () => {
    const { dreams } = await glassbox();
    const { paths, remove } = await copies(sample("squeezenet1.1.onnx"));
    try {
      const model = paths[0]!;
      const settings = { technique: "deep-dream", model, image: sample("coffee.png"), parameters: { octaves: 1, steps: 400 }, seed: 0 }; // prettier-ignore
      const panel = dreams.show(settings, true);
      await until("some steps are done", () => (panel.run.newest?.done ?? 0) >= 3, 40_000);
      const told: string[] = [];
      const end = new AbortController();
      const listening = (async () => {
        for await (const { why } of panel.calls.changed(undefined, end.signal)) told.push(why ?? "");
      })();
      await cp(sample("efficientnet-lite0.onnx"), model);
      await until("it is told", () => told.some((why) => why.includes("squeezenet1.1.onnx changed")), 20_000);
      end.abort();
      await listening;
      if (panel.run.isGoing) await panel.calls.pause(undefined, patient);
      const before = panel.run.newest!;
      assert.ok(before.frame.picture.pixels.length > 0);
      await panel.calls.resume({}, patient);
      await until("it goes on", () => (panel.run.newest?.done ?? 0) > before.done, 40_000);
      const line = panel.run.film.line(panel.run.newest!.id).map(({ id }) => id);
      assert.ok(line.includes(before.id), "from the last frame");
      // Of a file a recipe has no more than its name: by itself it would not give this picture.
      const where = `from octave 1, step ${before.done}`;
      assert.equal(panel.run.newest!.recipe?.continued, `${where}, before another squeezenet1.1.onnx came`);
      assert.equal(panel.run.failure, undefined);
      await panel.calls.stop(undefined, patient);
    } finally {
      await remove();
    }
  });
});
