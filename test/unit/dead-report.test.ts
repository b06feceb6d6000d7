import assert from "node:assert/strict";
import { deadText } from "../../src/host/dead-text.ts";
import { usageOf } from "../../src/cli/usage.ts";
import { faultKinds, faultMeanings, faultWords, type DeadLayer } from "../../src/shared/dead.ts";
import { layerWith } from "./support/dead-layers.ts";
import { guessed } from "./support/prepared.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const told = (...layers: readonly DeadLayer[]) =>
  deadText({ kind: "report", images: 3, refused: [], layers }, "net.onnx", "photos");

describe("the report of dead channels", () => {
  it("has a column for each thing that is wrong, and says what is not", () => {
    const text = told(layerWith("conv", 8, { constant: [1, 2] }));
    assert.match(
      text,
      /^\| Layer \| Channels \| Dead \| Constant \| Active places \| Active photos \| Which are dead \|$/m,
    );
    const ofOne = deadText(
      { kind: "report", images: 1, refused: [], layers: [layerWith("conv", 8, { constant: [1, 2] })] },
      "net.onnx",
      "cat.png",
    );
    assert.match(ofOne, /\| Active places \| Which are dead \|$/m);
    assert.match(ofOne, /\| What is wrong \| Active places \|$/m);
    assert.match(ofOne, /^- Active places: the share/m);
    assert.match(
      text,
      /^None found that is nearly dead, saturated or duplicate, or that holds NaN or infinite values\.$/m,
    );
    const all = { dead: [0], nearlyDead: [1], saturated: [2], constant: [3], broken: [4] };
    const duplicates = [{ a: 5, b: 6, correlation: 1 }];
    assert.doesNotMatch(told(layerWith("conv", 8, { ...all, duplicates })), /None found/);
  });

  it("says so where nothing is wrong at all", () => {
    const none =
      /photos\)\.\n\nNone found that is nearly dead, saturated, constant or duplicate, or that holds NaN or infinite values\.$/m;
    assert.match(told(layerWith("conv", 8)), none);
    const others = { nearlyDead: [0], saturated: [1], constant: [2], duplicates: [{ a: 4, b: 5, correlation: 1 }] };
    assert.match(told(layerWith("conv", 8, others)), /^None found that holds NaN or infinite values\.$/m);
    const text = told(layerWith("conv", 8, { ...others, nearlyDead: [], broken: [3] }));
    assert.match(text, /^None found that is nearly dead\.$/m);
  });

  it("says how the photos were prepared, and that this was guessed", () => {
    const report = { kind: "report", images: 3, refused: [], layers: [layerWith("conv", 8)] } as const;
    assert.match(
      deadText({ ...report, prepared: guessed }, "net.onnx", "photos"),
      /^Seen as 224 × 224, whole photo, BGR, 0 to 255 \(guessed by rocket\.jpg\)\.$/m,
    );
    assert.doesNotMatch(deadText(report, "net.onnx", "photos"), /Seen as/);
  });

  it("defines each fault as the editor's table and the command line do", () => {
    const text = told(layerWith("conv", 8));
    for (const kind of faultKinds) {
      assert.ok(text.includes(`: ${faultMeanings[kind]}.`), kind);
      assert.match(
        usageOf("dead"),
        new RegExp(`${faultWords[kind]}: +${faultMeanings[kind].replace(/[()%]/g, "\\$&")}\n`),
        kind,
      );
    }
  });

  it("says where duplicates were not looked for, or not all are told, and which layers are left out", () => {
    const wide = layerWith("wide", 5000, { compared: "none" });
    const alike = layerWith("alike", 8, { compared: "some", duplicates: [{ a: 5, b: 6, correlation: 1 }] });
    const text = told(wide, layerWith("conv", 8, { constant: [1] }));
    assert.match(text, /^None found that is nearly dead or saturated, or that holds NaN or infinite values\.$/m);
    assert.match(text, /^Duplicates are not looked for among more than 4,096 channels: wide\.$/m);
    assert.match(told(alike), /^\| alike .*\| at least 2 /m, "two channels that say the same");
    const report = { kind: "report", images: 3, refused: [], layers: [wide], leftOut: ["attention"] } as const;
    assert.match(deadText(report, "net.onnx", "photos"), /Left out, .*: attention\.$/m);
  });

  it("leaves room for other layers beside one of which nearly all is silent", () => {
    const text = told(layerWith("softmax", 1000, { nearlyDead: upTo(951) }), layerWith("conv", 8, { nearlyDead: [3] }));
    const [, list = ""] = text.split("## Channels by themselves");
    assert.equal(list.split("\n").filter((line) => line.startsWith("| softmax")).length, 24);
    assert.equal(list.split("\n").filter((line) => line.startsWith("| conv")).length, 1);
    assert.match(list, /And 927 more, which the table in the model editor saves/);
  });

  it("shortens a long name in its middle, so that the numbers stay in sight", () => {
    const name = `/backbone/${"stage/".repeat(12)}last/Conv`;
    const text = told(layerWith(name, 8, { dead: [1], nearlyDead: [2] }));
    assert.ok(!text.includes(name));
    assert.equal([...text.matchAll(/\| \/backbone\/[^|]*…[^|]*last\/Conv +\|/g)].length, 2);
  });
});
