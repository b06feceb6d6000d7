import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { News } from "../../src/host/news.ts";
import { settled, stampOf } from "../../src/host/settled.ts";
import { tight } from "../../src/host/tight.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";

describe("A message to a page", () => {
  it("carries no more than it shows", () => {
    const large = new Float32Array(1000);
    const { next } = tight({ id: 1, next: { values: large.subarray(10, 20), list: [1, "two"] } }) as {
      next: { values: Float32Array; list: unknown };
    };
    assert.equal(next.values.length, 10);
    assert.equal(next.values.buffer.byteLength, 40);
    assert.deepEqual(next.list, [1, "two"]);
  });

  it("has bytes in place of Node's buffers, which would travel as JSON", () => {
    const sent = tight({ png: Buffer.from([1, 2, 3]) }) as { png: Uint8Array };
    assert.equal(Object.getPrototypeOf(sent.png), Uint8Array.prototype);
    assert.deepEqual([...sent.png], [1, 2, 3]);
    assert.equal(sent.png.buffer.byteLength, 3);
  });

  it("is not copied where it is tight already", () => {
    const whole = new Float32Array(8);
    assert.equal(tight(whole), whole);
  });

  it("finds arrays inside lists", () => {
    const sent = tight([{ bytes: new Uint8Array(100).subarray(0, 1) }]) as { bytes: Uint8Array }[];
    assert.equal(sent[0]?.bytes.buffer.byteLength, 1);
  });
});

describe("News", () => {
  it("reach every listener in order, and end with its signal", async () => {
    const news = new News<number>();
    const end = new AbortController();
    const heard: number[] = [];
    const listening = (async () => {
      for await (const item of news.listen(end.signal)) heard.push(item);
    })();
    await sleep(0);
    news.tell(1);
    news.tell(2);
    await sleep(0);
    news.tell(3);
    await sleep(0);
    end.abort();
    await listening;
    news.tell(4);
    assert.deepEqual(heard, [1, 2, 3]);
  });

  it("that nobody heard comes first to who listens next, unless that one knows", async () => {
    const news = new News<number>();
    const end = new AbortController();
    news.tell(1);
    news.tell(2);
    const late = news.listen(end.signal);
    assert.equal((await late.next()).value, 2);
    news.tell(3);
    assert.equal((await late.next()).value, 3);
    await late.return();
    news.tell(4);
    news.forget();
    const later = news.listen(end.signal);
    const next = later.next();
    news.tell(5);
    assert.equal((await next).value, 5);
  });
});

describe("News that nobody heard", () => {
  it("are joined where one alone would say less", async () => {
    const news = new News<{ readonly why?: string }>((before, item) => ({ ...before, ...item }));
    news.tell({ why: "The photo changed." });
    news.tell({});
    const listening = news.listen(new AbortController().signal);
    assert.deepEqual((await listening.next()).value, { why: "The photo changed." });
  });
});

describe("A file that is being written", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "glassbox-settled-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("has settled when it stops changing", async () => {
    const path = join(folder, "net.onnx");
    await writeFile(path, "a");
    const waiting = settled(path, 300, new AbortController().signal);
    for (let i = 0; i < 4; i++) {
      await sleep(20);
      await appendFile(path, "b");
    }
    assert.equal(await waiting, await stampOf(path));
    assert.match((await waiting)!, /^5 /);
  });

  it("has no stamp when it is gone", async () => {
    assert.equal(await settled(join(folder, "none"), 5, new AbortController().signal), undefined);
  });

  it("is given up by the signal", async () => {
    const path = join(folder, "net.onnx");
    await writeFile(path, "a");
    await assert.rejects(settled(path, 1000, AbortSignal.timeout(10)), { name: "AbortError" });
  });
});

describe("A .npy file", () => {
  // As numpy.save writes np.arange(6, dtype="<f4").reshape(1, 2, 3), its header byte for byte.
  it("is what NumPy writes", () => {
    const bytes = encodeNpy(float32([1, 2, 3], [0, 1, 2, 3, 4, 5]));
    const header = Buffer.from(bytes.subarray(0, 128)).toString("latin1");
    const description = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }";
    assert.equal(header, `\x93NUMPY\x01\x00\x76\x00${description.padEnd(117)}\n`);
    assert.equal(bytes.length, 128 + 24);
    assert.deepEqual(new Float32Array(bytes.slice(128).buffer), new Float32Array([0, 1, 2, 3, 4, 5]));
  });

  it("writes one axis as a tuple of one", () => {
    assert.match(Buffer.from(encodeNpy(float32([2], [1, 2]))).toString("latin1"), /'shape': \(2,\), \}/);
  });
});
