import assert from "node:assert/strict";
import { withClassName } from "../../src/host/job-title.ts";

describe("a job's title", () => {
  for (const [title, model, named] of [
    ["class-visualization of class 282 by net.onnx", "net.onnx", "class-visualization of tiger cat by net.onnx"],
    [
      "deep-dream of class 3.png at class 282 by net.onnx",
      "net.onnx",
      "deep-dream of class 3.png at tiger cat by net.onnx",
    ],
    [
      "deep-dream of a.png at class 282 by class 10.onnx",
      "class 10.onnx",
      "deep-dream of a.png at tiger cat by class 10.onnx",
    ],
    [
      "deep-dream at fire5, class 282 by one by class 2.onnx",
      "one by class 2.onnx",
      "deep-dream at fire5, tiger cat by one by class 2.onnx",
    ],
    ["occlusion of cat.png by net.onnx", "net.onnx", "occlusion of cat.png by net.onnx"],
  ] as const)
    it(`names the class in "${title}", and leaves names alone`, () => {
      assert.equal(withClassName(title, model, "tiger cat"), named);
    });
});
