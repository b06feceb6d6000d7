import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import * as w from "../fixtures/onnx/writer.ts";
import { closeAll, glassbox, patient, sample, until } from "./support/glassbox.ts";

const kernel = (name: string, ins: number, first: number) =>
  w.tensor(name, 1, [4, ins, 3, 3], w.floats(4, [first, ...Array.from({ length: ins * 36 - 1 }, (_, i) => i % 3)]));

/** The second of two convolutions has a weight that is NaN. */
const model = (): string =>
  w.file(
    w.model(
      w.graph({
        nodes: [
          w.node("Conv", ["x", "k1"], ["sound"], { name: "sound" }),
          w.node("Conv", ["sound", "k2"], ["spoiled"], { name: "spoiled" }),
          w.node("GlobalAveragePool", ["spoiled"], ["p"], { name: "p" }),
          w.node("Flatten", ["p"], ["scores"], { name: "scores" }),
        ],
        initializers: [kernel("k1", 3, 1), kernel("k2", 4, NaN)],
        inputs: [w.value("x", [1, 3, 16, 16])],
        outputs: [w.value("scores", [1, 4])],
      }),
    ),
    "not-numbers.onnx",
  );

describe("A network whose scores are not numbers", function () {
  this.timeout(60_000);
  let path = "";
  before(glassbox);
  afterEach(async () => {
    await closeAll();
    await rm(path, { force: true });
  });

  it("is refused by the Explain panel, which says where that begins", async () => {
    path = model();
    const panel = (await glassbox()).panels.show(sample("coffee.png"), path);
    await assert.rejects(Promise.resolve(panel.calls.subject(undefined, patient)), (error: Error) => {
      assert.equal(error.name, "NotNumbers");
      assert.match(error.message, /not-numbers\.onnx for .*coffee\.png are not numbers \(NaN\)/);
      assert.match(error.message, /The first NaN or infinite values come out of layer spoiled\.$/);
      return true;
    });
  });

  it("is looked into no further when its panel is closed, or another photo or model takes its place", async () => {
    path = model();
    const { panels, supervisor } = await glassbox();
    const { client } = supervisor;
    const original = client.overview;
    const searches: AbortSignal[] = [];
    const last = () => searches.at(-1);
    async function* endless(_: unknown, signal = patient): ReturnType<typeof original> {
      searches.push(signal);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      yield* original({ model: path, image: "" }, signal); // refuses, as the signal is aborted
    }
    Object.assign(client, { overview: endless });
    const search = (count: number, aborted: boolean) =>
      until(
        `search ${count} ${aborted ? "has ended" : "goes on"}`,
        () => searches.length === count && last()?.aborted === aborted,
      );
    try {
      const panel = panels.show(sample("coffee.png"), path);
      await search(1, false);
      panels.show(sample("rocket.jpg"), path);
      await until("the first has ended", () => searches[0]?.aborted === true);
      await search(2, false);
      await panel.useModel(sample("squeezenet1.1.onnx"));
      await search(2, true);
      await panel.useModel(path);
      void panel.seen().catch(() => undefined);
      await search(3, false);
      await closeAll();
      await search(3, true);
    } finally {
      Object.assign(client, { overview: original });
    }
  });
});
