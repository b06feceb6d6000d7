import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstClassifier, type Probing } from "../../src/host/first-classifier.ts";
import { RemoteError } from "../../src/shared/rpc.ts";
import { folder } from "../fixtures/onnx/writer.ts";

const picture = { name: "x", layout: "NCHW", channels: 3, height: 8, width: 8, written: [1, 3, 8, 8] } as const;

describe("the first classifier of a workspace", () => {
  const [crashing, broken, other, good] = ["crashing", "broken", "other", "good"].map((name) =>
    join(folder(), `${name}.onnx`),
  ) as [string, string, string, string];
  let opened: string[];
  let deadly: readonly string[];
  const probing: Probing = {
    open: async (model) => {
      opened.push(model);
      if (model === crashing) throw new RemoteError({ name: "EngineCrashed", message: "The runtime crashed." });
      if (model === broken) throw new RemoteError({ name: "Unreadable", message: "It ends early." });
      return Promise.resolve({ classes: model === good ? 10 : undefined, picture });
    },
    deadly: () => deadly,
    remember: async (states) => Promise.resolve(void (deadly = states)),
    log: () => undefined,
  };
  beforeEach(() => {
    opened = [];
    deadly = [];
    for (const model of [crashing, broken, other, good]) writeFileSync(model, "a model");
  });

  it("is the first that classifies, whatever became of those before it", async () => {
    assert.equal(await firstClassifier([crashing, broken, other, good], probing), good);
    assert.deepEqual(opened, [crashing, broken, other, good]);
    assert.equal(await firstClassifier([broken, other], probing), undefined);
  });

  it("is one of photos, where there is any, before one of grey or tiny pictures", async () => {
    const [gray, small, any, photos] = ["gray", "small", "any", "photos"].map((name) => join(folder(), name)) as [string, string, string, string]; // prettier-ignore
    const sized = (channels: number | undefined, height: number | undefined, width = height) => ({ ...picture, channels, height, width }); // prettier-ignore
    const all = { [gray]: sized(1, 28), [small]: sized(3, 32), [any]: sized(3, undefined), [photos]: sized(3, 224) };
    const taken = (...models: string[]) =>
      firstClassifier(models, {
        ...probing,
        open: async (model) => {
          opened.push(model);
          return Promise.resolve({ classes: 10, picture: all[model] });
        },
      });
    assert.equal(await taken(gray, small, photos, any), photos);
    assert.deepEqual(opened, [gray, small, photos], "those after it are not looked into");
    assert.equal(await taken(gray, any), any);
    assert.equal(await taken(small, gray), small, "the first, where there is none of photos");
    assert.equal(await taken(gray, small), gray);
  });

  it("is not looked for a second time in a file that the engine died of, until that is written anew", async () => {
    await firstClassifier([crashing, broken, good], probing);
    opened = [];
    await firstClassifier([crashing, broken, good], probing);
    assert.deepEqual(opened, [broken, good], "one that is only unreadable is tried again");
    writeFileSync(crashing, "another model");
    opened = [];
    await firstClassifier([crashing, good], probing);
    assert.deepEqual(opened, [crashing, good]);
  });
});
