import assert from "node:assert/strict";
import * as requests from "../../src/host/model-requests.ts";
import { Refused } from "../../src/host/requests.ts";

describe("What a model editor's page asks of the host", () => {
  const stroke = { tool: "copy", radius: 4, points: [[1, 2]], from: [-3, 5] };

  it("is passed on without what does not belong to it", () => {
    const unit = { layer: "conv1", channel: 3, place: [1, 2], photo: "other", strokes: [stroke] };
    assert.deepEqual(requests.unitRequest({ ...unit, model: "/elsewhere.onnx", image: "/etc/x" }), unit);
    assert.deepEqual(requests.stepRequest({ layer: "conv1", channel: 0, node: 4 }), {
      layer: "conv1",
      channel: 0,
      node: 4,
    });
    assert.deepEqual(requests.featuresRequest({ layer: "x", channels: [1, 5] }), { layer: "x", channels: [1, 5] });
    assert.deepEqual(requests.looksAtRequest({ layer: undefined }), { layer: undefined });
    assert.deepEqual(requests.standsRequest({ layer: "x", tab: "unit", channel: 7, view: {} }), { layer: "x", tab: "unit", channel: 7 }); // prettier-ignore
    assert.deepEqual(requests.standsRequest({}), {});
    assert.deepEqual(requests.usePhotoRequest({ photo: "current" }), { photo: "current" });
    const table = { weight: "w", index: [0, 3], rows: [0, 10], columns: [5, 10] };
    assert.deepEqual(requests.weightTableRequest(table), table);
  });

  const layer = { layer: "conv1" };
  const wrong: Readonly<Record<string, () => unknown>> = {
    "no object": () => requests.unitRequest("conv1"),
    "a layer that is no name": () => requests.layerRequest({ layer: ["x"] }),
    "a layer's name without end": () => requests.layerRequest({ layer: "x".repeat(1e6) }),
    "a channel below 0": () => requests.unitRequest({ ...layer, channel: -1 }),
    "a place to stand that is no channel": () => requests.standsRequest({ channel: "7" }),
    "a channel between two": () => requests.filterRequest({ ...layer, channel: 0.5 }),
    "a place of three": () => requests.placeRequest({ ...layer, place: [1, 2, 3] }),
    "a place of one": () => requests.pixelRequest({ ...layer, pixel: [1] }),
    "a place that is none": () => requests.unitRequest({ ...layer, channel: 0, place: [NaN, 0] }),
    "another slot": () => requests.slotRequest({ photo: "third" }),
    "no slot": () => requests.usePhotoRequest({}),
    "a brush of no size": () => requests.paintedRequest({ strokes: [{ ...stroke, radius: 0 }] }),
    "an unknown brush": () => requests.paintedRequest({ strokes: [{ ...stroke, tool: "erase" }] }),
    "a stroke through nowhere": () => requests.paintedRequest({ strokes: [{ ...stroke, points: [[1, Infinity]] }] }),
    "strokes without end": () => requests.paintedRequest({ strokes: Array(2000).fill(stroke) }),
    "a step of two": () => requests.stepPhotoRequest({ by: 2 }),
    "text of an unknown kind": () => requests.saveTextRequest({ name: "x", text: "y", kind: "exe" }),
    "dead filters over nothing": () => requests.deadRequest({ over: "everything" }),
    "a table of negative rows": () =>
      requests.weightTableRequest({ weight: "w", index: [], rows: [-1, 2], columns: [0, 1] }),
  };
  for (const [name, ask] of Object.entries(wrong)) it(`refuses ${name}`, () => assert.throws(ask, Refused));
});
