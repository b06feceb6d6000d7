import assert from "node:assert/strict";
import { basename } from "node:path";
import { closeAll, glassbox, patient, sample } from "./support/glassbox.ts";

describe("The built-in models", function () {
  this.timeout(30_000);
  afterEach(closeAll);

  it("are listed by their titles, each with its file beside it", async () => {
    const { inside, panels } = await glassbox();
    const { calls } = panels.show(sample("coffee.png"));
    const builtIn = (await calls.models(undefined, patient)).filter(({ where }) => where === "built in");
    assert.deepEqual(
      builtIn.map(({ path, title }) => [basename(path), title]),
      [
        ["efficientnet-lite0.onnx", "EfficientNet-Lite0"],
        ["squeezenet1.1.onnx", "SqueezeNet 1.1"],
      ],
    );
    for (const model of builtIn) {
      const { label, description } = inside.models.getTreeItem(model);
      assert.deepEqual([label, description], [model.title, `${basename(model.path)} · built in`]);
    }
  });
});
