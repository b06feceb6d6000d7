import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../driver/until.ts";
import { around } from "./around.ts";
import { featuresIn } from "./features-page.ts";
import { modelHarness } from "./model-harness.ts";
import { samples } from "./model-fake-host.ts";

describe("how the photo is prepared, in a model editor in a browser", function () {
  this.timeout(120_000);
  const views = around(modelHarness);
  const folder = mkdtempSync(join(tmpdir(), "glassbox-prepared-"));
  after(() => rmSync(folder, { recursive: true }));
  const { calls, says } = featuresIn(views);

  for (const [where, side, tab] of [
    [".stage", "layer", "maps"],
    [".unit", "layer", "unit"],
    [".convolution", "layer", "steps"],
    [".net", "net", "maps"],
  ] as const)
    it(`is said in ${where} with the word that it is a guess, and leads to where it can be checked`, async () => {
      const model = join(folder, `${side}-${tab}.onnx`); // nothing beside it says how
      copyFileSync(join(samples, "squeezenet1.1.onnx"), model);
      const state = { view: { layer: "conv1", tab, side } };
      const page = await views().open({ scenario: { model, state } });
      await says(page, `${where} .prepared`, /^224 × 224, whole photo, BGR, 0 to 255 \(a guess\) Check it$/);
      await page.click(`${where} .prepared .link`);
      await until("it is asked for", () => calls("checkPreparation").length === 1);
    });

  it("is said of the photos that dead filters were counted over", async () => {
    const model = join(folder, "dead.onnx");
    copyFileSync(join(samples, "squeezenet1.1.onnx"), model);
    const page = await views().open({ scenario: { model, state: { view: { layer: "conv1", side: "dead" } } } });
    await says(page, ".dead-prepared", /^Seen as 224 × 224, whole photo, BGR, 0 to 255 \(guessed.*\)\.$/);
  });

  it("is said without that word where a file beside the model says so", async () => {
    const page = await views().open({ scenario: { state: { view: { layer: "conv1", tab: "maps" } } } });
    await says(page, ".stage .prepared", /^224 × 224, whole photo, BGR, 0 to 255$/);
  });
});
