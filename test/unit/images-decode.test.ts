import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, utimesSync } from "node:fs";
import sharp from "sharp";
import { decode } from "../../src/engine/images/decode.ts";
import { photoReader } from "../../src/engine/images/photos.ts";
import { glimpse, preview } from "../../src/engine/images/preview.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { temporaryFolder } from "../fixtures/images/folder.ts";

const WIDTH = 3;
const HEIGHT = 2;
/** Every pixel another colour, none of them grey. */
const upright = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 53 + 7) % 256);
const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 } } as const;
const wide = (values: readonly number[], channels: 1 | 3) =>
  sharp(Uint16Array.from(values), { raw: { width: values.length / channels, height: 1, channels } });

describe("decode", () => {
  const folder = temporaryFolder();
  const decoded = async (name: string, content: Uint8Array | string) => decode(folder.write(name, content));

  const lossless = {
    png: () => sharp(upright, raw).png(),
    "palette png": () => sharp(upright, raw).png({ palette: true, colours: 16, dither: 0 }),
    webp: () => sharp(upright, raw).webp({ lossless: true }),
    gif: () => sharp(upright, raw).gif({ dither: 0 }),
    tiff: () => sharp(upright, raw).tiff({ compression: "lzw" }),
    avif: () => sharp(upright, raw).avif({ lossless: true }),
  };
  for (const [name, encode] of Object.entries(lossless))
    it(`reads ${name} to the pixel, whatever the file is called`, async () => {
      const photo = await decoded("photo.jpg", await encode().toBuffer());
      assert.deepEqual([photo.width, photo.height, photo.remarks], [WIDTH, HEIGHT, []]);
      assert.deepEqual(photo.pixels.length, upright.length);
      assert.deepEqual([...photo.pixels], [...upright]);
    });

  it("reads jpeg", async () => {
    const flat = await sharp({ create: { width: 16, height: 8, channels: 3, background: "#c86432" } })
      .jpeg()
      .toBuffer();
    const photo = await decoded("a.jpeg", flat);
    assert.deepEqual([photo.width, photo.height, photo.pixels.length], [16, 8, 16 * 8 * 3]);
    [200, 100, 50].forEach((value, c) => assert.ok(Math.abs(photo.pixels[c]! - value) <= 2));
  });

  // Where the pixel that a person sees at (x, y) is stored; w and h are the stored size.
  const orientations: Record<number, (x: number, y: number, w: number, h: number) => readonly [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y, w) => [w - 1 - x, y],
    3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
    4: (x, y, _, h) => [x, h - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y, _, h) => [y, h - 1 - x],
    7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
    8: (x, y, w) => [w - 1 - y, x],
  };
  for (const [orientation, stored] of Object.entries(orientations))
    it(`turns a photo of EXIF orientation ${orientation} upright`, async () => {
      const bytes = await sharp(upright, raw)
        .withMetadata({ orientation: Number(orientation) })
        .png()
        .toBuffer();
      const photo = await decoded("turned.png", bytes);
      const sideways = Number(orientation) >= 5;
      assert.deepEqual([photo.width, photo.height], sideways ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT]);
      for (let y = 0; y < photo.height; y++)
        for (let x = 0; x < photo.width; x++) {
          const [column, row] = stored(x, y, WIDTH, HEIGHT);
          const [seen, source] = [(y * photo.width + x) * 3, (row * WIDTH + column) * 3];
          assert.deepEqual(
            [...photo.pixels.slice(seen, seen + 3)],
            [...upright.slice(source, source + 3)],
            `${x}, ${y}`,
          );
        }
      assert.equal(
        photo.remarks.some((remark) => remark.includes("EXIF")),
        orientation !== "1",
      );
    });

  it("keeps the upper 8 of 16 bits", async () => {
    const values = [0x00ff, 0x0100, 0x80ff, 0xfeff, 0xff00, 0xffff];
    const color = await decoded("wide.png", await wide(values, 3).toColourspace("rgb16").png().toBuffer());
    assert.deepEqual([...color.pixels], [0x00, 0x01, 0x80, 0xfe, 0xff, 0xff]);
    assert.deepEqual(color.remarks, ["16 bits reduced to 8"]);
    const gray = await decoded("wide-gray.png", await wide(values, 1).toColourspace("grey16").png().toBuffer());
    assert.deepEqual(
      [...gray.pixels],
      [0x00, 0x01, 0x80, 0xfe, 0xff, 0xff].flatMap((v) => [v, v, v]),
    );
  });

  it("gives grey three equal channels", async () => {
    const gray = sharp(Uint8Array.of(0, 99, 255), { raw: { width: 3, height: 1, channels: 1 } });
    const photo = await decoded("gray.png", await gray.toColourspace("b-w").png().toBuffer());
    assert.deepEqual([...photo.pixels], [0, 0, 0, 99, 99, 99, 255, 255, 255]);
  });

  it("lays what is transparent over black, and says so", async () => {
    const rgba = sharp(Uint8Array.of(200, 100, 50, 255, 200, 100, 50, 128, 200, 100, 50, 0), {
      raw: { width: 3, height: 1, channels: 4 },
    });
    const photo = await decoded("alpha.png", await rgba.png().toBuffer());
    assert.deepEqual([...photo.pixels], [200, 100, 50, 100, 50, 25, 0, 0, 0]);
    assert.deepEqual(photo.remarks, ["transparent parts over black"]);
    const gray = sharp(Uint8Array.of(200, 51), { raw: { width: 1, height: 1, channels: 2 } });
    const grayAlpha = await decoded("gray-alpha.png", await gray.toColourspace("b-w").png().toBuffer());
    assert.deepEqual([...grayAlpha.pixels], [40, 40, 40]);
  });

  it("does not remark on an alpha channel that hides nothing", async () => {
    const photo = await decoded("opaque.png", await sharp(upright, raw).ensureAlpha().png().toBuffer());
    assert.deepEqual([photo.remarks, [...photo.pixels]], [[], [...upright]]);
  });

  it("converts CMYK, with and without a profile", async () => {
    const red = () =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: "#d02020" } }).toColourspace("cmyk");
    const plain = await decoded("plain.jpg", await red().jpeg().toBuffer());
    const profiled = await decoded("profiled.jpg", await red().withIccProfile("cmyk").jpeg().toBuffer());
    for (const { pixels, remarks } of [plain, profiled]) {
      assert.ok(pixels[0]! > 150 && pixels[1]! < 110 && pixels[2]! < 110, `red, not ${pixels.slice(0, 3).join(", ")}`);
      assert.match(remarks.join(), /CMYK converted/);
    }
    assert.match(profiled.remarks.join(), /by its profile/);
  });

  it("converts colour profiles to sRGB, and says so unless they are sRGB", async () => {
    const swatch = () => sharp({ create: { width: 4, height: 4, channels: 3, background: "#40c040" } });
    const p3 = await decoded("p3.png", await swatch().withIccProfile("p3").png().toBuffer());
    assert.ok(
      [0x40, 0xc0, 0x40].every((value, c) => Math.abs(p3.pixels[c]! - value) <= 2),
      p3.pixels.slice(0, 3).join(),
    );
    assert.deepEqual(p3.remarks, ["colour profile converted to sRGB"]);
    assert.deepEqual((await decoded("s.png", await swatch().withIccProfile("srgb").png().toBuffer())).remarks, []);
  });

  const film = Uint8Array.from({ length: 4 * 6 * 3 }, (_, i) => (i < 36 ? 60 : 200));
  for (const format of ["gif", "webp"] as const)
    it(`shows the first frame of an animated ${format}`, async () => {
      const frames = sharp(film, { raw: { width: 4, height: 6, channels: 3, pageHeight: 3 } });
      const bytes = await (
        format === "gif" ? frames.gif({ delay: [50, 50] }) : frames.webp({ lossless: true })
      ).toBuffer();
      const photo = await decoded(`film.${format}`, bytes);
      assert.deepEqual([photo.width, photo.height, photo.remarks], [4, 3, ["frame 1 of 2"]]);
      assert.ok(photo.pixels.every((value) => value === 60));
    });

  it("shows the first page of a TIFF of several, which may be of different sizes", async () => {
    const photo = await decoded("pages.tiff", tiffOfPages([4, 3, 60], [7, 5, 200]));
    assert.deepEqual([photo.width, photo.height, photo.remarks], [4, 3, ["page 1 of 2"]]);
    assert.ok(photo.pixels.every((value) => value === 60));
  });

  describe("refuses, naming the file:", () => {
    const refused = async (name: string, content: Uint8Array | string, reason: RegExp) => {
      const path = folder.write(name, content);
      await assert.rejects(decode(path), (error: Error) => {
        assert.equal(error.name, "UnreadableFile");
        assert.ok(error.message.startsWith(`${path}: `), error.message);
        assert.match(error.message, reason);
        assert.ok(!error.message.includes("\n"), "one line");
        return true;
      });
    };

    it("a header that claims too many pixels, before anything is decoded", () => {
      const header = Buffer.alloc(25);
      header.write("IHDR", 4);
      header.writeUInt32BE(13, 0);
      header.writeUInt32BE(60000, 8);
      header.writeUInt32BE(60000, 12);
      header.set([8, 2], 16);
      const bomb = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), header, Buffer.alloc(64)]);
      return refused("bomb.png", bomb, /60000 × 60000 pixels \(3,600 megapixels\); up to 64/);
    });

    it("a whole picture that is too large", async () => {
      const wide = { width: 16000, height: 4001, channels: 3, background: "#000" } as const;
      const bytes = await sharp({ create: wide, limitInputPixels: false }).webp({ effort: 0 }).toBuffer();
      await refused("large.webp", bytes, /16000 × 4001 pixels \(65 megapixels\)/);
    });

    for (const format of ["png", "jpeg", "webp", "gif", "tiff", "avif"] as const)
      it(`a ${format} that ends early`, async () => {
        const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 31 + i * 17) % 256);
        const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
          .toFormat(format)
          .toBuffer();
        await refused(`short.${format}`, whole.subarray(0, Math.floor(whole.length * 0.6)), /damaged or ends early/);
        await refused(`tiny.${format}`, whole.subarray(0, 40), /damaged or ends early/);
      });

    const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0", "latin1");
    const array = encodeNpy(float32([1, 3, 1, 1], [0, 0, 0]));
    const foreign: Record<string, readonly [Uint8Array | string, RegExp]> = {
      "lfs.png": [
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        /Git LFS pointer.*git lfs pull/,
      ],
      "page.png": ["<!DOCTYPE html><html></html>", /web page/],
      "drawing.png": ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', /SVG/],
      "photo.heic": [heic, /HEIC/],
      "array.npy": [array, /it is a tensor, and a photo is needed here: save the picture as PNG$/],
      "array.png": [
        array,
        /NumPy array, not a photo: give it the ending \.npy where a tensor is taken, else save it as PNG$/,
      ],
      "words.npy": ["no array at all", /not a photo that can be read/],
      "words.jpg": ["not a picture at all", /not a photo that can be read/],
      "empty.png": ["", /the file is empty/],
    };
    for (const [name, [content, reason]] of Object.entries(foreign)) it(name, () => refused(name, content, reason));

    it("a 32-bit floating-point TIFF", async () => refused("float.tiff", floatTiff(), /float/));

    it("folders, pipes and devices, without waiting for them", async () => {
      mkdirSync(folder.at("folder.png"));
      await assert.rejects(decode(folder.at("folder.png")), /folder\.png: it is a folder/);
      if (process.platform === "win32") return;
      execFileSync("mkfifo", [folder.at("pipe.png")]);
      await assert.rejects(decode(folder.at("pipe.png")), /pipe\.png: it is a pipe or a device/);
      await assert.rejects(decode("/dev/zero"), /zero: it is a pipe or a device/);
    });

    it("what is not there, and links in a circle", async () => {
      await assert.rejects(decode(folder.at("gone.png")), /gone\.png: there is no such file/);
      symlinkSync(folder.at("loop.png"), folder.at("loop.png"));
      await assert.rejects(decode(folder.at("loop.png")), /loop\.png: its symbolic links lead in a circle/);
    });
  });
});

/** Grey pages one after the other, each [width, height, brightness]: a directory a page, written by hand. */
function tiffOfPages(...pages: readonly (readonly [number, number, number])[]): Uint8Array {
  const pieces: Buffer[] = [Buffer.from("II*\0\u0008\0\0\0", "latin1")];
  let at = 8;
  for (const [i, [width, height, brightness]] of pages.entries()) {
    const entries = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, 0],
      [277, 1],
      [278, height],
      [279, width * height],
    ] as const;
    const length = 2 + entries.length * 12 + 4;
    const directory = Buffer.alloc(length);
    directory.writeUInt16LE(entries.length, 0);
    for (const [k, [tag, value]] of entries.entries()) {
      directory.writeUInt16LE(tag, 2 + k * 12);
      directory.writeUInt16LE(4, 4 + k * 12);
      directory.writeUInt32LE(1, 6 + k * 12);
      directory.writeUInt32LE(tag === 273 ? at + length : value, 10 + k * 12);
    }
    const end = at + length + width * height;
    directory.writeUInt32LE(i < pages.length - 1 ? end : 0, length - 4);
    pieces.push(directory, Buffer.alloc(width * height, brightness));
    at = end;
  }
  return Buffer.concat(pieces);
}

/** One pixel of one 32-bit float: a TIFF directory written by hand. */
function floatTiff(): Uint8Array {
  const entries = [
    [256, 1],
    [257, 1],
    [258, 32],
    [259, 1],
    [262, 1],
    [273, 200],
    [277, 1],
    [278, 1],
    [279, 4],
    [339, 3],
  ] as const;
  const bytes = Buffer.alloc(204);
  bytes.write("II*\0", 0, "latin1");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, value], i) => {
    const at = 10 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeFloatLE(0.5, 200);
  return bytes;
}

describe("photoReader", () => {
  const folder = temporaryFolder();
  const flat = (background: string) =>
    sharp({ create: { width: 10, height: 10, channels: 3, background } })
      .png()
      .toBuffer();

  it("decodes a photo once, and again when the file changes", async () => {
    const read = photoReader();
    const path = folder.write("a.png", await flat("#ff0000"));
    const [first, second] = await Promise.all([read(path), read(path)]);
    assert.equal(first, second);
    folder.write("a.png", await flat("#00ff00"));
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    assert.deepEqual([...(await read(path)).pixels.slice(0, 3)], [0, 255, 0]);
  });

  it("forgets what was used longest ago", async () => {
    const read = photoReader(2 * 300);
    const paths = await Promise.all(
      ["x", "y", "z"].map(async (name) => folder.write(`${name}.png`, await flat("#123"))),
    );
    const [x, y, z] = paths as [string, string, string];
    const [photoX, photoY] = [await read(x), await read(y)];
    await read(x);
    await read(z);
    assert.equal(await read(x), photoX);
    assert.notEqual(await read(y), photoY);
  });

  it("tries again what failed", async () => {
    const read = photoReader();
    await assert.rejects(read(folder.at("later.png")));
    folder.write("later.png", await flat("#fff"));
    assert.equal((await read(folder.at("later.png"))).width, 10);
  });
});

describe("preview", () => {
  const picture = { width: 8, height: 4, pixels: Uint8Array.from({ length: 96 }, (_, i) => i * 2) };
  it("is a PNG of the same pixels where they fit", async () => {
    const { width, height, png } = await preview(picture, 100);
    assert.deepEqual([width, height], [8, 4]);
    assert.deepEqual([...(await sharp(png).raw().toBuffer())], [...picture.pixels]);
  });
  it("is as small as asked for", async () => {
    const { width, height, png } = await preview(picture, 4);
    assert.deepEqual([width, height], [4, 2]);
    assert.equal((await sharp(png).metadata()).width, 4);
  });
  it("has a glimpse that says of which pixels it is, though it holds them with losses", async () => {
    const { jpeg, pixels, ...size } = await glimpse(picture, 100);
    assert.deepEqual(size, { width: 8, height: 4 });
    assert.equal((await sharp(jpeg).metadata()).format, "jpeg");
    assert.equal(pixels, (await preview(picture, 100)).pixels);
    const other = { ...picture, pixels: picture.pixels.with(5, picture.pixels[5]! + 1) };
    assert.notEqual((await glimpse(other, 100)).pixels, pixels, "one pixel, by one level");
  });
});
