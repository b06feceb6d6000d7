import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isNpy, parseNpy, readNpy } from "../../src/engine/images/npy.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32, type DType, type Tensor, type TensorData } from "../../src/shared/tensor.ts";
import { temporaryFolder } from "../fixtures/images/folder.ts";

// Written by NumPy 2.4: arange(24) / 4 − 1 as [1, 2, 3, 4], in both orders, and other element types.
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/images/${name}.npy`, import.meta.url));
const quarters = Array.from({ length: 24 }, (_, i) => i / 4 - 1);

describe("npy", () => {
  const folder = temporaryFolder();

  it("reads what NumPy wrote, in C order and in Fortran's", async () => {
    for (const name of ["c-order", "fortran-order"]) {
      const { shape, data } = await readNpy(fixture(name));
      assert.deepEqual([shape, [...data]], [[1, 2, 3, 4], quarters], name);
    }
  });
  it("reads doubles and bytes of [C, H, W] as [1, C, H, W]", async () => {
    const double = await readNpy(fixture("double"));
    assert.deepEqual([double.shape, [...double.data]], [[1, 2, 3, 4], quarters]);
    const bytes = await readNpy(fixture("bytes"));
    assert.deepEqual([bytes.shape, [...bytes.data]], [[1, 3, 2, 2], Array.from({ length: 12 }, (_, i) => i)]);
  });
  it("reads halves, the smallest, the greatest and infinity", async () => {
    const { data } = await readNpy(fixture("half"));
    assert.deepEqual([...data], [0, 1, -2, 65504, 2 ** -24, Infinity]);
  });

  it("writes byte for byte what NumPy writes", () => {
    const written = (tensor: Tensor, name: string) =>
      assert.deepEqual(Buffer.from(encodeNpy(tensor)), readFileSync(fixture(name)));
    written(float32([1, 2, 3, 4], quarters), "c-order");
    written({ dtype: "float64", shape: [2, 3, 4], data: Float64Array.from(quarters) }, "double");
    written({ dtype: "uint8", shape: [3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, i) => i) }, "bytes");
  });
  it("writes integers of every width by NumPy's names, and no type that NumPy has not", () => {
    const kind = (dtype: DType, data: TensorData) =>
      /'descr': '(.*?)'/.exec(Buffer.from(encodeNpy({ dtype, shape: [1], data })).toString("latin1"))?.[1];
    const kinds = [
      kind("int64", BigInt64Array.of(1n)),
      kind("uint64", BigUint64Array.of(1n)),
      kind("int32", Int32Array.of(1)),
      kind("uint16", Uint16Array.of(1)),
      kind("int8", Int8Array.of(1)),
      kind("bool", Uint8Array.of(1)),
      kind("float16", Uint16Array.of(0x3c00)),
    ];
    assert.deepEqual(kinds, ["<i8", "<u8", "<i4", "<u2", "|i1", "|b1", "<f2"]);
    assert.throws(() => kind("bfloat16", Uint16Array.of(0x3f80)), /NumPy has no numbers of type bfloat16/);
  });
  it("reads again what it wrote", () => {
    for (const shape of [[5], [2, 3], [1, 3, 1, 7], [100000, 1, 1]]) {
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.fround(Math.sin(i)));
      const bytes = encodeNpy(float32(shape, values));
      assert.equal((bytes.length - values.byteLength) % 64, 0);
      assert.deepEqual(parseNpy(bytes), float32(shape, values));
    }
  });
  it("is told by its name", () =>
    assert.deepEqual(["a.npy", "a.NPY", "a.npz", "npy"].map(isNpy), [true, true, false, false]));

  const header = (text: string, payload = 0, version = 1) => {
    const head = Buffer.alloc(version === 1 ? 10 : 12);
    head.write("\x93NUMPY", "latin1");
    head[6] = version;
    if (version === 1) head.writeUInt16LE(text.length, 8);
    else head.writeUInt32LE(text.length, 8);
    return Buffer.concat([head, Buffer.from(text), Buffer.alloc(payload)]);
  };
  const dictionary = (type: string, shape: string) =>
    `{'descr': ${type}, 'fortran_order': False, 'shape': ${shape}, }\n`;

  it("reads version 2, whose header's length has four bytes", () => {
    assert.deepEqual(parseNpy(header(dictionary("'<f4'", "(2,)"), 8, 2)).shape, [2]);
  });

  const refused: Record<string, readonly [Uint8Array, RegExp]> = {
    "another kind of file": [Buffer.from("hello, this is text"), /not a \.npy file/],
    "Python objects": [readFileSync(fixture("object")), /Python objects, which are never loaded/],
    records: [header(dictionary("[('x', '<f4')]", "(1,)"), 4), /records/],
    "other element types": [header(dictionary("'>f4'", "(1, 1, 1)"), 4), /elements are >f4; expected <f4/],
    "too few bytes": [header(dictionary("'<f4'", "(3, 2, 2)"), 44), /3 × 2 × 2 elements take 48 bytes, but 44/],
    "too many bytes": [header(dictionary("'<f4'", "(3, 2, 2)"), 52), /take 48 bytes, but 52/],
    "absurd shapes": [header(dictionary("'<f4'", "(99999999, 99999999, 99999999)"), 4), /but 4 follow/],
    "a header cut short": [header(dictionary("'<f4'", "(1,)")).subarray(0, 40), /ends inside its header/],
    "a header of nonsense": [header("{'descr': '<f4', 'shape': __import__('os')}\n"), /does not say/],
    "a plane without channels": [header(dictionary("'<f4'", "(2, 2)"), 16), /shape is 2 × 2; expected \[1, C, H, W\]/],
    "several pictures": [header(dictionary("'<f4'", "(2, 1, 1, 1)"), 8), /shape is 2 × 1 × 1 × 1/],
    "an empty one": [header(dictionary("'<f4'", "(1, 3, 0, 0)")), /no elements/],
  };
  for (const [name, [bytes, reason]] of Object.entries(refused))
    it(`refuses ${name}`, () =>
      assert.rejects(readNpy(folder.write("bad.npy", bytes)), (error: Error) => {
        assert.match(error.message, /^\S+\/bad\.npy: /);
        assert.match(error.message, reason);
        return true;
      }));
});
