import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { adversarial } from "../../src/cli/adversarial.ts";
import { dream } from "../../src/cli/dream.ts";
import { invert } from "../../src/cli/invert.ts";
import { style } from "../../src/cli/style.ts";
import type { Maker } from "../../src/cli/synthesis.ts";
import { visualize } from "../../src/cli/visualize.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { node, onnxFile, value } from "./support/onnx-nets.ts";
import { client, printed, squeezenet } from "./support/cli-pictures.ts";

type Command = (words: readonly string[], maker: typeof client, print: (text: string) => void) => Promise<void>;

describe("what is said of pictures on the command line", function () {
  this.timeout(60_000);

  it("says what the objective is of, and of a sheet's last picture nothing that reads as if it were of all", async () => {
    const out = join(folder(), "said.png");
    const small = ["--steps", "1", "--size", "64", "--out", out];
    const fire2 = ["--layer", "fire2/concat"];
    const said = (text: string) => text.split("\n")[0]!.replace(/^.*pixels, /, "");
    const grid = said(await printed(visualize, "--technique", "feature-grid", ...fire2, "--count", "2", ...small));
    assert.match(grid, /^2 steps in [\d.]+ s$/);
    const both = said(await printed(visualize, ...fire2, "--channel", "1", "--sign", "both", ...small));
    assert.match(both, /^2 steps in [\d.]+ s$/);
    const together = said(await printed(visualize, ...fire2, "--channel", "1", "--pictures", "2", ...small));
    assert.match(together, /^1 step in [\d.]+ s, objective \S+ → \S+$/);
    const image = join(folder(), "small.png");
    await sharp(join(samplesFolder, "coffee.png")).resize(60, 40, { fit: "fill" }).png().toFile(image);
    const zoom = ["--zoom", "2", "--octaves", "2", "--steps", "1"];
    assert.match(said(await printed(dream, image, ...zoom, "--out", out)), / in the last octave of the last picture$/);
  });

  /** What a command writes on a terminal's line while it is at work. */
  async function heardOf(columns: number, command: Command, ...words: readonly string[]) {
    const { isTTY, write, columns: before } = process.stderr;
    const heard: string[] = [];
    Object.assign(process.stderr, { isTTY: true, columns, write: (text: string) => heard.push(text) > 0 });
    let text = "";
    try {
      await command(words, client, (piece) => (text += piece));
    } finally {
      Object.assign(process.stderr, { isTTY, columns: before, write });
    }
    return { heard: heard.map((line) => line.replace("\r\x1b[K", "")), text };
  }

  it("calls the parts of a run what they are: octaves, sizes, pictures of a row, tries of a search", async () => {
    const small = join(folder(), "small.png");
    await sharp(join(samplesFolder, "coffee.png")).resize(60, 40, { fit: "fill" }).png().toFile(small);
    const quick = ["--steps", "1", "--out", join(folder(), "made.png")];
    const of = async (command: Command, ...words: readonly string[]) => {
      const { heard, text } = await heardOf(0, command, ...words); // as a terminal says that does not know its width
      return { all: heard.join("\n"), first: text.split("\n")[0]! };
    };
    const dreamt = await of(dream, squeezenet, small, "--octaves", "2", ...quick);
    assert.match(dreamt.all, /^octave 2 of 2, step 1 of 1, objective [^\s…]+$/m);
    assert.match(dreamt.first, / 2 steps in all in .* in the last octave$/);
    const styled = await of(style, squeezenet, small, small, "--octaves", "2", "--size", "128", ...quick);
    assert.match(styled.all, /^size 2 of 2, step 1 of 1, objective \S+$/m);
    assert.match(styled.first, / 2 steps in all in .* at the last size$/);
    assert.doesNotMatch(styled.first + styled.all, /octave/);
    const rows = ["--layer", "conv1", "--layer", "fire2/concat"];
    assert.match((await of(invert, squeezenet, small, ...rows, ...quick)).all, /^picture 2 of 2, step 1 of 1/m);
    // The first tries of one step with so small a norm do nothing.
    const searched = await of(adversarial, squeezenet, join(samplesFolder, "coffee.png"), "--norm", "l2", ...quick);
    assert.match(searched.all, /^try \d+ of at most 17, attack step 1 of 1, objective \S+$/m);
    assert.match(searched.first, / \d+ steps in all in \S+ s, objective \S+ → \S+$/);
    assert.doesNotMatch(searched.all, /octave/);
  });

  it("keeps what is said meanwhile to one line of the terminal, so that it can be written over", async () => {
    const words = [squeezenet, join(samplesFolder, "coffee.png"), "--steps", "1", "--out", join(folder(), "a.png")];
    const { heard } = await heardOf(40, adversarial, ...words);
    assert.ok(heard.some((line) => line.startsWith("The smallest ε is searched for by")));
    for (const line of heard) assert.ok(line.length < 40, line);
  });

  it("says on a terminal that a film is being written, and takes that away", async () => {
    const { isTTY, write } = process.stderr;
    const image = join(folder(), "small.png");
    await sharp(join(samplesFolder, "coffee.png")).resize(60, 40, { fit: "fill" }).png().toFile(image);
    const heard: string[] = [];
    process.stderr.isTTY = true;
    process.stderr.write = (text: string | Uint8Array) => heard.push(String(text)) > 0;
    const listening = {
      ...client,
      filmFile: async (film: Parameters<typeof client.filmFile>[0]) => {
        heard.push("encoded");
        return client.filmFile(film);
      },
    };
    try {
      const words = [squeezenet, image, "--octaves", "1", "--steps", "1", "--out", join(folder(), "film.gif")];
      await dream(words, listening, () => undefined);
    } finally {
      Object.assign(process.stderr, { isTTY, write });
    }
    assert.deepEqual(heard.slice(-3), ["\r\x1b[Kwriting film.gif", "encoded", "\r\x1b[K"]);
  });

  it("writes an objective as the panel does", async () => {
    const image = join(folder(), "small.png");
    await sharp(join(samplesFolder, "coffee.png")).resize(60, 40, { fit: "fill" }).png().toFile(image);
    const reaching = (objective: readonly [number, number]): Maker => ({
      ...client,
      async *synthesize(...asked) {
        for await (const update of client.synthesize(...asked))
          yield update.kind === "finished" ? { ...update, objective } : update;
      },
    });
    const of = async (...objective: readonly [number, number]) => {
      let text = "";
      const words = [squeezenet, image, "--octaves", "1", "--steps", "1", "--out", join(folder(), "made.png")];
      await dream(words, { ...client, ...reaching(objective) }, (piece) => (text += piece));
      return /objective (.*)$/m.exec(text)?.[1];
    };
    assert.equal(await of(-12345.6, 1234567), "−12300 → 1.23×10⁶");
    assert.equal(await of(1.5e-7, 0.99991), "1.50×10⁻⁷ → > 0.999");
  });

  it("style says nothing of an objective where a network that was made to paint climbs none", async () => {
    const painter = onnxFile({
      nodes: [node("Neg", ["x"], "painted")],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("painted", [1, 3, 16, 16])],
    });
    let text = "";
    const words = [painter, join(samplesFolder, "coffee.png"), "--out", join(folder(), "painted.png")];
    await style(words, client, (piece) => (text += piece));
    assert.match(text, /^wrote .*painted\.png: \d+ × \d+ pixels, in \d+\.\d s\n/);
    assert.doesNotMatch(text, /objective/);
  });

  it("what is said once more, or in the place of something else, stands once on the command line", async () => {
    const note = (key: string, text: string) => ({ kind: "note", key, title: "", level: "info", text }) as const;
    const making: Maker = {
      ...client,
      async *synthesize(request) {
        yield note("a", "It sleeps.");
        yield note("a", "It is raised.");
        yield note("b", "Another one sleeps.");
        yield note("b", "It is raised.");
        yield* client.synthesize(request);
      },
    };
    let text = "";
    const words = ["--target", "1", "--steps", "1", "--size", "32", "--out", join(folder(), "made.png")];
    await visualize([squeezenet, ...words], { ...client, ...making }, (piece) => (text += piece));
    assert.equal(text.split("It is raised.").length, 2);
    assert.doesNotMatch(text, /sleeps/);
  });
});
