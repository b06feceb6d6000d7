import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { DeadCounts, FolderCount, tablesOver, type CountUpdate } from "../../src/host/dead-counts.ts";
import { DeadStore } from "../../src/host/dead-store.ts";
import { stateOfModel } from "../../src/host/model-state.ts";
import { stampOf } from "../../src/host/settled.ts";
import type { DeadReport } from "../../src/shared/dead.ts";
import type { CountedDead } from "../../src/shared/model-panel.ts";
import { folder } from "../fixtures/onnx/writer.ts";

const report = (images: number): CountedDead => ({
  ...({ kind: "report", folder: "/photos", photo: undefined, when: 5, images, refused: [] } as const),
  layers: [
    {
      ...{ layer: "conv", own: true, channels: 2, dead: [1], nearlyDead: [], saturated: [], constant: [] },
      ...{ duplicates: [], broken: [], places: Float32Array.of(0.5, 0), photos: Float32Array.of(1, 0) },
    },
  ],
});
const progress = (done: number): CountUpdate => ({ kind: "progress", done, total: 3 });
const patient = new AbortController().signal;

/** Updates that come when they are given. */
function given() {
  const waiting: CountUpdate[] = [];
  let wake = () => undefined as void;
  let over = false;
  return {
    async *updates(signal: AbortSignal) {
      signal.addEventListener("abort", () => wake());
      for (;;) {
        yield* waiting.splice(0);
        if (signal.aborted || (over && !waiting.length)) return;
        if (!waiting.length) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    put(...updates: readonly CountUpdate[]) {
      waiting.push(...updates);
      wake();
    },
    end() {
      over = true;
      wake();
    },
  };
}
const turns = () => new Promise((resolve) => setTimeout(resolve, 5));

async function heard(updates: AsyncIterable<CountUpdate>): Promise<readonly (number | string)[]> {
  const found: (number | string)[] = [];
  try {
    for await (const update of updates) found.push(update.kind === "report" ? `of ${update.images}` : update.done);
  } catch (error) {
    found.push((error as Error).name);
  }
  return found;
}

describe("A count over a folder", () => {
  it("goes on when nobody listens, and tells who comes later where it stands", async () => {
    const { updates, put, end } = given();
    const count = new FolderCount("/photos", updates);
    const leaving = new AbortController();
    const first = heard(count.listen(leaving.signal));
    put(progress(1), report(1));
    await turns();
    leaving.abort();
    assert.deepEqual(await first, [1, "of 1"]);
    put(progress(2));
    await turns();
    const second = heard(count.listen(patient));
    await turns();
    put(report(3));
    end();
    assert.deepEqual(await second, ["of 1", 2, "of 3"]);
    assert.equal((await count.done)?.images, 3);
  });

  it("ends for everybody when it is cancelled, and is no whole count then", async () => {
    const { updates, put } = given();
    const count = new FolderCount("/photos", updates);
    const listening = heard(count.listen(patient));
    put(report(1));
    await turns();
    count.cancel();
    assert.deepEqual(await listening, ["of 1", "Canceled"]);
    assert.equal(await count.done, undefined);
  });

  it("tells everybody why it broke off", async () => {
    const count = new FolderCount("/photos", async function* () {
      yield await Promise.resolve(report(1));
      throw new RangeError("the disk is gone");
    });
    assert.deepEqual(await heard(count.listen(patient)), ["of 1", "RangeError"]);
    await assert.rejects(count.done, /the disk is gone/);
  });
});

describe("Who listens slowly to a count over a folder", () => {
  it("hears of the end, though it came while the steps before were looked at", async () => {
    const { updates, put, end } = given();
    const count = new FolderCount("/photos", updates);
    const seen: unknown[] = [];
    put(progress(1), report(1));
    await turns();
    for await (const update of count.listen(patient)) {
      seen.push(update.kind === "report" ? `of ${update.images}` : update.done);
      if (seen.length !== 2) continue;
      put(progress(3), report(3));
      end();
      await turns();
    }
    assert.deepEqual(seen, ["of 1", 1, "of 3", 3]);
  });

  it("leaves a failure to others only while somebody listens who tells it", async () => {
    const failing = (until: Promise<unknown>) =>
      new FolderCount("/photos", async function* () {
        yield await Promise.resolve(report(1));
        await until;
        throw new RangeError("the disk is gone");
      });
    const alone = failing(turns());
    assert.deepEqual(await heard(alone.steps(patient)), ["of 1", "RangeError"]);
    assert.equal(alone.failedUnheard, true);
    const left = failing(turns());
    for await (const _ of left.listen(patient)) break;
    await assert.rejects(left.done);
    assert.equal(left.failedUnheard, true, "who listened is gone");
    const listened = failing(turns());
    await heard(listened.listen(patient));
    assert.equal(listened.failedUnheard, false);
    const awaited = failing(turns());
    await assert.rejects(awaited.whole());
    assert.equal(awaited.failedUnheard, false);
    const cancelled = failing(turns());
    cancelled.cancel();
    assert.deepEqual([await cancelled.done, cancelled.failedUnheard], [undefined, false]);
  });
});

describe("Tables of dead channels", () => {
  const model = (place: string) => {
    const path = join(place, "model.onnx");
    writeFileSync(path, "a model");
    return path;
  };

  it("are kept for a later window when they are whole, and only then", async () => {
    const place = folder();
    const path = model(place);
    const storage = join(place, "storage");
    const counts = new DeadCounts(storage, stampOf);
    const one = given();
    const count = counts.start(path, "/photos", one.updates);
    one.put(report(2));
    await turns();
    assert.equal(counts.running(path), count);
    count.cancel();
    assert.equal(counts.running(path), undefined, "it has not ended yet, but nobody can take part in it");
    await count.done;
    assert.equal(await counts.kept(path), undefined);
    const two = given();
    const whole = counts.start(path, "/photos", two.updates);
    two.put(report(2), report(3));
    two.end();
    await whole.done;
    await turns();
    assert.equal(counts.running(path), undefined);
    const kept = await new DeadCounts(storage, stampOf).kept(path);
    assert.deepEqual(kept, { counted: report(3), outdated: false });
  });

  it("are not kept where the model changed while they were counted, but can be read in this window", async () => {
    const place = folder();
    const path = model(place);
    let look = (): void => undefined;
    const looked = new Promise<void>((resolve) => (look = resolve));
    const counts = new DeadCounts(join(place, "storage"), (of) => stampOf(of).finally(look));
    const { updates, put, end } = given();
    const count = counts.start(path, "/photos", updates);
    put(report(2));
    await looked;
    utimesSync(path, 1, 1);
    end();
    await count.done;
    assert.equal(await counts.kept(path), undefined);
    assert.equal((await counts.onFolder(path))?.images, 2);
  });

  it("depend on the model's file, on the one beside it and on the preparation that was chosen", async () => {
    const place = folder();
    const path = model(place);
    let chosen: { readonly fit: string } | undefined;
    let isCopy = false;
    const asked = [{ of: () => chosen as never }, { has: () => isCopy }] as const;
    const counts = new DeadCounts(join(place, "storage"), (of) => stateOfModel(of, ...asked));
    const { updates, put, end } = given();
    const count = counts.start(path, "/photos", updates);
    put(report(3));
    end();
    await count.done;
    const outdated = async () => (await counts.kept(path))?.outdated;
    assert.equal(await outdated(), false);
    chosen = { fit: "pad" };
    assert.equal(await outdated(), true);
    chosen = undefined;
    assert.equal(await outdated(), false);
    writeFileSync(join(place, "model.glassbox.json"), "{}");
    assert.equal(await outdated(), true);
    isCopy = true;
    assert.equal(await stateOfModel(path, ...asked), undefined, "a copy is nowhere to be found again");
  });

  it("are never of no photo: why none can be read is told, and the table of before stays", async () => {
    const path = model(folder());
    const counts = new DeadCounts(join(path, "..", "storage"), stampOf);
    const { layers } = report(0);
    const why = (name: string) => ({ image: name, why: `/photos/${name}: there is no such file` });
    const found = (images: number, ...names: readonly string[]): DeadReport => ({
      ...{ kind: "report", images, layers: images ? layers : [] },
      refused: names.map(why),
    });
    const over = (folder: string, ...reports: readonly DeadReport[]) =>
      counts.start(path, folder, () => tablesOver({ folder }, Readable.from([progress(1), ...reports])));
    const good = over("/good", found(0, "a.png"), found(2, "a.png"));
    assert.deepEqual(await heard(good.listen(patient)), [1, "of 2"]);
    const bad = over("/bad", found(0, "a.png"), found(0, "a.png", "b.png", "c.png", "d.png"));
    await assert.rejects(bad.whole(), {
      name: "Refused",
      message:
        "None of the photos in /bad can be read: /photos/a.png: there is no such file, /photos/b.png: there is no such file, " +
        "/photos/c.png: there is no such file and 1 more. Mend them, or choose another folder.",
    });
    for (const table of [await counts.onFolder(path), (await counts.kept(path))?.counted])
      assert.deepEqual([table?.folder, table?.images], ["/good", 2]);
    const photo = tablesOver({ photo: "cat.png" }, Readable.from([found(0, "cat.png")]));
    const refusal = /^Refused: \/photos\/cat\.png: there is no such file\. Choose another photo\.$/;
    await assert.rejects(async () => photo.next(), refusal);
  });

  it("say that the model's file is another one by now", async () => {
    const place = folder();
    const path = model(place);
    const store = new DeadStore(join(place, "storage"), stampOf);
    await store.keep(path, await stampOf(path), report(3));
    assert.equal((await store.read(path))?.outdated, false);
    utimesSync(path, 1, 1);
    assert.equal((await store.read(path))?.outdated, true);
    assert.equal(await store.read(`${path}2`), undefined);
  });
});
