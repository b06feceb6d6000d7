import assert from "node:assert/strict";
import { isTurnedInLabel, type Labelled } from "../../src/host/diff-label.ts";

const file = (path: string): Labelled => ({ path, ref: undefined });
const revision = (ref: string): Labelled => ({ path: "/models/net.onnx", ref });
const commit = "0123456789abcdef0123456789abcdef01234567";

describe("Which side of a diff editor is the left one", () => {
  const cases: readonly (readonly [label: string, left: Labelled, right: Labelled])[] = [
    ["before.onnx ↔ after.onnx", file("/a/before.onnx"), file("/a/after.onnx")],
    ["before.onnx beside after.onnx", file("/a/before.onnx"), file("/a/after.onnx")],
    ["old/net.onnx ↔ new/net.onnx", file("/m/old/net.onnx"), file("/m/new/net.onnx")],
    ["net.onnx (01234567^) ↔ net.onnx (01234567)", revision(`${commit}^`), revision(commit)],
    ["net.onnx (HEAD) ↔ net.onnx (Index)", revision("HEAD"), revision("")],
    ["net.onnx (Index)", revision("HEAD"), revision("")],
  ];
  for (const [label, left, right] of cases)
    it(`is told by “${label}”`, () => {
      assert.equal(isTurnedInLabel(label, left, right), false);
      assert.equal(isTurnedInLabel(label, right, left), true);
    });

  it("is not told by a label that fits both", () => {
    const [one, other] = [file("/m/old/net.onnx"), file("/m/new/net.onnx")];
    for (const label of ["net.onnx ↔ net.onnx", "", "net.onnx", "a ↔ b ↔ c", "What changed"])
      assert.equal(isTurnedInLabel(label, one, other), undefined, label);
    assert.equal(isTurnedInLabel("What changed", revision("HEAD"), revision("")), undefined);
  });
});
