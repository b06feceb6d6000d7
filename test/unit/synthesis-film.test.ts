import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { filmFile } from "../../src/engine/synthesis/film.ts";
import { filmRemark, filmSize } from "../../src/shared/film-size.ts";
import type { Drawn } from "../../src/shared/synthesis.ts";
import { makerEngine } from "./support/making.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { random } from "./support/random.ts";

const picture = (seed: number, width: number, height: number): Drawn => ({
  width,
  height,
  pixels: Uint8Array.from(random(seed, 3 * width * height), (x) => 128 + 120 * x),
});

/** CRC-32, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** As the PNG specification has them; throws where a checksum is wrong. */
function chunks(file: Uint8Array): readonly Chunk[] {
  const bytes = Buffer.from(file);
  assert.equal(bytes.toString("hex", 0, 8), "89504e470d0a1a0a");
  const found: Chunk[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), crc32(body), "checksum");
    found.push({ type: body.toString("latin1", 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  return found;
}

/** A still PNG of the film's header and one frame's compressed bytes. */
function still(header: Buffer, compressed: readonly Buffer[]): Buffer {
  const parts = [{ type: "IHDR", data: header }, ...compressed.map((data) => ({ type: "IDAT", data }))];
  const written = [...parts, { type: "IEND", data: Buffer.alloc(0) }].map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  });
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...written]);
}

const decoded = async (file: Uint8Array): Promise<Drawn> => {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
};

describe("a film as an animated PNG", () => {
  it("has every frame to the pixel, one after the other, each for its time", async () => {
    const frames = [1, 2, 3].map((seed) => picture(seed, 40, 27));
    const found = chunks(await filmFile({ frames, kind: "apng", framesPerSecond: 12 }));
    assert.deepEqual(
      [found[0]?.type, found[1]?.type, found[2]?.type, found.at(-1)?.type],
      ["IHDR", "tEXt", "acTL", "IEND"],
    );
    const [header, , control] = found.map(({ data }) => data);
    assert.deepEqual([control!.readUInt32BE(0), control!.readUInt32BE(4)], [3, 0], "three frames, for ever");
    const controls = found.filter(({ type }) => type === "fcTL").map(({ data }) => data);
    for (const data of controls) {
      assert.deepEqual(
        [4, 8, 12, 16].map((at) => data.readUInt32BE(at)),
        [40, 27, 0, 0],
        "the whole picture",
      );
      assert.deepEqual([...data.subarray(24)], [0, 0], "not cleared, not blended");
    }
    assert.deepEqual(
      controls.map((data) => data.readUInt16BE(20) / data.readUInt16BE(22)),
      [0.083, 0.083, 1],
    );
    const sequence = found
      .filter(({ type }) => type === "fcTL" || type === "fdAT")
      .map(({ data }) => data.readUInt32BE(0));
    assert.deepEqual(sequence, Array.from(sequence.keys()));

    const parts: Buffer[][] = [];
    for (const { type, data } of found)
      if (type === "fcTL") parts.push([]);
      else if (type === "fdAT") parts.at(-1)!.push(data.subarray(4));
    const shown = await Promise.all(parts.map((part) => decoded(still(header!, part))));
    assert.deepEqual(shown, frames);
  });

  it("is the last frame to who shows no animations", async () => {
    const frames = [4, 5].map((seed) => picture(seed, 9, 12));
    const film = await filmFile({ frames, kind: "apng", framesPerSecond: 10 });
    assert.deepEqual(await decoded(film), frames[1]);
  });

  it("enlarges smaller frames to the largest, and takes a film of one", async () => {
    const frames = [picture(6, 8, 6), picture(7, 16, 12)];
    const types = chunks(await filmFile({ frames, kind: "apng", framesPerSecond: 10 })).map(({ type }) => type);
    assert.equal(types.filter((type) => type === "fcTL").length, 2);
    assert.deepEqual(
      await decoded(await filmFile({ frames: frames.slice(0, 1), kind: "apng", framesPerSecond: 1 })),
      frames[0],
    );
    await assert.rejects(filmFile({ frames: [], kind: "apng", framesPerSecond: 1 }), /at least one frame/);
  });
});

describe("a film as a GIF", function () {
  this.timeout(60_000);

  it("takes less than half the time of sharp's own effort, for few bytes more", async () => {
    const [width, height] = [120, 90];
    const frames = [1, 2, 3].map((seed) => picture(seed, width, height));
    const whole = Buffer.concat(frames.map(({ pixels }) => pixels));
    const raw = { width, height: height * frames.length, channels: 3, pageHeight: height } as const;
    const timed = async (encoded: () => Promise<Uint8Array>) => {
      let best = Infinity;
      let bytes = 0;
      for (let time = 0; time < 3; time++) {
        const start = performance.now();
        bytes = (await encoded()).length;
        best = Math.min(best, performance.now() - start);
      }
      return { best, bytes };
    };
    const own = await timed(() => filmFile({ frames, kind: "gif", framesPerSecond: 12 }));
    const most = await timed(() => sharp(whole, { raw }).gif({ loop: 0 }).toBuffer());
    assert.ok(own.best < most.best / 2, `${own.best} ms, and with sharp's own effort ${most.best} ms`);
    assert.ok(own.bytes < 1.25 * most.bytes, `${own.bytes} bytes, and with sharp's own effort ${most.bytes}`);
  });
});

describe("a film of large frames", () => {
  const budget = 3 * 20 * 10;

  it("is as large as there is room for all of them, in the frames' shape", () => {
    const large = { width: 4000, height: 3000 };
    const { width, height } = filmSize(large, 40);
    assert.ok(40 * width * height <= 64e6 && 40 * width * height > 62e6);
    assert.ok(Math.abs(width / height - 4 / 3) < 0.01);
    assert.deepEqual(filmSize({ width: 448, height: 448 }, 40), { width: 448, height: 448 });
    assert.deepEqual(filmSize({ width: 30_000, height: 1 }, 4), { width: 16_383, height: 1 });
    assert.equal(filmRemark({ width: 448, height: 448 }, 40), undefined);
    assert.equal(
      filmRemark(large, 40),
      `40 frames of 4000 × 3000 pixels are too much for one film: it is ${width} × ${height}.`,
    );
  });

  for (const kind of ["webp", "gif", "apng"] as const)
    it(`is made smaller as ${kind}`, async () => {
      const frames = [picture(1, 20, 10), picture(2, 40, 20), picture(3, 40, 20)];
      const film = await filmFile({ frames, kind, framesPerSecond: 10, pixels: budget });
      const { width, pageHeight, height } = await sharp(film, { animated: kind !== "apng" }).metadata();
      assert.deepEqual([width, pageHeight ?? height], [20, 10]);
    });

  it("is not sent larger by the engine, who says so", async () => {
    const request = {
      technique: "class-visualization",
      target: 3,
      parameters: { steps: 5000 },
      frames: "film",
    } as const;
    const notes: string[] = [];
    for await (const update of makerEngine.synthesize(
      { ...request, model: join(samplesFolder, "squeezenet1.1.onnx") },
      never,
    )) {
      if (update.kind === "note") notes.push(update.text);
      if (update.kind !== "frame") continue;
      assert.deepEqual([update.picture.width, update.picture.height], [113, 113]);
      assert.equal(update.picture.pixels.length, 3 * 113 * 113);
      break;
    }
    assert.deepEqual(notes, ["5000 frames of 224 × 224 pixels are too much for one film: it is 113 × 113."]);
  });
});
