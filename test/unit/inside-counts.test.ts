import assert from "node:assert/strict";
import { join } from "node:path";
import { counts } from "../../src/engine/inside/counts.ts";
import { glance } from "../../src/engine/inside/glance.ts";
import { overview } from "../../src/engine/inside/overview.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { Looking } from "../../src/engine/subject.ts";
import type { LayerCounts } from "../../src/shared/inside.ts";
import { Canceled } from "../../src/shared/rpc.ts";
import { never, samplesFolder } from "./support/engine.ts";

const model = join(samplesFolder, "squeezenet1.1.onnx");
const image = join(samplesFolder, "cat-chelsea.png");

describe("the counts of all layers", () => {
  const looking = new Looking(samplesIn(samplesFolder));

  it("are none while nothing was looked at: nothing is run for them", async () => {
    assert.deepEqual(await counts(looking, { model, image }, never), []);
  });

  it("are those of every layer once one was looked at, as the whole net has them", async () => {
    const { dead } = await glance(looking, { model, image, layer: "fire2/expand3x3" }, never);
    const opened = await (await looking.library.open(model)).at({ height: 224, width: 224 });
    const before = opened.lastRunMs;
    const found = await counts(looking, { model, image }, never);
    assert.equal(opened.lastRunMs, before, "nothing ran");
    const expected: LayerCounts[] = [];
    for await (const step of overview(looking, { model, image }, never))
      if (step.kind === "layer") {
        const { layer, channels, dead, broken } = step.overview;
        expected.push({ layer, channels, dead, broken });
      }
    assert.deepEqual(found, expected);
    assert.equal(found.find(({ layer }) => layer === "fire2/expand3x3")?.dead, dead);
    assert.ok(dead > 0);
  });

  it("are of this photo alone, and end when nobody wants them", async () => {
    const other = { model, image: join(samplesFolder, "coffee.png") };
    assert.deepEqual(await counts(looking, other, never), []);
    const cancel = new AbortController();
    cancel.abort();
    await assert.rejects(counts(looking, { model, image }, cancel.signal), Canceled);
  });
});
