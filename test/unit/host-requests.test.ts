import assert from "node:assert/strict";
import { candidates } from "../../src/engine/preparation/candidates.ts";
import * as requests from "../../src/host/requests.ts";

const preparation = {
  size: [224, 224],
  fit: "stretch",
  color: "RGB",
  range: [0, 255],
  mean: [127],
  deviation: [128, 128, 128],
  layout: "NCHW",
};

describe("What a page asks of the host", () => {
  it("passes on a question about a class, without what does not belong to it", () => {
    const asked = {
      technique: "occlusion",
      target: 3,
      parameters: { window: 32 },
      model: "/elsewhere.onnx",
      image: "/etc/x",
    };
    assert.deepEqual(requests.runRequest(asked), { technique: "occlusion", target: 3, parameters: { window: 32 } });
  });

  const wrong: Readonly<Record<string, unknown>> = {
    "no object": "occlusion",
    "no technique": { parameters: {} },
    "a technique that is no name": { technique: 7, parameters: {} },
    "a class that is not finite": { technique: "saliency", parameters: {}, target: NaN },
    "a class below 0": { technique: "saliency", parameters: {}, against: -1 },
    "a layer that is no name": { technique: "saliency", parameters: {}, layer: ["x"] },
    "no parameters": { technique: "saliency" },
    "parameters in a list": { technique: "saliency", parameters: [] },
    "parameters of a class": { technique: "saliency", parameters: new Map() },
    "a parameter that is not finite": { technique: "saliency", parameters: { steps: Infinity } },
    "a parameter that is an object": { technique: "saliency", parameters: { steps: {} } },
  };
  for (const [name, params] of Object.entries(wrong))
    it(`refuses ${name}`, () => assert.throws(() => requests.runRequest(params), requests.Refused));

  it("does not take a prototype for a parameter", () => {
    const params: unknown = JSON.parse('{ "technique": "saliency", "parameters": { "__proto__": { "steps": 1 } } }');
    assert.throws(() => requests.runRequest(params), requests.Refused);
  });

  it("wants a target and a list of others to judge trust", () => {
    const others = [{ technique: "saliency", parameters: {} }];
    const asked = { technique: "grad-cam", target: 1, parameters: {}, others };
    assert.deepEqual(requests.trustRequest(asked), asked);
    assert.throws(() => requests.trustRequest({ ...asked, target: undefined }), requests.Refused);
    assert.throws(() => requests.trustRequest({ ...asked, others: [{ technique: 1 }] }), requests.Refused);
  });

  it("takes a preparation only when all of it makes sense", () => {
    assert.deepEqual(requests.preparationOf(preparation), preparation);
    const senseless = [
      { size: [224] },
      { size: [0, 224] },
      { size: [224.5, 224] },
      { fit: "squeeze" },
      { color: "CMYK" },
      { range: [0, NaN] },
      { mean: [1, 2] },
      { deviation: [0] },
      { layout: "CHWN" },
    ];
    for (const part of senseless)
      assert.throws(() => requests.preparationOf({ ...preparation, ...part }), requests.Refused);
  });

  it("has a preparation in the order in which the engine writes its own, however it came", () => {
    const input = { name: "data", layout: "NCHW", channels: 3, height: 224, width: 224, written: [] } as const;
    for (const own of candidates(input)) {
      const otherwise = Object.fromEntries(Object.entries(own).reverse());
      assert.equal(JSON.stringify(requests.preparationOf(otherwise)), JSON.stringify(own));
    }
  });

  it("saves bytes, not what looks like bytes", () => {
    const picture = { name: "map", bytes: new Uint8Array(4), kind: "png" };
    assert.deepEqual(requests.pictureRequest(picture), picture);
    assert.throws(() => requests.pictureRequest({ ...picture, bytes: [1, 2] }), requests.Refused);
    assert.throws(() => requests.pictureRequest({ ...picture, kind: "exe" }), requests.Refused);
  });

  it("opens https and nothing else", () => {
    assert.deepEqual(requests.linkRequest({ url: "https://arxiv.org/abs/1311.2901" }), {
      url: "https://arxiv.org/abs/1311.2901",
    });
    for (const url of [
      "http://arxiv.org",
      "command:workbench.action.quit",
      "file:///etc/passwd",
      "javascript:alert(1)",
    ])
      assert.throws(() => requests.linkRequest({ url }), requests.Refused);
  });
});
