import assert from "node:assert/strict";
import { tight } from "../../src/host/tight.ts";
import { restored } from "../../src/shared/odd-numbers.ts";

/** As a webview message goes: by JSON, typed arrays apart. */
const sent = (value: unknown): unknown => restored(JSON.parse(JSON.stringify(tight(value))));

describe("numbers that JSON has not", () => {
  it("arrive at a page as what they were", () => {
    const value = { median: NaN, list: [1, Infinity, -Infinity], deep: [{ low: NaN, text: "NaN", none: null }] };
    assert.deepEqual(sent(value), value);
  });

  it("leave everything else as it is, typed arrays too", () => {
    const value = { bytes: Uint8Array.of(1, 2), list: [1, 2, 3], nothing: undefined };
    assert.equal(restored(value), value);
    assert.deepEqual(tight(value), value);
  });
});
