import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import { diff as commandDiff } from "../../src/cli/diff.ts";
import { WrongUse } from "../../src/cli/words.ts";
import { diff } from "../../src/engine/inside/diff.ts";
import { Library } from "../../src/engine/library.ts";
import type { engine } from "../../src/shared/protocol.ts";
import type { Client } from "../../src/shared/rpc.ts";
import type { ModelDiff } from "../../src/shared/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const library = new Library();
const client = {
  diff: (request: { readonly a: string; readonly b: string }) => diff(library, request, new AbortController().signal),
} as Client<typeof engine>; // all that the command asks for

async function glassboxDiff(...words: readonly string[]): Promise<string> {
  let said = "";
  await commandDiff(words, client, (text) => (said += text));
  return said;
}

const sample = fileURLToPath(new URL("../../samples/squeezenet1.1.onnx", import.meta.url));

describe("glassbox diff", () => {
  let changed: string;
  before(() => {
    const bytes = readFileSync(sample);
    bytes.writeFloatLE(bytes.readFloatLE(2_058_552) + 1, 2_058_552); // the first number of conv1's weights
    changed = w.file(bytes, "changed.onnx");
  });

  it("has a line for each layer that differs, and one that counts them", async () => {
    const [line, count, ...more] = (await glassboxDiff(sample, changed)).trimEnd().split("\n");
    assert.match(line ?? "", /^conv1 +weights +9\.6\d? %, at most 1 +other weights$/);
    assert.equal(count, "1 of 39 layers differs: 1 with other weights");
    assert.deepEqual(more, []);
  });

  it("says that two are the same", async () => {
    assert.equal(await glassboxDiff(sample, sample), "the same: all 39 layers, weights included\n");
  });

  it("gives everything as JSON", async () => {
    const { layers, outside } = JSON.parse(await glassboxDiff("--json", sample, changed)) as ModelDiff; // read below
    assert.equal(layers.length, 39);
    assert.deepEqual(outside, []);
    const [one] = layers.filter(({ change }) => change !== "same");
    assert.equal(one?.layer, "conv1");
    assert.equal(one.largest, 1);
    assert.equal(one.parameters.a, 1792);
  });

  it("shows names from a file as text, whatever is in them", async () => {
    const odd = (value: number) =>
      w.file(
        w.model(
          w.graph({
            nodes: [w.node("Mul", ["x", "scale"], ["y"], { name: "\u001b[31mred" })],
            initializers: [w.tensor("scale", 1, [], w.floats(4, [value]))],
            inputs: [w.value("x", [1, 4])],
            outputs: [w.value("y", [1, 4])],
          }),
        ),
      );
    const said = await glassboxDiff(odd(1), odd(2));
    assert.ok(said.includes("\\u{1b}[31mred") && !said.includes("\u001b"), said);
    assert.match(said, /1 → 2/);
  });

  it("wants two models", async () => {
    await assert.rejects(glassboxDiff(sample), WrongUse);
  });
});
