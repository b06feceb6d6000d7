import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { operatorWords } from "../../webview/model/inspector/operators.ts";
import words from "../../webview/model/inspector/operators.json" with { type: "json" };

describe("the words for operators", () => {
  it("are there for every operator that Glassbox knows", () => {
    const known = readdirSync("src/engine/ops").flatMap((file) => /^([A-Z]\w*)\.ts$/.exec(file)?.[1] ?? []);
    assert.ok(known.length > 80);
    assert.deepEqual(
      known.filter((op) => operatorWords(op) === undefined),
      [],
    );
  });

  it("are sentences, each its own, in alphabetical order", () => {
    const entries = Object.entries(words);
    assert.deepEqual(
      entries.filter(([, text]) => !/^[A-Z0-9−e].{15,}\.$/u.test(text)),
      [],
    );
    assert.equal(new Set(entries.map(([, text]) => text)).size, entries.length, "two operators with the same words");
    assert.deepEqual(Object.keys(words), Object.keys(words).sort());
  });

  it("are nothing for what no object of ours holds", () => {
    assert.equal(operatorWords("toString"), undefined);
    assert.equal(operatorWords("MyOwnOp"), undefined);
  });
});
