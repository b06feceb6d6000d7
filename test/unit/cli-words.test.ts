import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/arguments.ts";
import { engineOptionsOf } from "../../src/cli/engine-options.ts";
import { labelsWords } from "../../src/cli/report.ts";
import { classNumber } from "../../src/cli/target.ts";
import { inTerminal, jsonText, percent, sizeText, WrongUse } from "../../src/cli/words.ts";

describe("what the command line says", () => {
  it("writes percentages, and never nothing or all for what is not quite that", () => {
    const shares = [1, 0.9996, 0.9994, 0.7908, 0.0313, 0.0013, 0.00005, 1e-9, 0];
    const written = ["100 %", "> 99.9 %", "99.9 %", "79.1 %", "3.1 %", "0.13 %", "< 0.01 %", "< 0.01 %", "0 %"];
    assert.deepEqual(shares.map(percent), written);
  });

  it("writes small sizes in small units", () => {
    assert.deepEqual([12, 2100, 4_912_345].map(sizeText), ["12 bytes", "2.1 kB", "4.9 MB"]);
  });

  it("chooses nothing at a terminal, and keeps to one line", () => {
    assert.equal(inTerminal("a.png: it is a picture.\n Choose a model."), "a.png: it is a picture. Give a model.");
  });

  it("names the flags of a terminal, not VS Code's settings", () => {
    const said = (name: string) => inTerminal(`more than the setting glassbox.engine.${name} allows`);
    assert.equal(said("memoryLimit"), "more than the option --memory allows");
    assert.equal(said("deadline"), "more than the option --deadline allows");
    assert.equal(said("device"), "more than the option --device allows");
  });

  it("spells out what cannot be seen", () => {
    assert.equal(inTerminal("a\x1b[31m\u202eb"), "a\\u{1b}[31m\\u{202e}b");
    const odd = { "na\u200bme": ["\u202e", "\u{e0041}", "line\nline"] };
    assert.match(jsonText(odd), /^\{\n {2}"na\\u200bme": \[\n {4}"\\u202e",\n {4}"\\udb40\\udc41",\n {4}"line\\nline"/);
    assert.deepEqual(JSON.parse(jsonText(odd)), odd);
  });

  it("says that ImageNet's labels were taken for their number, and only then", () => {
    assert.match(labelsWords({ labelsFrom: "known", classes: 1000 }), /^ImageNet's, because of .*\(1000\)/);
    assert.doesNotMatch(labelsWords({ labelsFrom: "metadata", classes: 1000 }), /ImageNet/);
  });
});

describe("a command line's words", () => {
  const taken = { json: "none", many: { accepts: (word: string) => /^[a-z]$/.test(word) }, one: "one" } as const;

  it("takes negative numbers as values, and everything after -- as it is", () => {
    const { words, flags } = parseArguments(["m", "--one", "-0.5", "--many", "a", "b", "x.png", "--", "--json"], taken);
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
    assert.throws(() => parseArguments(["--one", "--json"], taken), WrongUse);
  });

  it("refuses a flag that there is not, and names one that is spelt much like it", () => {
    const refused = (word: string, message: string) =>
      assert.throws(() => parseArguments([word, "x"], taken), { name: "WrongUse", message });
    refused("--jsn", "there is no option --jsn; did you mean --json?");
    refused("--Many=3", "there is no option --Many; did you mean --many?");
    refused("--memroy", "there is no option --memroy; did you mean --memory?");
    refused("--speed", "there is no option --speed");
    refused("--toString", "there is no option --toString");
    refused("-o", "there is no option -o");
    assert.deepEqual(parseArguments(["--", "-o"], taken).words, ["-o"]);
  });

  it("refuses a value of no letters, which would be the folder that one is in", () => {
    for (const words of [["--one", ""], ["--one="]])
      assert.throws(() => parseArguments(words, taken), { name: "WrongUse", message: "--one needs a value" });
  });

  it("does not take a label for a number, nor a number for a label", () => {
    assert.equal(classNumber("1", ["zero", "one", "1"], 3), 1);
    assert.equal(classNumber("2.5", ["1.5", "2.5"], 2), 1);
    assert.throws(() => classNumber("-1", ["a", "b"], 2), /no class -1; the classes are 0 to 1$/);
  });

  it("names the labels that hold the whole word first", () => {
    const labels = ["cattle", "tabby, tabby cat", "catamaran", "tiger cat", "polecat", "cathedral", "Cat-bird"];
    assert.throws(
      () => classNumber("cat", labels, 7),
      /^RangeError: "cat" may be tabby, tabby cat \(1\); tiger cat \(3\); Cat-bird \(6\); cattle \(0\); catamaran \(2\); …$/,
    );
  });

  it("takes a part of a label in a script without spaces for a word, where one label alone has it", () => {
    const labels = ["拉布拉多寻回犬", "金毛寻回犬", "コーヒーカップ", "แมวไทย", "三毛猫cat", "골든 리트리버", "cattle"];
    const asked = ["金毛", "拉多", "ヒーカ", "แมว", "毛猫", "골든"];
    assert.deepEqual(
      asked.map((part) => classNumber(part, labels, 7)),
      [1, 0, 2, 3, 4, 5],
    );
    assert.throws(() => classNumber("cat", labels, 7), /may be 三毛猫cat \(4\); cattle \(6\)$/);
    assert.throws(() => classNumber("寻回犬", labels, 7), /may be 拉布拉多寻回犬 \(0\); 金毛寻回犬 \(1\)$/);
    assert.throws(() => classNumber("리트", labels, 7), /"리트" may be 골든 리트리버 \(5\)$/);
  });

  it("names the labels whose spelling is nearest, and where they all are", () => {
    const labels = ["golden retriever", "Labrador retriever", "espresso, coffee", "express"];
    const refused = (asked: string, why: RegExp) => assert.throws(() => classNumber(asked, labels, 4), why);
    refused("Golden Retreiver", /no class "Golden Retreiver"; did you mean golden retriever \(0\)\? "glassbox info/);
    refused("coffe e", /did you mean espresso, coffee \(2\)\? /);
    refused("expresso", /did you mean espresso, coffee \(2\) or express \(3\)\? /);
    refused("zeppelin", /^RangeError: there is no class "zeppelin"; "glassbox info MODEL --json" lists the labels$/);
    assert.throws(() => classNumber("cat", [], 10), /the classes have no labels; give a number, 0 to 9$/);
  });
});

describe("the flags of every command", () => {
  it("stand anywhere before --, and are taken out of the words", () => {
    const { options, rest } = engineOptionsOf(
      "explain --device webgpu m --memory=1.5 a.png --deadline 5 -- --memory".split(" "),
    );
    assert.deepEqual(options, { device: "webgpu", memory: 1.5 * 2 ** 30, deadline: 5 });
    assert.deepEqual(rest, ["explain", "m", "a.png", "--", "--memory"]);
    const usual = engineOptionsOf([]).options;
    assert.deepEqual([usual.device, usual.deadline], ["cpu", 600]);
    assert.ok(usual.memory > 2 ** 28);
  });

  it("are refused where they make no sense", () => {
    for (const words of [
      "--device gpu",
      "--device",
      "--memory",
      "--memory much",
      "--memory 0",
      "--memory=",
      "--deadline -1",
    ])
      assert.throws(() => engineOptionsOf(words.split(" ")), WrongUse, words);
  });
});
