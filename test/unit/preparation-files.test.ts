import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { labelsFor, type LabelSources } from "../../src/engine/preparation/labels.ts";
import { checkSidecar, readSidecar, sidecarPath } from "../../src/engine/preparation/sidecar.ts";
import { temporaryFolder } from "../fixtures/images/folder.ts";

const samples = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));

describe("the sidecar", () => {
  const folder = temporaryFolder();

  it("lies beside the model", () => assert.equal(sidecarPath("/a/net.v1.onnx"), "/a/net.v1.glassbox.json"));
  it("may be missing", async () => assert.equal(await readSidecar(folder.at("none.onnx")), undefined));

  for (const model of ["efficientnet-lite0", "squeezenet1.1"])
    it(`of ${model} is read`, async () => {
      const sidecar = await readSidecar(samples(`${model}.onnx`));
      assert.deepEqual([sidecar?.labels, sidecar?.input?.size], ["imagenet-labels.txt", [224, 224]]);
    });

  it("may leave out everything, and may say everything", () => {
    const full = {
      $schema: "x",
      name: "Net",
      input: { size: [32, 48], fit: "pad", color: "gray", range: [-1, 1], mean: [0.5], deviation: [2], layout: "NHWC" },
      labels: ["a", "b"],
      dimensions: { N: 1 },
    };
    assert.deepEqual(checkSidecar("a.json", {}), {});
    assert.deepEqual(checkSidecar("a.json", full), full);
  });

  const refused: Record<string, readonly [unknown, RegExp]> = {
    "a list": [[], /expected an object, got \[\]/],
    "an unknown field": [{ labls: "a.txt" }, /labls: no such field; expected one of \$schema, name, input, labels/],
    "an unknown field of the input": [{ input: { colour: "RGB" } }, /input\.colour: no such field/],
    "a size of one number": [{ input: { size: 224 } }, /input\.size: expected \[height, width\].*got 224/],
    "half a pixel": [{ input: { size: [224, 0.5] } }, /input\.size/],
    "an unknown order": [{ input: { color: "GBR" } }, /input\.color: expected "RGB", "BGR" or "gray", got "GBR"/],
    "a range upside down": [{ input: { range: [1, 0] } }, /input\.range/],
    "two means": [{ input: { mean: [1, 2] } }, /input\.mean: expected a list of one number, or one per channel/],
    "a deviation of zero": [{ input: { deviation: [0] } }, /input\.deviation/],
    "three means for gray": [{ input: { color: "gray", mean: [1, 2, 3] } }, /input\.mean: expected one number/],
    "labels that are numbers": [{ labels: [1] }, /labels: expected/],
    "an input of null": [{ input: null }, /input: expected an object, got null/],
    "a dimension of zero": [{ dimensions: { N: 0 } }, /dimensions: expected/],
    "an inherited name": [{ constructor: 1 }, /constructor: no such field/],
  };
  for (const [name, [value, reason]] of Object.entries(refused))
    it(`refuses ${name}`, () =>
      assert.throws(
        () => checkSidecar("/x/net.glassbox.json", value),
        (error: Error) => {
          assert.match(error.message, /^\/x\/net\.glassbox\.json: /);
          assert.match(error.message, reason);
          return true;
        },
      ));

  it("refuses what is no JSON", async () => {
    folder.write("broken.glassbox.json", "{ name: }");
    await assert.rejects(
      readSidecar(folder.at("broken.onnx")),
      /^WrongSidecar: \S+\/broken\.glassbox\.json: it is not valid JSON/,
    );
  });

  it("agrees with its schema on the names of the fields", () => {
    const schema = JSON.parse(
      readFileSync(fileURLToPath(new URL("../../schemas/glassbox.schema.json", import.meta.url)), "utf8"),
    ) as {
      readonly properties: Readonly<Record<string, { readonly properties?: object }>>;
    };
    const allowed = (field: string, check: () => unknown) =>
      assert.throws(check, (error: Error) => !error.message.includes("no such field"), field);
    for (const field of Object.keys(schema.properties)) allowed(field, () => checkSidecar("a", { [field]: NaN }));
    for (const field of Object.keys(schema.properties["input"]?.properties ?? {}))
      allowed(field, () => checkSidecar("a", { input: { [field]: NaN } }));
    const named = (value: unknown) => {
      try {
        return checkSidecar("a", value);
      } catch (error) {
        return /expected one of (.*)$/.exec((error as Error).message)?.[1]?.split(", ");
      }
    };
    assert.deepEqual(named({ "?": 1 }), Object.keys(schema.properties));
    assert.deepEqual(named({ input: { "?": 1 } }), Object.keys(schema.properties["input"]?.properties ?? {}));
  });
});

describe("labels", () => {
  const folder = temporaryFolder();
  const sources = (change: Partial<LabelSources>): LabelSources => ({
    model: folder.at("net.onnx"),
    classes: 2,
    sidecar: undefined,
    described: undefined,
    imagenet: samples("imagenet-labels.txt"),
    ...change,
  });

  it("come from the sidecar first, then from the file", async () => {
    const both = sources({ sidecar: { labels: ["a", "b"] }, described: ["c", "d"] });
    assert.deepEqual(await labelsFor(both), { labels: ["a", "b"], from: "sidecar" });
    assert.deepEqual(await labelsFor(sources({ described: ["c", "d"] })), { labels: ["c", "d"], from: "metadata" });
  });
  it("are ImageNet's for 1,000 classes, and with the background first for 1,001", async () => {
    const { labels, from } = await labelsFor(sources({ classes: 1000 }));
    assert.deepEqual([from, labels.length, labels[281], labels[967]], ["known", 1000, "tabby, tabby cat", "espresso"]);
    const more = (await labelsFor(sources({ classes: 1001 }))).labels;
    assert.deepEqual([more.length, more[0], more[282]], [1001, "background", "tabby, tabby cat"]);
  });
  it("are numbers where nobody knows", async () => {
    assert.deepEqual(await labelsFor(sources({ classes: 3, described: ["too", "few"] })), {
      labels: ["0", "1", "2"],
      from: "numbers",
    });
  });

  it("are read from a file beside the model, whatever its line ends", async () => {
    mkdirSync(folder.at("deep"));
    folder.write("deep/labels.txt", "\ufeffcat \r\ndog\r\n\r\n");
    const read = await labelsFor(sources({ sidecar: { labels: "deep/labels.txt" } }));
    assert.deepEqual(read.labels, ["cat", "dog"]);
  });
  it("must be as many as the classes", async () => {
    folder.write("three.txt", "a\nb\nc\n");
    await assert.rejects(
      labelsFor(sources({ sidecar: { labels: "three.txt" } })),
      /three\.txt: it names 3 classes, but the network has 2/,
    );
    await assert.rejects(labelsFor(sources({ sidecar: { labels: ["a"] } })), /net\.glassbox\.json: it names 1 classes/);
  });

  for (const path of ["/etc/passwd", "../labels.txt", "deep/../../x.txt", "..", "C:\\x.txt", "a\\..\\b", "a\0b"])
    it(`are not read from ${JSON.stringify(path)}`, () =>
      assert.rejects(
        labelsFor(sources({ sidecar: { labels: path } })),
        /net\.glassbox\.json: labels: .* outside the model's folder/,
      ));
  it("are not read through a link that leads away", async () => {
    symlinkSync(samples("imagenet-labels.txt"), folder.at("away.txt"));
    await assert.rejects(labelsFor(sources({ sidecar: { labels: "away.txt" } })), /leads outside the model's folder/);
  });
  it("may have a name that begins with two dots, and must be there", async () => {
    folder.write("..labels", "a\nb");
    assert.deepEqual((await labelsFor(sources({ sidecar: { labels: "..labels" } }))).labels, ["a", "b"]);
    await assert.rejects(
      labelsFor(sources({ sidecar: { labels: "gone.txt" } })),
      /"gone\.txt" can't be opened: there is no such file/,
    );
  });
});
