import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { weightCard, weightTable, weightValues } from "../../src/engine/inside/weights.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import type { DType, TensorData } from "../../src/shared/tensor.ts";
import * as w from "../fixtures/onnx/writer.ts";

const signal = new AbortController().signal;
const sample = fileURLToPath(new URL("../../samples/squeezenet1.1.onnx", import.meta.url));

/** A model that holds one constant `w` of these bytes. */
const holding = (type: number, dims: readonly number[], data: Uint8Array): string =>
  w.file(w.small({ initializers: [w.tensor("w", type, dims, w.bytes(9, data))] }));
const bytesOf = (array: TensorData) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe("a weight's statistics", () => {
  it("count NaN, infinities, zeros and denormals apart from the moments", async () => {
    const values = Float32Array.of(1, 2, 3, 4, NaN, NaN, Infinity, -Infinity, 0, -0, 1e-40);
    const card = await weightCard({ model: holding(1, [11], bytesOf(values)), weight: "w" }, signal);
    const { nan, infinite, zeros, denormal, count, min, max } = card;
    assert.deepEqual(
      { nan, infinite, zeros, denormal, count, min, max },
      { nan: 2, infinite: 2, zeros: 2, denormal: 1, count: 11, min: 0, max: 4 },
    );
    assert.ok(Math.abs(card.mean - 10 / 7) < 1e-9);
    assert.equal(
      card.histogram.reduce((sum, n) => sum + n),
      7,
    );
  });

  it("agree with sums over all of it, for a weight of many chunks", async () => {
    const values = Float32Array.from({ length: 600_001 }, (_, i) => Math.sin(i) * (1 + (i % 7)));
    const card = await weightCard({ model: holding(1, [600_001], bytesOf(values)), weight: "w" }, signal);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(card.mean - mean) < 1e-9);
    assert.ok(Math.abs(card.deviation - Math.sqrt(variance)) < 1e-9);
    const [width, bin] = [(card.max - card.min) / 64, 20];
    const inBin = values.filter((value) => Math.floor((value - card.min) / width) === bin).length;
    assert.equal(card.histogram[bin], inBin);
  });

  const types: readonly (readonly [name: string, type: number, data: Uint8Array, expected: readonly number[]])[] = [
    ["float64", 11, bytesOf(Float64Array.of(0.1, -2)), [0.1, -2]],
    ["float16", 10, bytesOf(Uint16Array.of(0x3c00, 0xc000)), [1, -2]],
    ["bfloat16", 16, bytesOf(Uint16Array.of(0x3f80, 0xc000)), [1, -2]],
    ["int64", 7, bytesOf(BigInt64Array.of(5n, -9n)), [5, -9]],
    ["int8", 3, bytesOf(Int8Array.of(127, -128)), [127, -128]],
    ["int4", 22, Uint8Array.of(0x8f, 0x03), [-1, -8, 3]],
    ["uint4", 21, Uint8Array.of(0x8f, 0x03), [15, 8, 3]],
  ];
  for (const [name, type, data, expected] of types)
    it(`are of ${name} too`, async () => {
      const model = holding(type, [expected.length], data);
      const card = await weightCard({ model, weight: "w" }, signal);
      assert.equal(card.dtype, name);
      assert.deepEqual([card.min, card.max], [Math.min(...expected), Math.max(...expected)]);
    });

  it("refuse what has no numbers, by its name", async () => {
    const away = w.file(w.small({ initializers: [w.tensor("w", 1, [3], w.external("../secret.bin"))] }));
    await assert.rejects(weightCard({ model: away, weight: "w" }, signal), /secret\.bin/);
    await assert.rejects(weightCard({ model: away, weight: "none" }, signal), /no constant none/);
    const huge = w.file(w.small({ initializers: [w.tensor("w", 1, [2 ** 30, 2 ** 30, 16])] }));
    await assert.rejects(weightCard({ model: huge, weight: "w" }, signal), /impossible shape/);
  });

  it("stop when nobody waits any more", async () => {
    const values = new Float32Array(2 ** 20);
    const gone = AbortSignal.abort();
    await assert.rejects(weightCard({ model: holding(1, [2 ** 20], bytesOf(values)), weight: "w" }, gone), /abort/i);
  });
});

describe("a weight's numbers", () => {
  // ONNX's type, what is handed out, and what the file holds where that is something else.
  const types: readonly (readonly [type: number, dtype: DType, data: TensorData, stored?: TensorData])[] = [
    [1, "float32", Float32Array.of(0.1, -2)],
    [11, "float64", Float64Array.of(1.0000000001, 1e300)],
    [10, "float32", Float32Array.of(1, 2 ** -24), Uint16Array.of(0x3c00, 1)],
    [16, "float32", Float32Array.of(1, 2 ** -133), Uint16Array.of(0x3f80, 1)],
    [7, "int64", BigInt64Array.of(16777217n, 2n ** 63n - 1n)],
    [13, "uint64", BigUint64Array.of(2n ** 64n - 1n, 5n)],
    [6, "int32", Int32Array.of(16777217, -16777217)],
    [3, "int8", Int8Array.of(127, -128)],
    [22, "int8", Int8Array.of(-1, -8), Uint8Array.of(0x8f)],
    [21, "uint8", Uint8Array.of(15, 8), Uint8Array.of(0x8f)],
    [9, "bool", Uint8Array.of(1, 0)],
  ];
  for (const [type, dtype, data, stored = data] of types)
    it(`are handed out as ${dtype}, none rounded: all, a page, and for NumPy (ONNX's type ${type})`, async () => {
      const request = { model: holding(type, [2], bytesOf(stored)), weight: "w" };
      assert.deepEqual(await weightValues(request, signal), { dtype, shape: [2], data });
      const page = weightTable({ ...request, index: [], rows: [0, 1], columns: [1, 1] });
      assert.deepEqual(page, { dtype, shape: [1, 1], data: data.slice(1) });
      const file = encodeNpy(await weightValues(request, signal));
      assert.deepEqual(file.subarray(-data.byteLength), bytesOf(data));
    });
});

describe("a weight's table", () => {
  const rows = [0, 100] as const;
  it("is the slice at an index of the leading axes", async () => {
    const request = { model: sample, weight: "conv1_w_0" };
    const all = await weightValues(request, signal);
    assert.deepEqual(all.shape, [64, 3, 3, 3]);
    const table = weightTable({ ...request, index: [5, 2], rows: [1, 2], columns: [1, 2] });
    const at = (y: number, x: number) => all.data[((5 * 3 + 2) * 3 + y) * 3 + x];
    assert.deepEqual([...table.data], [at(1, 1), at(1, 2), at(2, 1), at(2, 2)]);
  });

  it("is one row of a vector", () => {
    const { shape } = weightTable({ model: sample, weight: "conv1_b_0", index: [], rows, columns: [60, 100] });
    assert.deepEqual(shape, [1, 4]);
  });

  it("has the rows and columns of a 1 × 1 kernel's channels", async () => {
    const request = { model: sample, weight: "fire2/squeeze1x1_w_0" };
    const all = await weightValues(request, signal);
    assert.deepEqual(all.shape, [16, 64, 1, 1]);
    const table = weightTable({ ...request, index: [], rows: [3, 2], columns: [10, 2] });
    assert.deepEqual(
      [...table.data],
      [3 * 64 + 10, 3 * 64 + 11, 4 * 64 + 10, 4 * 64 + 11].map((i) => all.data[i]),
    );
  });

  it("refuses places that are not there", () => {
    const ask = (index: readonly number[], columns: readonly [number, number]) => () =>
      weightTable({ model: sample, weight: "conv1_w_0", index, rows, columns });
    assert.throws(ask([64, 0], [0, 3]), /no place/);
    assert.throws(ask([0], [0, 3]), /no place/);
    assert.throws(ask([0, 0], [3, 1]), /not among them/);
  });
});
