import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fires } from "../../src/cli/fires.ts";
import { WrongUse } from "../../src/cli/words.ts";
import { decode } from "../../src/engine/images/decode.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { client, said } from "./support/cli.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";

const seeds = [1, 2, 3, 4, 5];

/** The reference network's pictures, one of them in a folder within, and one that cannot be read. */
function photos(): string {
  const top = folder();
  mkdirSync(join(top, "inner"));
  for (const seed of seeds)
    writeFileSync(join(top, seed === 5 ? "inner" : ".", `${seed}.npy`), encodeNpy(picture(seed)));
  writeFileSync(join(top, "broken.png"), "no picture");
  return top;
}

/** The greatest value of a channel of conv2 on each picture, the greatest first. */
const expected = (channel: number) =>
  seeds
    .map((seed) => {
      const { data } = forward(picture(seed).data).a2;
      return { seed, value: Math.max(...Array.from(data).slice(channel * 30, (channel + 1) * 30)) };
    })
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);

describe("glassbox fires", () => {
  const model = referenceFile();

  it("lists the photos that fire a channel, and says which could not be read", async () => {
    const top = photos();
    const { text, complaints } = await said(fires, model, top, "--layer", "conv2", "--channel", "1", "--count", "3");
    const lines = text.split("\n").filter((line) => line.includes(".npy"));
    assert.deepEqual(
      lines.map((line) => Number(/(\d)\.npy$/.exec(line)?.[1])),
      expected(1)
        .slice(0, 3)
        .map(({ seed }) => seed),
    );
    assert.match(text, /\nconv2 over 5 photos\n$/);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0]!, /broken\.png/);
  });

  it("prints everything as JSON, and the first for each channel otherwise", async () => {
    const top = photos();
    const { text } = await said(fires, model, top, "--layer", "conv2", "--json");
    const { images, channels } = JSON.parse(text) as {
      readonly images: number;
      readonly channels: readonly {
        readonly channel: number;
        readonly most: readonly { readonly image: string; readonly place: readonly number[]; readonly value: number }[];
      }[];
    };
    assert.deepEqual([images, channels.length], [5, 5]);
    for (const { channel, most } of channels) {
      assert.equal(most.length, expected(channel).length);
      for (const [i, { value }] of most.entries())
        assert.ok(Math.abs(value - expected(channel)[i]!.value) < 1e-4 * value, `${channel}, ${i}`);
    }
    const all = (await said(fires, model, top, "--layer", "conv2")).text;
    const silent = channels.filter(({ most }) => !most.length).length;
    assert.equal(all.split("\n").filter((line) => line.includes(".npy")).length, 5 - silent);
  });

  it("draws what the channel sees of them", async () => {
    const out = join(folder(), "fires.png");
    const { text } = await said(fires, model, photos(), "--layer", "conv1", "--channel", "0", "--out", out);
    assert.match(text, /\nwrote .*fires\.png\n$/);
    assert.equal(readFileSync(out).length > 100, true);
    const sheet = await decode(out);
    assert.equal(new Set(sheet.pixels).size > 10, true, "there is something on it");
  });

  it("draws what a channel sees of tensors that are larger than a patch", async () => {
    const large = onnxFile({
      nodes: [
        node("Conv", ["x", "w"], "maps"),
        node("GlobalAveragePool", ["maps"], "mean"),
        node("Flatten", ["mean"], "y"),
      ],
      weights: [weight("w", [2, 3, 1, 1], [1, 1, 1, -1, -1, -1])],
      inputs: [value("x", [1, 3, 300, 260])],
      outputs: [value("y", [1, 2])],
    });
    const top = folder();
    const red = Float32Array.from({ length: 3 * 300 * 260 }, (_, i) => (i < 300 * 260 ? 1 : 0));
    writeFileSync(join(top, "red.npy"), encodeNpy(float32([1, 3, 300, 260], red)));
    const out = join(folder(), "large.png");
    await said(fires, large, top, "--layer", "y", "--channel", "0", "--out", out);
    const sheet = await decode(out);
    const lines = (sheet.height - 240 - 2 * 4) / 22;
    assert.deepEqual([sheet.width, lines % 1], [240, 0]);
    assert.ok(lines >= 2 + 4, `one patch with two lines under it and a title of several: ${lines}`);
  });

  it("writes no picture of a channel that nothing fires, and says so after the table", async () => {
    const silent = join(folder(), "silent.png");
    const rectified = onnxFile({
      nodes: [node("Conv", ["x", "w"], "sums"), node("Relu", ["sums"], "maps")],
      weights: [weight("w", [2, 3, 1, 1], [1, 1, 1, -1, -1, -1])],
      inputs: [value("x", [1, 3, 4, 4])],
      outputs: [value("maps", [1, 2, 4, 4])],
    });
    const top = folder();
    writeFileSync(join(top, "white.npy"), encodeNpy(float32([1, 3, 4, 4], new Float32Array(48).fill(1))));
    const { text, complaints } = await said(
      fires,
      ...[rectified, top, "--layer", "maps", "--channel", "1", "--out", silent],
    );
    assert.match(text, /nothing fires channel 1\n\nmaps over 1 photo\n$/);
    assert.match(complaints.join(), /silent\.png was not written: nothing fires channel 1$/);
    assert.equal(existsSync(silent), false);
  });

  it("writes over no photo of the folder, nor over a link to one", async () => {
    const top = photos();
    const broken = join(top, "broken.png");
    const links = folder();
    symlinkSync(broken, join(links, "link.png"));
    symlinkSync(top, join(links, "top"));
    const words = ["--layer", "conv1", "--channel", "0", "--out"];
    for (const out of [broken, join(links, "link.png"), join(links, "top", "inner", "..", "broken.png")])
      await assert.rejects(said(fires, model, top, ...words, out), {
        name: "WrongUse",
        message: /\.png is read here, and what is written would take its place/,
      });
    assert.equal(readFileSync(broken, "utf8"), "no picture");
    await said(fires, model, top, ...words, join(top, "new.png"));
    assert.equal(existsSync(join(top, "new.png")), true);
  });

  it("says of each photo why it could not be shown where none could", async () => {
    const top = folder();
    writeFileSync(join(top, "broken.png"), "no picture");
    const complaints: string[] = [];
    const words = [model, top, "--layer", "conv1"];
    await assert.rejects(
      fires(
        words,
        client(),
        () => undefined,
        (problem) => complaints.push(problem),
      ),
      /no photo could be shown/,
    );
    assert.match(complaints.join(), /broken\.png/);
  });

  it("says how it is used, and what there is not", async () => {
    const top = photos();
    const wrong = (...words: string[]) => assert.rejects(said(fires, ...words), WrongUse);
    await wrong(model);
    await wrong(model, top);
    await wrong(model, top, "--layer", "conv1", "--out", "a.png");
    await wrong(model, top, "--layer", "conv1", "--channel", "0", "--out", "a.jpg");
    await wrong(model, top, "--layer", "conv1", "--channel", "-1");
    await assert.rejects(said(fires, model, top, "--layer", "conv1", "--channel", "4"), /channels 0 to 3/);
    await assert.rejects(said(fires, model, top, "--layer", "nowhere"), /no layer nowhere/);
    await assert.rejects(said(fires, model, folder(), "--layer", "conv1"), /has no photos/);
  });
});
