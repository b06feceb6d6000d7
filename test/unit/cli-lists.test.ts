import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "../../src/cli/explain.ts";
import { filters } from "../../src/cli/filters.ts";
import { info } from "../../src/cli/info.ts";
import { techniques } from "../../src/cli/techniques.ts";
import { WrongUse } from "../../src/cli/words.ts";
import { syntheses } from "../../src/engine/synthesis/techniques/index.ts";
import { techniques as catalogue } from "../../src/engine/techniques/index.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { labelled, printed } from "./support/cli.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { npy, samplesFolder } from "./support/engine.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { referenceFile } from "./support/reference-net.ts";

interface Card {
  readonly id: string;
  readonly title: string;
  readonly parameters: object;
}

describe("glassbox info and glassbox techniques", () => {
  it("lists inputs, outputs and layers in words", async () => {
    const text = await printed(info, labelled());
    assert.match(text, /^Small: ONNX, opset 17\n/);
    assert.match(text, /input {3}image {2}float32 \[N, 3, 12, 10\]\noutput {2}scores {2}float32 \[N, 4\]\n/);
    assert.match(text, /4 classes, scored by scores; labels: from the \.glassbox\.json beside the model\n/);
    assert.match(text, /^\d+\.\d kB, /m);
    assert.match(text, /\nconv1 +Conv \+ Relu +1 × 4 × 12 × 10 +112\n/);
  });

  it("shows names that would rewrite the terminal as what they are, and JSON as JSON", async () => {
    const evil = "\x1b[2Jconv\u202Egnp\u200b";
    const model = onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "c", {}, { name: evil }),
        node("GlobalAveragePool", ["c"], "p"),
        node("Flatten", ["p"], "y\x07"),
      ],
      weights: [weight("k", [4, 3, 3, 3], random(1, 108))],
      inputs: [value("x", ["N", 3, 8, 8])],
      outputs: [value("y\x07", ["N", 4])],
    });
    writeFileSync(
      model.replace(/onnx$/, "glassbox.json"),
      JSON.stringify({ name: `${evil}!`, labels: [evil, "b", "c", "d"] }),
    );
    const invisible = /[^\P{Cc}\n]|\p{Cf}/u;
    const text = await printed(info, model);
    assert.doesNotMatch(text, invisible);
    assert.match(text, /^\\u\{1b\}\[2Jconv\\u\{202e\}gnp\\u\{200b\}!: ONNX/);
    const json = await printed(info, model, "--json");
    assert.doesNotMatch(json, invisible);
    assert.equal((JSON.parse(json) as { title: string }).title, `${evil}!`);
    const answer = await printed(explain, model, npy(float32([1, 3, 8, 8], random(2, 192))));
    assert.doesNotMatch(answer, invisible);
    await assert.rejects(
      printed(explain, model, npy(float32([1, 3, 8, 8], random(2, 192))), "--layer", "no\x1b"),
      (error: Error) => {
        assert.doesNotMatch(error.message, invisible);
        return true;
      },
    );
  });

  const named = (name: string) =>
    onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "c", {}, { name }),
        node("GlobalAveragePool", ["c"], "p"),
        node("Flatten", ["p"], "y"),
      ],
      weights: [weight("k", [4, 3, 3, 3], random(1, 108))],
      inputs: [value("x", ["N", 3, 8, 8])],
      outputs: [value("y", ["N", 4])],
    });

  /** What a terminal would get, or a pipe. */
  async function onto(where: "terminal" | "pipe", model: string): Promise<string> {
    const { isTTY } = process.stdout;
    process.stdout.isTTY = where === "terminal";
    try {
      return await printed(info, model);
    } finally {
      process.stdout.isTTY = isTTY;
    }
  }

  it("gives a long name whole to a pipe, and without its middle to a terminal; control characters to neither", async () => {
    const long = `${"stage_".repeat(100)}\u001b[31mred`;
    const model = named(long);
    assert.ok((await onto("pipe", model)).includes(`\n${long.replace("\u001b", "\\u{1b}")} `));
    assert.match(await onto("terminal", model), /\n\S{39}…\S+red /);
  });

  it("leaves out the middle of a name that is a megabyte long, and tells a pipe how much that is", async () => {
    const model = named("n".repeat(2 ** 20));
    const text = await onto("pipe", model);
    assert.ok(text.length < 3000, `${text.length} characters`);
    assert.match(text, /\nn{500}… \(1,047,576 characters left out\) …n{500} /);
    assert.match(await onto("terminal", model), /\nn{39}…n{39} /);
  });

  it("gives the whole card as JSON", async () => {
    const card = JSON.parse(await printed(info, "--json", referenceFile({ end: "Softmax" })));
    assert.deepEqual(card.beforeScore, ["Softmax"]);
    assert.deepEqual(card.layers[0], {
      name: "conv1",
      kind: "Conv + Relu",
      value: "relu1",
      shape: [1, 4, 12, 10],
      maps: [4, 12, 10],
      parameters: 112,
      spatial: true,
    });
    assert.equal(card.classes, 4);
  });

  it("tells an output's shape where the file leaves it out, and says where it cannot", async () => {
    const ending = (op: string, attributes = {}) =>
      onnxFile({
        nodes: [node("Conv", ["x", "k"], "c"), node(op, ["c"], "y", attributes)],
        weights: [weight("k", [4, 3, 3, 3], random(1, 108))],
        inputs: [value("x", [1, 3, 8, 8])],
        outputs: [w.value("y")],
      });
    assert.match(await printed(info, ending("Relu")), /^output {2}y {2}float32 \[1, 4, 6, 6\]$/m);
    assert.match(await printed(info, ending("Magic")), /^output {2}y {2}float32 of a shape that is not known$/m);
    assert.match(await printed(info, ending("ReduceMean", { keepdims: 0 })), /^output {2}y {2}float32 \[\]$/m);
  });

  it("names the layers within a module that have filters", async () => {
    const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
    await assert.rejects(
      printed(filters, squeezenet, "--layer", "fire5"),
      /fire5 has no filters: .* These within it have some: fire5\/squeeze1x1, fire5\/expand1x1, fire5\/expand3x3\.$/,
    );
  });

  it("wants one model, and no words after techniques", async () => {
    await assert.rejects(printed(info), WrongUse);
    await assert.rejects(printed(info, "a.onnx", "b.onnx"), WrongUse);
    await assert.rejects(printed(techniques, "cam"), WrongUse);
  });

  it("lists every technique with its parameters, in words and as JSON", async () => {
    const text = await printed(techniques);
    const cards = JSON.parse(await printed(techniques, "--json")) as Card[];
    assert.deepEqual(cards.map(({ id }) => id).sort(), Object.keys(catalogue).sort());
    for (const { id, title, parameters } of cards) {
      assert.ok(text.includes(`${id}: ${title}\n`));
      for (const name of Object.keys(parameters)) assert.ok(text.includes(`--${name} `), `${id} ${name}`);
    }
    assert.match(text, /--steps +enough or 1 to 1000 \(enough\)/);
    assert.match(text, /--seed +0 to \d+ \(0\) +Seed of the noise, with --fill noise\n/);
    assert.match(text, /--preset fine +--window 15 --stride 8\n/);
  });

  it("lists every technique that makes pictures, with the parameters that there are flags for", async () => {
    const text = await printed(techniques, "--pictures");
    const cards = JSON.parse(await printed(techniques, "--pictures", "--json")) as Card[];
    assert.deepEqual(cards.map(({ id }) => id).sort(), Object.keys(syntheses).sort());
    for (const { id, title } of cards) assert.ok(text.includes(`${id}: ${title}\n`));
    assert.match(text, /neuron-visualization: [^]*--pictures +1 to 9 \(1\)[^]*--diversity +0 to 100 \(1\)/);
    assert.doesNotMatch(text, /--towards/, "whether there is a --target says it");
  });
});
