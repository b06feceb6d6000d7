import assert from "node:assert/strict";
import type { ModelChoice } from "../../src/shared/protocol.ts";
import { modelChoices } from "../../webview/shared/model-choices.ts";

describe("a list of models", () => {
  const models: readonly ModelChoice[] = [
    { path: "/built-in/a.onnx", title: "Squeezed", place: "a.onnx", where: "built in" },
    { path: "/models/a.onnx", title: "Squeezed", place: "a.onnx", where: "workspace" },
    { path: "/models/b.onnx", title: "Twin", place: "b.onnx", where: "workspace" },
    { path: "/models/runs/b.onnx", title: "Twin", place: "runs/b.onnx", where: "workspace" },
    { path: "/models/c.onnx", title: "c.onnx", where: "workspace" },
    { path: "/models/runs/c.onnx", title: "c.onnx", place: "runs", where: "workspace" },
  ];
  const called = (...more: [boolean, { path: string; title: string }?]) =>
    modelChoices(models, ...more).map(({ text }) => text);

  it("calls each by its name, and says of which file it is where two have one name", () => {
    assert.deepEqual(called(true), [
      "Squeezed · built in",
      "Squeezed · workspace",
      "Twin (b.onnx) · workspace",
      "Twin (runs/b.onnx) · workspace",
      "c.onnx · workspace",
      "c.onnx (runs) · workspace",
      "Browse…",
    ]);
  });

  it("has the one that looks once, under the name that it has in every list", () => {
    assert.deepEqual(called(true, { path: "/models/a.onnx", title: "a.onnx" }), called(true));
    assert.equal(called(false, { path: "/else/d.onnx", title: "D" })[0], "D · opened, not in Restricted Mode");
  });
});
