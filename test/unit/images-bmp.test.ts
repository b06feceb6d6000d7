import assert from "node:assert/strict";
import { readBmp } from "../../src/engine/images/bmp.ts";
import { decode } from "../../src/engine/images/decode.ts";
import { temporaryFolder } from "../fixtures/images/folder.ts";

interface Bitmap {
  readonly width: number;
  /** Negative: the first row is the top one. */
  readonly height: number;
  readonly bits: number;
  readonly rows: readonly (readonly number[])[];
  /** Blue, green, red and nothing, four bytes a colour. */
  readonly palette?: readonly number[];
  readonly compression?: number;
  readonly masks?: readonly number[];
  readonly header?: number;
}

/** A bitmap with its rows as they are stored, each without its padding. */
function bitmap({ width, height, bits, rows, palette = [], compression = 0, masks = [], header = 40 }: Bitmap): Buffer {
  const old = header === 12;
  const head = Buffer.alloc(14 + header);
  head.write("BM");
  head.writeUInt32LE(header, 14);
  if (old) [width, height, 1, bits].forEach((value, i) => head.writeUInt16LE(value, 18 + 2 * i));
  else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(compression, 30);
    head.writeUInt32LE(header === 40 ? palette.length / 4 : 0, 46);
  }
  const words = Buffer.alloc(masks.length * 4);
  masks.forEach((mask, i) => words.writeUInt32LE(mask >>> 0, i * 4));
  if (header > 40) words.copy(head, 54);
  const before = Buffer.concat([head, header === 40 ? words : Buffer.alloc(0), Buffer.from(palette)]);
  before.writeUInt32LE(before.length, 10);
  const padded = rows.map((row) => Buffer.from([...row, ...Array<number>((4 - (row.length % 4)) % 4).fill(0)]));
  return Buffer.concat([before, ...padded]);
}

const [RED, GREEN, BLUE, WHITE] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const;
const bgr = (...colors: readonly (readonly number[])[]) => colors.flatMap(([r, g, b]) => [b!, g!, r!]);
const bgrx = (...colors: readonly (readonly number[])[]) => colors.flatMap(([r, g, b]) => [b!, g!, r!, 0]);
const expected = [...RED, ...GREEN, ...BLUE, ...WHITE, ...WHITE, ...RED];

describe("bmp", () => {
  const folder = temporaryFolder();
  const colors = [bgrx(RED, GREEN, BLUE, WHITE)].flat();
  const readable: Record<string, Bitmap> = {
    "24 bits, bottom row first": {
      width: 3,
      height: 2,
      bits: 24,
      rows: [bgr(WHITE, WHITE, RED), bgr(RED, GREEN, BLUE)],
    },
    "24 bits, top row first": { width: 3, height: -2, bits: 24, rows: [bgr(RED, GREEN, BLUE), bgr(WHITE, WHITE, RED)] },
    "24 bits, OS/2 header": {
      width: 3,
      height: 2,
      bits: 24,
      header: 12,
      rows: [bgr(WHITE, WHITE, RED), bgr(RED, GREEN, BLUE)],
    },
    "32 bits, last byte unused": {
      width: 3,
      height: -2,
      bits: 32,
      rows: [bgrx(RED, GREEN, BLUE), bgrx(WHITE, WHITE, RED)],
    },
    "8 bits": {
      width: 3,
      height: -2,
      bits: 8,
      palette: colors,
      rows: [
        [0, 1, 2],
        [3, 3, 0],
      ],
    },
    "4 bits": {
      width: 3,
      height: 2,
      bits: 4,
      palette: colors,
      rows: [
        [0x33, 0x00],
        [0x01, 0x20],
      ],
    },
    "16 bits, 5 5 5": {
      width: 3,
      height: -2,
      bits: 16,
      rows: [
        [0, 0x7c, 0xe0, 3, 0x1f, 0],
        [0xff, 0x7f, 0xff, 0x7f, 0, 0x7c],
      ],
    },
    "16 bits, 5 6 5 by masks": {
      width: 3,
      height: -2,
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      rows: [
        [0, 0xf8, 0xe0, 7, 0x1f, 0],
        [0xff, 0xff, 0xff, 0xff, 0, 0xf8],
      ],
    },
    "32 bits by masks, red last": {
      width: 3,
      height: -2,
      bits: 32,
      compression: 3,
      masks: [0xff, 0xff00, 0xff0000],
      rows: [
        [...RED, 0, ...GREEN, 0, ...BLUE, 0],
        [...WHITE, 0, ...WHITE, 0, ...RED, 0],
      ],
    },
  };
  for (const [name, given] of Object.entries(readable))
    it(`reads ${name}`, async () => {
      const photo = await decode(folder.write("a.bmp", bitmap(given)));
      assert.deepEqual([photo.width, photo.height, [...photo.pixels]], [3, 2, expected]);
    });

  it("reads 1 bit a pixel, most significant first, over the end of a byte", () => {
    const palette = bgrx([0, 0, 0], WHITE);
    const { data } = readBmp(bitmap({ width: 10, height: 1, bits: 1, palette, rows: [[0b10100001, 0b01000000]] }));
    assert.deepEqual(
      [...data].filter((_, i) => i % 3 === 0).map((v) => v / 255),
      [1, 0, 1, 0, 0, 0, 0, 1, 0, 1],
    );
  });

  it("lays an alpha mask's transparency over black", async () => {
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    const bytes = bitmap({
      width: 1,
      height: 1,
      bits: 32,
      compression: 3,
      header: 124,
      masks,
      rows: [[50, 100, 200, 128]],
    });
    const photo = await decode(folder.write("alpha.bmp", bytes));
    assert.deepEqual([[...photo.pixels], photo.remarks], [[100, 50, 25], ["transparent parts over black"]]);
  });

  const refused: Record<string, readonly [Buffer, RegExp]> = {
    "run-length encoding": [
      bitmap({ width: 1, height: 1, bits: 8, compression: 1, palette: colors, rows: [[1, 0, 0, 1]] }),
      /RLE/,
    ],
    "too few pixels": [bitmap({ width: 3, height: 9, bits: 24, rows: [bgr(RED, RED, RED)] }), /ends 96 bytes early/],
    "a colour beyond the palette": [
      bitmap({ width: 1, height: 1, bits: 8, palette: colors, rows: [[9]] }),
      /colour 9 is beyond/,
    ],
    "a header cut short": [
      bitmap({ width: 1, height: 1, bits: 24, rows: [] }).subarray(0, 30),
      /ends inside its header/,
    ],
    "no pixels at all": [bitmap({ width: 0, height: 1, bits: 24, rows: [] }), /0 × 1/],
    "7 bits": [bitmap({ width: 1, height: 1, bits: 7, rows: [[0]] }), /7 bits/],
    "a bomb": [
      bitmap({ width: 60000, height: 60000, bits: 24, rows: [] }),
      /60000 × 60000 pixels \(3,600 megapixels\)/,
    ],
  };
  for (const [name, [bytes, reason]] of Object.entries(refused))
    it(`refuses ${name}`, () =>
      assert.rejects(decode(folder.write("bad.bmp", bytes)), (error: Error) => {
        assert.match(error.message, /^\S+\/bad\.bmp: /);
        assert.match(error.message, reason);
        return true;
      }));
});
