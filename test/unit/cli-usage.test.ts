import assert from "node:assert/strict";
import { described } from "../../src/cli/techniques.ts";
import { isCommand, usage, usageOf, type Command } from "../../src/cli/usage.ts";
import { techniqueCards } from "../../src/engine/technique-cards.ts";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";

const commands = [
  ...new Set([...usage.matchAll(/^ {2}glassbox ([a-z-]+) /gm)].map(([, name = ""]) => name).filter(isCommand)),
];

/** How a command is called, and what is told of that, without what every command takes. */
function partsOf(command: Command): { readonly called: string; readonly told: string } {
  const [, called = "", ...told] = usageOf(command).split("\n\n");
  return {
    called,
    told: told
      .slice(
        0,
        told.findIndex((part) => part.startsWith("every command")),
      )
      .join("\n\n"),
  };
}

/** Words in capitals that stand for something: no endings of files, no parts of names. */
const capitals = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w.-])([A-Z]+|Y,X)(?![\w-])/g)].map(([word]) => word);
const flagsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag);

describe("the help of a command", () => {
  it("is there for every one", () => {
    assert.equal(commands.length, 16);
  });

  for (const command of commands)
    it(`explains all that stands in the call of ${command}, and nothing else`, () => {
      const { called, told } = partsOf(command);
      const heads = [...told.matchAll(/^ {2}(--\S+)/gm)].map(([, head = ""]) => head);
      for (const flag of flagsIn(called)) assert.ok(heads.includes(flag), `${flag} is not explained`);
      for (const head of heads)
        assert.ok(head === "--PARAMETER" || flagsIn(called).includes(head), `${head}: not called`);
      for (const word of capitals(called)) assert.ok(capitals(told).includes(word), `${word} is not explained`);
      const subjects = ["MODEL", "IMAGE", "CONTENT", "STYLE", "FOLDER", "CLASS"];
      for (const word of subjects)
        if (capitals(told).includes(word))
          assert.ok(capitals(called).includes(word), `${word} is nothing that it takes`);
      assert.ok(told.includes("--PARAMETER") === called.includes("--PARAMETER"));
    });

  it("does not say what is another command's", () => {
    for (const command of commands) {
      const { told } = partsOf(command);
      assert.equal(/octave/.test(told), false, `${command}: octaves are explained with the parameters`);
      assert.equal(/\.npy\s+float32/.test(told), ["explain", "features"].includes(command), `${command}: a tensor`);
    }
  });

  it("says which layers and channels, with dream as with visualize, and how many a grid has", () => {
    for (const command of ["dream", "visualize"] as const)
      assert.match(partsOf(command).told, /--layer A:12\s+--layer B:7=-2/);
    const { told } = partsOf("visualize");
    assert.match(told, /the first 36, or --count N/);
    assert.doesNotMatch(told, /all channels/);
  });

  it("stays within a usual terminal, and the whole one names every command", () => {
    for (const text of [usage, ...commands.map(usageOf)])
      for (const line of text.split("\n")) assert.ok(line.length <= 120, line);
    for (const command of commands) assert.match(usage, new RegExp(`^ {2}${command} +\\S`, "m"));
  });
});

describe("what the help says of a technique", () => {
  const cards = [...techniqueCards(), ...synthesisCards()];
  const of = (id: string) => described(cards.find((card) => card.id === id) ?? assert.fail(`no ${id}`));

  it("stays within a usual terminal, and says all that there is to say", () => {
    for (const card of cards) {
      const lines = described(card).split("\n");
      for (const line of lines) assert.ok(line.length <= 120, line);
      const told = lines.map((line) => line.trim()).join(" ");
      for (const text of [card.summary, card.convention, card.citation.title]) assert.ok(told.includes(text), text);
    }
  });

  it("goes on under its own beginning where a parameter takes more than a line", () => {
    const [first = "", next = ""] = /^ +--pad .*\n.*$/m.exec(of("class-visualization"))?.[0].split("\n") ?? [];
    assert.equal(next.search(/\S/), first.indexOf("Grey frame"), next);
  });

  it("explains a word that stands for a number, in short", () => {
    const style = of("style-transfer");
    assert.match(style, /^ +--content-weight .* Weight of the content; usual: 2 from the photo, 10 from noise$/m);
    assert.match(style, /^ +--size .* Longer side, pixels; photo: the photo's own$/m);
    assert.match(of("texture-synthesis"), /; usual: 0 with frequencies, 3 with pixels$/m);
    assert.match(of("occlusion"), /mean, gray, blur, noise or a number \(mean\) +Covered with$/m);
  });
});
