import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "../../src/cli/explain.ts";
import { features } from "../../src/cli/features.ts";
import { WrongUse } from "../../src/cli/words.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { printed, said, type Answer } from "./support/cli.ts";
import { npy } from "./support/engine.ts";
import { picture, referenceFile } from "./support/reference-net.ts";

const image = picture(7);
const explained = (...words: readonly string[]) => printed(explain, ...words);

describe("glassbox explain, when it cannot", () => {
  it("refuses words that cannot be meant", async () => {
    const model = referenceFile();
    const path = npy(image);
    for (const [words, reason] of [
      [["--stepps", "3"], /no option --stepps/],
      [["--steps", "3"], /grad-cam has no parameter --steps/],
      [
        ["--technique", "integrated-gradients", "--steps", "many"],
        /--steps: expected one of enough, or a whole number from 1 to 1000, got many/,
      ],
      [
        ["--technique", "integrated-gradients", "--steps", "0"],
        /--steps: expected one of enough, or a whole number from 1 to 1000, got 0/,
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
      [["--technique", "integrated-gradients", "--photo", "x.png"], /--photo has no effect here: .* --baseline photo$/],
      [["--technique", "occlusion", "--seed", "3"], /--seed has no effect here: it goes with --fill noise$/],
      [["--technique", "occlusion", "integrated-gradients", "--seed", "3"], /--fill noise, or --baseline noise$/],
      [["--technique", "deconvnet", "--channel", "3"], /--channel has no effect here: it goes with --from unit$/],
      [["--technique", "saliency", "--layer", "conv1"], /--layer has no effect: saliency looks at no layer$/],
      [
        ["--technique", "saliency", "cam", "--layer", "conv1"],
        /--layer has no effect: saliency, cam look at no layer$/,
      ],
      [["--technique", "deconvnet", "--layer", "conv1"], /--layer has no effect here: .* --from strongest or unit$/],
      [["--technique", "occlusion", "--preset", "slow"], /no preset slow; occlusion has fast, fine$/],
      [["--technique", "saliency", "--preset", "fine"], /saliency has no presets$/],
      [["--toString", "3"], /no option --toString/],
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

  it("says in words why a file cannot be written, before it computes anything", async function () {
    const [model, path] = [referenceFile(), npy(image)];
    const [taken, nested] = [join(folder(), "taken"), join(folder(), "sub", "sub")];
    writeFileSync(taken, "");
    const refused: [flag: string, target: string, reason: RegExp][] = [
      ["--out", taken, /taken was not written: there is a file of that name, where a folder is needed\.$/],
      ["--out", join(taken, "sub"), /there is a file of that name, where a folder is needed\.$/],
      ["--raw", folder(), /was not written: there is a folder of that name\.$/],
    ];
    const [circle, dangling] = [join(folder(), "circle.npy"), join(folder(), "dangling.npy")];
    symlinkSync(circle, circle);
    symlinkSync("/nowhere/at/all.npy", dangling);
    refused.push(
      ["--raw", circle, /circle\.npy was not written: its symbolic links lead in a circle\.$/],
      ["--raw", dangling, /dangling\.npy was not written: there is no folder \/nowhere\/at\.$/],
    );
    if (process.platform === "linux") {
      execFileSync("mkfifo", [join(nested, "..", "..", "pipe.npy")]);
      refused.push(
        ["--out", "/proc/x", /^\/proc\/x was not written: /],
        ["--out", "/proc/x.png", /^\/proc\/x\.png was not written: /],
        ["--raw", "/proc/x.npy", /^\/proc\/x\.npy was not written: /],
        ["--out", "/proc", /^\/proc was not written: /],
        ["--raw", join(nested, "..", "..", "pipe.npy"), /it is a pipe or a device, not a file\.$/],
      );
    }
    for (const [flag, target, reason] of refused)
      await assert.rejects(explained(model, path, "--technique", "occlusion", flag, target), (error: Error) => {
        assert.match(error.message, reason, `${flag} ${target}`);
        return true;
      });
    await explained(model, path, "--out", nested);
    assert.deepEqual(readdirSync(nested), ["picture.grad-cam.png"], "and nothing of the trial is left");
    const untouched = join(folder(), "old.npy");
    writeFileSync(untouched, "as it was");
    await assert.rejects(explained(model, path, "--raw", untouched, "--layer", "none"), /has no layer none/);
    assert.equal(readFileSync(untouched, "utf8"), "as it was");
  });

  it("writes over nothing that it reads, by whatever name", async () => {
    const [model, path] = [referenceFile(), npy(image)];
    const [before, link] = [readFileSync(path), join(folder(), "link.npy")];
    symlinkSync(path, link);
    const withPhoto = ["--baseline", "photo", "--photo", path];
    for (const writing of [
      () => explained(model, path, "--raw", path),
      () => explained(model, path, "--raw", link),
      () => printed(features, model, path, "--layer", "conv1", "--raw", path),
      () => explained(model, npy(image), "--technique", "integrated-gradients", ...withPhoto, "--raw", path),
    ])
      await assert.rejects(writing, (error: Error) => {
        assert.ok(error instanceof WrongUse, error.message);
        assert.match(error.message, /\.npy is read here, and what is written would take its place/);
        return true;
      });
    assert.deepEqual(readFileSync(path), before);
    const both = join(folder(), "both.png");
    await assert.rejects(explained(model, path, "--out", both, "--raw", both), /both\.png is the file of --out: /);
  });

  it("names no map in a folder as a picture of that folder which it reads", async () => {
    const [model, place] = [referenceFile(), folder()];
    const names = ["a.npy", "a.grad-cam.png"];
    const paths = names.map((name) => join(place, name));
    for (const path of paths) writeFileSync(path, readFileSync(npy(image)));
    const { complaints } = await said(explain, model, ...paths, "--out", place);
    assert.equal(complaints.length, 1, "numbers are no PNG");
    assert.deepEqual(readFileSync(paths[1]!), readFileSync(npy(image)));
    assert.deepEqual(readdirSync(place).sort(), ["a-2.grad-cam.png", "a.grad-cam.png", "a.npy"]);
    await explained(model, paths[0]!, "--out", place);
    assert.deepEqual(readdirSync(place).length, 3, "what is not read is written anew");
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
    assert.ok(complaints[1]!.startsWith(`deconvnet of ${good}: `), complaints[1]);
    assert.deepEqual(readdirSync(out), ["picture.saliency.png"]);
    const words = await said(explain, ...asked);
    assert.match(words.text, /^picture\.npy seen by [^]*\n {2}saliency of /);
    assert.deepEqual(words.complaints, complaints);
  });

  it("refuses a picture that the network does not take", async () => {
    const small = join(folder(), "small.npy");
    writeFileSync(small, encodeNpy(float32([3, 8, 8], new Float32Array(192))));
    await assert.rejects(explained(referenceFile(), small), /small\.npy is 1 × 3 × 8 × 8, but .*takes 1 × 3 × 12 × 10/);
  });
});
