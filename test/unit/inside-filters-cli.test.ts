import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { becauseLines } from "../../src/cli/because.ts";
import { filters as filtersCommand } from "../../src/cli/filters.ts";
import { receptiveField as fieldCommand } from "../../src/cli/receptive-field.ts";
import { fieldless, fields } from "../../src/engine/inside/fields.ts";
import { filterSheet } from "../../src/engine/inside/filter-sheet.ts";
import { filters } from "../../src/engine/inside/filters.ts";
import type { FilterCard, inside, NamedField } from "../../src/shared/inside.ts";
import type { Client } from "../../src/shared/rpc.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { referenceFile } from "./support/reference-net.ts";
import { never } from "./support/engine.ts";
import { efficientnet, looking, squeezenet } from "./support/samples.ts";

/** Of conv1, magic, conv2 and pool; nobody knows what magic does. */
const withUnknown = () =>
  onnxFile({
    nodes: [
      node("Conv", ["x", "k1"], "a", {}, { name: "conv1" }),
      node("Magic", ["a"], "m", {}, { name: "magic", domain: "acme" }),
      node("Conv", ["m", "k2"], "b", {}, { name: "conv2" }),
      node("GlobalAveragePool", ["b"], "y", {}, { name: "pool" }),
    ],
    weights: [weight("k1", [4, 3, 3, 3], random(1, 108)), weight("k2", [5, 4, 3, 3], random(2, 180))],
    inputs: [value("x", [1, 3, 16, 16])],
    outputs: [value("y", [1, 5, 1, 1])],
    domains: { acme: 1 },
  });

describe("the layers of which something could not be had", () => {
  it("are the first of them and the beginning of the reason at a terminal, all of both in a file or a pipe", () => {
    const refused = [1, 2, 3, 4, 5, 6].map((i) => ({ layer: `conv${i}`, why: `${"long ".repeat(50)}reason.` }));
    const [brief = "", ...more] = becauseLines(refused, (those) => `${those} are lost`, false);
    assert.match(brief, /^6 layers are lost \(conv1, conv2, conv3, conv4, …\): long .*….* reason\.$/);
    assert.deepEqual(more, []);
    const whole = becauseLines(refused, (those) => `${those} are lost`, true);
    assert.deepEqual(whole, [
      `6 layers are lost (${refused.map(({ layer }) => layer).join(", ")}): ${refused[0]?.why ?? ""}`,
    ]);
  });
});

describe("what a layer is made of and sees, on the command line", () => {
  afterEach(releaseModels);

  const client = () => {
    const engine = looking();
    return {
      filters: (request) => filters(engine, request, never),
      filterSheet: (request) => filterSheet(engine, request, never),
      fields: (request) => fields(engine, request),
      fieldless: (request) => fieldless(engine, request),
    } as Pick<Client<typeof inside>, "filters" | "filterSheet" | "fields" | "fieldless">;
  };
  async function said(command: typeof filtersCommand | typeof fieldCommand, ...words: readonly string[]) {
    let text = "";
    await command(words, client(), (piece) => (text += piece));
    return text;
  }
  async function fieldsTold(onTerminal: boolean, ...words: readonly string[]) {
    let [text, remarks] = ["", ""];
    const print = (piece: string) => (text += piece);
    await fieldCommand(words, client(), print, undefined, (piece) => (remarks += piece), onTerminal);
    return { text, remarks };
  }

  it("filters are told, printed as JSON, and drawn", async () => {
    const out = join(folder(), "conv1.png");
    const text = await said(filtersCommand, squeezenet, "--layer", "conv1", "--out", out);
    assert.match(text, /conv1 of squeezenet1\.1\.onnx: 64 filters of 3 × 3 over 3 channels/);
    assert.match(
      text,
      /^smooth\. Half of the filters have at most 6\d\.\d % of their energy in the upper half of the frequencies; below 69\.0 % counts as smooth\. 0 dead, 0 pairs alike$/m,
    );
    assert.match(text, /^conv1 of .* over 3 channels, conv1_w_0; read as blue, green, red$/m);
    assert.match(text, /^wrote .*conv1\.png: 64 filters .* read as blue, green, red: middle grey is a weight of 0\.$/m);
    assert.match(text, /^ {2}one scale: −0\.92 to 0\.92$/m);
    assert.equal(text.split("\n").filter((line) => /^\d+ /.test(line)).length, 64);
    assert.equal((await sharp(readFileSync(out)).metadata()).format, "png");
    const json = JSON.parse(await said(filtersCommand, squeezenet, "--layer=fire2/squeeze1x1", "--json")) as FilterCard;
    assert.deepEqual(
      [json.shape, json.verdict, json.median, json.norms.length],
      [[16, 64, 1, 1], "too small to tell", null, 16],
    );
    assert.ok(!("pictures" in json) && !("own" in json));
    await assert.rejects(said(filtersCommand, squeezenet), /needs --layer/);
    await assert.rejects(said(filtersCommand, squeezenet, "--layer", "conv1", "--out", "x.jpg"), /ends in .png/);
    assert.ok(!existsSync("x.jpg"));
  });

  it("filters are drawn on the scale that is asked for, else as they differ", async () => {
    const out = join(folder(), "stem.png");
    const scaleOf = async (...words: readonly string[]) =>
      /^ {2}(\w+).* scale: .*$/m.exec(
        await said(filtersCommand, efficientnet, "--layer=stem", "--out", out, ...words),
      )?.[1];
    assert.equal(await scaleOf(), "each");
    const own = readFileSync(out);
    assert.equal(await scaleOf("--scale", "all"), "one");
    assert.notDeepEqual(readFileSync(out), own);
    assert.equal(await scaleOf("--scale=each"), "each");
    assert.deepEqual(readFileSync(out), own);
    await assert.rejects(said(filtersCommand, efficientnet, "--layer=stem", "--scale", "some"), /--scale some: "all"/);
    const pointwise = said(filtersCommand, squeezenet, "--layer=fire2/squeeze1x1", "--scale", "each");
    await assert.rejects(pointwise, { name: "WrongUse", message: /--scale each has no effect here/ });
  });

  it("receptive fields are an array with one entry for each layer and value", async () => {
    const found = JSON.parse(await said(fieldCommand, referenceFile(), "--json")) as NamedField[];
    assert.deepEqual(
      found.find(({ layer }) => layer === "pool1"),
      { layer: "pool1", size: [4, 4], stride: [2, 2], center: [0.5, 0.5] },
    );
    for (const layer of ["image", "conv1", "relu1", "conv2", "relu2", "scores"])
      assert.equal(found.filter((each) => each.layer === layer).length, 1, layer);
    const one = JSON.parse(await said(fieldCommand, referenceFile(), "--layer", "relu1", "--json")) as NamedField[];
    assert.deepEqual(one, [{ layer: "relu1", size: [3, 3], stride: [1, 1], center: [0, 0] }]);
    assert.match(await said(fieldCommand, referenceFile()), /pool1 +4 × 4 +2 × 2 +0\.5, 0\.5\n/);
    assert.match(await said(fieldCommand, referenceFile()), /average +the whole picture\n/);
    assert.doesNotMatch(await said(fieldCommand, referenceFile()), /not known/);
    await assert.rejects(said(fieldCommand, referenceFile(), "--layer", "nothing"), /no layer nothing/);
    await assert.rejects(said(fieldCommand), /needs a model: /);
  });

  it("receptive fields that are not known are told with the reason; JSON has those that are, in numbers", async () => {
    const model = withUnknown();
    const unknown = /^the receptive field of 3 layers is not known \(magic, conv2, pool\): Magic \(node magic\) could/m;
    for (const onTerminal of [true, false]) {
      const { text, remarks } = await fieldsTold(onTerminal, model);
      assert.match(text, /^conv1 +3 × 3 /m);
      assert.match(text, unknown);
      assert.equal(remarks, "");
    }
    const { text, remarks } = await fieldsTold(true, model, "--json");
    assert.match(
      remarks,
      /^glassbox: the receptive field of 3 layers is not known \(magic, conv2, pool\): Magic .*\.\n$/,
    );
    const found = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[];
    assert.ok(found.some(({ layer }) => layer === "conv1"));
    for (const { size, stride, center } of found)
      for (const pair of [size, stride, center]) {
        assert.ok(Array.isArray(pair) && pair.length === 2);
        assert.ok(pair.every(Number.isFinite));
      }
    await assert.rejects(said(fieldCommand, model, "--layer", "pool"), /pool cannot be computed: Magic/);
  });
});
