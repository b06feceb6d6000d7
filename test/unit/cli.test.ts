import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArguments } from "../../src/cli/arguments.ts";
import { explain } from "../../src/cli/explain.ts";
import { info } from "../../src/cli/info.ts";
import { labelsWords } from "../../src/cli/report.ts";
import { classNumber } from "../../src/cli/target.ts";
import { techniques } from "../../src/cli/techniques.ts";
import { inTerminal, percent, sizeText, WrongUse } from "../../src/cli/words.ts";
import { techniques as catalogue } from "../../src/engine/techniques/index.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { percent as panelPercent } from "../../webview/shared/words.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near, oneHot } from "./support/asking.ts";
import { built, client, glassbox, readRaw } from "./support/cli.ts";
import { npy, samplesFolder } from "./support/engine.ts";
import {
  back,
  classCount,
  deconvnetGate,
  forward,
  gradientOf,
  picture,
  referenceFile,
} from "./support/reference-net.ts";

const image = picture(7);
const engine = client();

/** What `explain --json` and `techniques --json` promise, as far as it is looked at here. */
interface Answer {
  readonly model: string;
  readonly image: string;
  readonly score: string;
  readonly top: readonly Readonly<Record<string, unknown>>[];
  readonly target: unknown;
  readonly explanations: readonly {
    readonly technique: string;
    readonly parameters: unknown;
    readonly shape: readonly number[];
    readonly low: number;
    readonly high: number;
    readonly notes: readonly { readonly level: string }[];
    readonly raw?: string;
  }[];
}
interface Card {
  readonly id: string;
  readonly title: string;
  readonly parameters: object;
}

/** What a command prints and what it complains of, without a process of its own. */
async function said(command: typeof explain, ...words: readonly string[]) {
  let text = "";
  const complaints: string[] = [];
  await command(
    words,
    engine,
    (piece) => (text += piece),
    (problem) => complaints.push(problem),
  );
  return { text, complaints };
}

/** What a command prints that has nothing to complain of. */
async function printed(command: typeof explain, ...words: readonly string[]): Promise<string> {
  const { text, complaints } = await said(command, ...words);
  if (complaints.length) throw new Error(complaints.join("\n"));
  return text;
}

const explained = (...words: readonly string[]) => printed(explain, ...words);

/** The attribution that `--raw` writes. */
async function raw(model: string, ...words: readonly string[]) {
  const path = join(folder(), "raw.npy");
  await explained(model, npy(image), ...words, "--raw", path);
  return readRaw(path);
}

function labelled(): string {
  const model = referenceFile();
  const labels = ["tabby, tabby cat", "tiger cat", "golden retriever", "tiger"];
  writeFileSync(model.replace(/onnx$/, "glassbox.json"), JSON.stringify({ name: "Small", labels }));
  return model;
}

describe("the command line's program", () => {
  before(function () {
    this.timeout(60_000);
    built();
  });

  it("ends with 0, its answer on stdout and nothing on stderr", async () => {
    const { code, out, error } = await glassbox(["explain", labelled(), npy(image), "--target", "1"]);
    assert.deepEqual([code, error], [0, ""]);
    const lines = out.trimEnd().split("\n");
    assert.equal(lines[0], "picture.npy seen by Small: a tensor, taken as it is");
    assert.match(lines[1]!, /^ +\d+\.\d+ % {2}\w.* \(\d\)$/);
    assert.match(lines[5]!, /^ {2}grad-cam of "tiger cat" at conv2: 1 × 1 × 6 × 5, \S+ to \S+$/);
  });

  it("ends with 2 and one line when it was used wrongly", async () => {
    for (const words of [["explode"], ["explain"], ["explain", "only-a-model.onnx"], ["info", "--fast", "m.onnx"]]) {
      const { code, out, error } = await glassbox(words);
      assert.deepEqual([code, out], [2, ""], words.join(" "));
      assert.match(error, /^glassbox: [^\n]+ "glassbox --help" says how\.\n$/);
    }
  });

  it("ends with 1 and one line that names file and reason, without a stack, when it is refused", async () => {
    const model = referenceFile();
    const whole = readFileSync(model);
    writeFileSync(`${model}.short.onnx`, whole.subarray(0, 700));
    for (const [words, reason] of [
      [["info", "missing.onnx"], /missing\.onnx.*no such file/],
      [["info", `${model}.short.onnx`], /model\.onnx\.short\.onnx.*ends/],
      [["explain", model, "missing.png"], /missing\.png.*no such file/],
      [["explain", join(samplesFolder, "coffee.png"), npy(image)], /coffee\.png.*a picture \(PNG\)/],
    ] as const) {
      const { code, out, error } = await glassbox(words);
      assert.deepEqual([code, out], [1, ""], words.join(" "));
      assert.match(error, /^glassbox: [^\n]+\n$/);
      assert.match(error, reason);
      assert.doesNotMatch(error, /\bat .*:\d+:\d+/);
    }
  });

  it("ends with 1 when a part failed, after the rest is done", async () => {
    const model = referenceFile();
    const { code, out, error } = await glassbox(["explain", model, "missing.png", npy(image)]);
    assert.equal(code, 1);
    assert.match(out, /^picture\.npy seen by /);
    assert.match(error, /^glassbox: [^\n]*missing\.png[^\n]*no such file[^\n]*\n$/);
  });

  it("ends quietly when nobody reads on: | head -1", async () => {
    for (const words of [["techniques"], ["info", referenceFile(), "--json"]]) {
      const { code, error } = await glassbox(words, { closing: true });
      assert.deepEqual([code, error], [0, ""]);
    }
  });

  it("helps, and says its version", async () => {
    const help = await glassbox(["--help"]);
    assert.equal(help.code, 0);
    assert.match(help.out, /glassbox explain MODEL IMAGE/);
    assert.match(help.out, /--against INDEX\|LABEL\]/);
    for (const words of [
      ["explain", "--help"],
      ["info", "-h"],
      ["techniques", "-h"],
    ])
      assert.deepEqual(await glassbox(words), help, words.join(" "));
    const named = await glassbox(["info", "--", "-h"]);
    assert.match(named.error, /-h: there is no such file/);
    assert.match((await glassbox(["--version"])).out, /^\d+\.\d+\.\d+\n$/);
  });
});

describe("glassbox explain, what it writes", () => {
  const shapes: Readonly<Record<keyof typeof catalogue, readonly number[]>> = {
    cam: [1, 1, 6, 5],
    deconvnet: [1, 3, 12, 10],
    "grad-cam": [1, 1, 6, 5],
    "guided-backpropagation": [1, 3, 12, 10],
    "guided-grad-cam": [1, 3, 12, 10],
    "input-x-gradient": [1, 3, 12, 10],
    "integrated-gradients": [1, 3, 12, 10],
    occlusion: [1, 3, 12, 10],
    saliency: [1, 3, 12, 10],
    smoothgrad: [1, 3, 12, 10],
  };
  for (const [id, shape] of Object.entries(shapes))
    it(`${id}: --raw is ${shape.join(" × ")}`, async () => {
      assert.deepEqual((await raw(referenceFile(), "--technique", id)).shape, shape);
    });

  it("takes a tensor as it is, with or without its first axis", async () => {
    const model = referenceFile();
    const expected = gradientOf(image.data, oneHot(classCount, 2));
    for (const shape of [
      [1, 3, 12, 10],
      [3, 12, 10],
    ]) {
      const [path, out] = [join(folder(), "x.npy"), join(folder(), "raw.npy")];
      writeFileSync(path, encodeNpy(float32(shape, image.data)));
      await explained(model, path, "--technique", "saliency", "--target", "2", "--raw", out);
      near(readRaw(out).data, expected);
    }
  });

  it("passes on parameters: --fill 0 --score logit, --steps --rule right --baseline 0, toggles", async () => {
    const model = referenceFile();
    const covering = ["--technique", "occlusion", "--target", "1", "--window", "12", "--stride", "12", "--fill", "0"];
    const logit = await raw(model, ...covering, "--score", "logit");
    const drop = forward(image.data).scores[1]! - forward(new Float32Array(360)).scores[1]!;
    near(logit.data, new Float32Array(360).fill(drop));
    assert.notDeepEqual((await raw(model, ...covering)).data, logit.data);

    const integral = ["--technique", "integrated-gradients", "--target", "1", "--baseline", "0"];
    const oneStep = await raw(model, ...integral, "--rule", "right", "--steps", "1");
    near(
      oneStep.data,
      gradientOf(image.data, oneHot(classCount, 1)).map((slope, i) => slope * image.data[i]!),
    );
    assert.notDeepEqual((await raw(model, ...integral, "--rule=right", "--steps=50")).data, oneStep.data);

    const least = async (...words: string[]) => Math.min(...(await raw(model, "--target", "0", ...words)).data);
    const [rectified, signed] = [await least(), await least("--negative")];
    assert.ok(rectified >= 0 && signed < 0, `${rectified}, ${signed}`);
    assert.equal(await least("--negative", "false"), rectified);
  });

  it("looks at a layer or a value, by its name", async () => {
    const model = referenceFile();
    assert.deepEqual((await raw(model, "--layer", "conv1")).shape, [1, 1, 12, 10]);
    assert.deepEqual((await raw(model, "--layer", "relu1")).shape, [1, 1, 12, 10]);
    await assert.rejects(raw(model, "--layer", "conv7"), /has no layer conv7\. It has conv1, pool1, conv2/);
    const unit = ["--technique", "deconvnet", "--from", "unit", "--layer", "conv2"];
    const at = forward(image.data).a2.data.findIndex((value) => value > 0);
    const place = ["--channel", Math.floor(at / 30), "--row", Math.floor((at % 30) / 5), "--column", at % 5].map(
      String,
    );
    const seed = forward(image.data).a2.data.map((value, i) => (i === at ? value : 0));
    near((await raw(model, ...unit, ...place)).data, back(image.data, seed, deconvnetGate).pixels.data);
  });

  it("finds the class by number, label, synonym or part of it, and refuses what may be several", async () => {
    const model = labelled();
    const one = async (...words: string[]) => (await raw(model, "--technique", "saliency", ...words)).data;
    for (const asked of ["2", "golden retriever", "Golden Retriever", "retriever"])
      assert.deepEqual(await one("--target", asked), await one("--target", "2"));
    assert.deepEqual(await one("--target", "tabby cat"), await one("--target", "0"));
    assert.deepEqual(await one("--target", "tiger"), await one("--target", "3"), "a whole label comes before a part");
    near(await one("--target", "0", "--against", "tiger cat"), gradientOf(image.data, oneHot(classCount, 0, 1)));
    await assert.rejects(one("--target", "cat"), /model\.onnx: "cat" may be tabby, tabby cat \(0\); tiger cat \(1\)$/);
    await assert.rejects(one("--target", "dog"), /there is no class "dog"/);
    await assert.rejects(one("--target", "4"), /there is no class 4; the classes are 0 to 3/);
  });

  it("writes the map over the photo: into a file, or a folder for several", async () => {
    const model = referenceFile();
    const [file, all] = [join(folder(), "map.png"), join(folder(), "new", "maps")];
    const text = await explained(model, npy(image), "--out", file);
    assert.match(text, new RegExp(`wrote ${file.replaceAll("\\", "\\\\")}`));
    assert.equal(readFileSync(file).subarray(1, 4).toString("latin1"), "PNG");
    const other = join(folder(), "other.npy");
    writeFileSync(other, encodeNpy(picture(8)));
    await explained(model, npy(image), other, "--technique", "saliency", "grad-cam", "--out", all);
    assert.deepEqual(readdirSync(all).sort(), [
      "other.grad-cam.png",
      "other.saliency.png",
      "picture.grad-cam.png",
      "picture.saliency.png",
    ]);
  });

  it("takes several images and techniques, with commas too, the model's and images' words anywhere", async () => {
    const model = referenceFile();
    const paths = [npy(image), npy(picture(8))];
    const answers = JSON.parse(
      await explained("--technique", "saliency,cam", "grad-cam", "--json", "--target", "1", "--", model, ...paths),
    ) as Answer[];
    assert.deepEqual(
      answers.map((each) => each.image),
      paths,
    );
    for (const { explanations } of answers)
      assert.deepEqual(
        explanations.map((each) => each.technique),
        ["saliency", "cam", "grad-cam"],
      );
  });

  it("prints JSON of a settled shape", async () => {
    const model = labelled();
    const path = npy(image);
    const out = join(folder(), "raw.npy");
    const [only, ...more] = JSON.parse(
      await explained(model, path, "--technique", "integrated-gradients", "--steps", "3", "--raw", out, "--json"),
    ) as Answer[];
    assert.ok(only);
    assert.equal(more.length, 0);
    assert.deepEqual(Object.keys(only), [
      "model",
      "image",
      "preparation",
      "preparationFrom",
      "labelsFrom",
      "remarks",
      "score",
      "top",
      "target",
      "ms",
      "explanations",
    ]);
    assert.deepEqual([only.model, only.image, only.score], [model, path, "scores"]);
    assert.deepEqual(Object.keys(only.top[0]!), ["index", "label", "probability", "score"]);
    assert.equal(only.top.length, 4);
    assert.deepEqual(only.target, only.top[0]);
    const [explanation] = only.explanations;
    assert.ok(explanation);
    assert.deepEqual(explanation.parameters, { steps: 3 });
    assert.deepEqual(explanation.shape, [1, 3, 12, 10]);
    assert.equal(explanation.raw, out);
    assert.deepEqual(
      explanation.notes.map(({ level }) => typeof level),
      ["string"],
    );
    assert.ok(explanation.low < explanation.high);
  });

  it("refuses words that cannot be meant", async () => {
    const model = referenceFile();
    const path = npy(image);
    for (const [words, reason] of [
      [["--stepps", "3"], /no option --stepps/],
      [["--steps", "3"], /grad-cam has no parameter --steps/],
      [
        ["--technique", "integrated-gradients", "--steps", "many"],
        /--steps: expected a whole number from 1 to 1000, got/,
      ],
      [
        ["--technique", "integrated-gradients", "--steps", "0"],
        /--steps: expected a whole number from 1 to 1000, got 0/,
      ],
      [["--technique", "integrated-gradients", "--baseline", "blak"], /--baseline: expected one of black, mean/],
      [["--technique", "occlusion", "--score", "loss"], /--score: expected one of probability, logit, got loss/],
      [["--technique", "gradcam"], /no technique gradcam; there are grad-cam, /],
      [["--technique"], /--technique needs the id of one/],
      [["--target"], /--target needs a value/],
      [["--json=yes"], /--json takes no value/],
      [["--technique", "cam", "saliency", "--raw", "x.npy"], /--raw writes one attribution/],
      [["--technique", "cam", "saliency", "--out", "x.png"], /--out names one file/],
      [["--out", "x.jpg"], /--out x\.jpg: maps are written as PNG.* or a folder/],
      [["--technique", "integrated-gradients", "--baseline", "photo"], /--baseline photo needs .*--photo FILE/],
    ] as const)
      await assert.rejects(explained(model, path, ...words), (error: Error) => {
        assert.ok(error instanceof WrongUse, `${words.join(" ")}: ${error.message}`);
        assert.match(error.message, reason);
        return true;
      });
    assert.deepEqual(["x.npy", "x.png", "x.jpg"].filter(existsSync), []);
  });

  it("says in words which folder is missing, before it computes anything", async () => {
    const nowhere = join(folder(), "none");
    for (const words of [
      ["--out", join(nowhere, "x.png")],
      ["--raw", join(nowhere, "x.npy")],
    ])
      await assert.rejects(explained("not-even-a-model.onnx", npy(image), ...words), (error: Error) => {
        assert.ok(error.message.endsWith(`there is no folder ${nowhere}`), error.message);
        return true;
      });
  });

  it("says in words why a file was not written", async () => {
    const taken = join(folder(), "taken");
    writeFileSync(taken, "");
    const { complaints } = await said(explain, referenceFile(), npy(image), "--out", taken);
    assert.deepEqual(complaints, [
      `grad-cam of picture.npy: ${taken} was not written: there is a file of that name, where a folder is needed.`,
    ]);
  });

  it("goes on after an image or a technique that failed, and says which", async () => {
    const [model, good, broken, out] = [referenceFile(), npy(image), join(folder(), "broken.png"), folder()];
    writeFileSync(broken, "no picture");
    const unit = ["--from", "unit", "--channel", "999", "--layer", "conv2", "--out", out];
    const asked = [model, broken, good, "--technique", "deconvnet", "saliency", ...unit];
    const { text, complaints } = await said(explain, ...asked, "--json");
    const [first, second, ...more] = JSON.parse(text) as (Answer & { readonly error?: string })[];
    assert.equal(more.length, 0);
    assert.deepEqual(Object.keys(first!), ["image", "error"]);
    assert.equal(first!.image, broken);
    const [refused, answered] = second!.explanations;
    assert.deepEqual(Object.keys(refused!), ["technique", "error"]);
    assert.deepEqual([refused!.technique, answered!.technique], ["deconvnet", "saliency"]);
    assert.deepEqual(answered!.shape, [1, 3, 12, 10]);
    assert.equal(complaints.length, 2);
    assert.match(complaints[0]!, /broken\.png/);
    assert.match(complaints[1]!, /^deconvnet of picture\.npy: /);
    assert.deepEqual(readdirSync(out), ["picture.saliency.png"]);
    const words = await said(explain, ...asked);
    assert.match(words.text, /^picture\.npy seen by [^]*\n {2}saliency of /);
    assert.deepEqual(words.complaints, complaints);
  });

  it("calls classes without labels by their number alone", async () => {
    const text = await explained(referenceFile(), npy(image), "--target", "2");
    assert.match(text, /^ +\d+\.\d+ % {2}2$/m);
    assert.match(text, /^ {2}grad-cam of class 2 at conv2: /m);
  });

  it("keeps apart images of one name, and counts values that are no numbers", async () => {
    const [out, paths] = [folder(), [npy(image), npy(picture(8))]];
    const holes = float32(
      image.shape,
      Float32Array.from(image.data, (value, i) => (i === 3 ? NaN : value)),
    );
    await explained(referenceFile(), ...paths, "--out", out);
    assert.deepEqual(readdirSync(out).sort(), ["picture-2.grad-cam.png", "picture.grad-cam.png"]);
    const text = await explained(referenceFile(), npy(holes), "--technique", "input-x-gradient", "--target", "0");
    assert.match(text, /! \d+ of 360 values are no numbers\./);
  });

  it("refuses a picture that the network does not take", async () => {
    const small = join(folder(), "small.npy");
    writeFileSync(small, encodeNpy(float32([3, 8, 8], new Float32Array(192))));
    await assert.rejects(explained(referenceFile(), small), /small\.npy is 1 × 3 × 8 × 8, but .*takes 1 × 3 × 12 × 10/);
  });
});

describe("glassbox info and glassbox techniques", () => {
  it("lists inputs, outputs and layers in words", async () => {
    const text = await printed(info, labelled());
    assert.match(text, /^Small: ONNX, opset 17\n/);
    assert.match(text, /input {3}image {2}float32 \[N, 3, 12, 10\]\noutput {2}scores {2}float32 \[N, 4\]\n/);
    assert.match(text, /4 classes, scored by scores; labels: from the \.glassbox\.json beside the model\n/);
    assert.match(text, /^\d+\.\d kB, /m);
    assert.match(text, /\nconv1 +Conv \+ Relu +1 × 4 × 12 × 10 +112\n/);
  });

  it("gives the whole card as JSON", async () => {
    const card = JSON.parse(await printed(info, "--json", referenceFile({ end: "Softmax" })));
    assert.deepEqual(card.beforeScore, ["Softmax"]);
    assert.deepEqual(card.layers[0], {
      name: "conv1",
      kind: "Conv + Relu",
      value: "relu1",
      shape: [1, 4, 12, 10],
      parameters: 112,
      spatial: true,
    });
    assert.equal(card.classes, 4);
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
    assert.match(text, /--steps +1 to 1000 \(50\)/);
  });
});

describe("what the command line says", () => {
  it("writes percentages as the panel does", () => {
    const shares = [1, 0.9996, 0.9994, 0.7908, 0.0313, 0.0013, 0.00005, 1e-9, 0];
    const written = ["100 %", "100 %", "99.9 %", "79.1 %", "3.1 %", "0.13 %", "< 0.01 %", "< 0.01 %", "0 %"];
    assert.deepEqual(shares.map(percent), written);
    for (const share of shares) assert.equal(percent(share), panelPercent(share));
  });

  it("writes small sizes in small units", () => {
    assert.deepEqual([12, 2100, 4_912_345].map(sizeText), ["12 bytes", "2.1 kB", "4.9 MB"]);
  });

  it("chooses nothing at a terminal, and keeps to one line", () => {
    assert.equal(inTerminal("a.png: it is a picture.\n Choose a model."), "a.png: it is a picture. Give a model.");
  });

  it("says that ImageNet's labels were taken for their number, and only then", () => {
    assert.match(labelsWords({ labelsFrom: "known", classes: 1000 }), /^ImageNet's, because of .*\(1000\)/);
    assert.doesNotMatch(labelsWords({ labelsFrom: "metadata", classes: 1000 }), /ImageNet/);
  });
});

describe("a command line's words", () => {
  const arity = (flag: string) =>
    flag === "json"
      ? "none"
      : flag === "many"
        ? { accepts: (word: string) => /^[a-z]$/.test(word) }
        : flag === "one"
          ? "one"
          : undefined;

  it("takes negative numbers as values, and everything after -- as it is", () => {
    const { words, flags } = parseArguments(["m", "--one", "-0.5", "--many", "a", "b", "x.png", "--", "--json"], arity);
    assert.deepEqual(words, ["m", "x.png", "--json"]);
    assert.deepEqual(
      [...flags],
      [
        ["one", ["-0.5"]],
        ["many", ["a", "b"]],
      ],
    );
  });

  it("refuses a flag in the place of a value", () => {
    assert.throws(() => parseArguments(["--one", "--json"], arity), WrongUse);
  });

  it("does not take a label for a number, nor a number for a label", () => {
    assert.equal(classNumber("1", ["zero", "one", "1"], 3), 1);
    assert.equal(classNumber("2.5", ["1.5", "2.5"], 2), 1);
    assert.throws(() => classNumber("-1", ["a", "b"], 2), /no class "-1"/);
  });
});
