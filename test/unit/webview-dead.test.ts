import assert from "node:assert/strict";
import type { CountedDead } from "../../src/shared/model-panel.ts";
import type { Progress } from "../../src/shared/updates.ts";
import { Count } from "../../webview/model/dead/count.ts";
import { channelsCsvOf, csvOf, jsonOf } from "../../webview/model/dead/files.ts";
import { foundIn, hasFaults, rowsOf, shareOf, sorted, sortedNext, totalsOf } from "../../webview/model/dead/rows.ts";
import { listedWords, summaryOf } from "../../webview/model/dead/words.ts";
import type { Sorting } from "../../webview/model/dead/rows.ts";
import { countOf, type DeadLayer } from "../../src/shared/dead.ts";
import { layerWith } from "./support/dead-layers.ts";
import { guessed as prepared } from "./support/prepared.ts";

const report: CountedDead = {
  kind: "report",
  folder: "/home/me/holiday",
  photo: undefined,
  when: Date.UTC(2026, 0, 2, 12),
  images: 3,
  refused: [{ image: "a.png", why: "no picture" }],
  layers: [
    layerWith("conv10", 1000, { dead: [1, 2, 3] }),
    layerWith("conv2", 10, {
      dead: [0, 9],
      duplicates: [
        { a: 1, b: 2, correlation: 1 },
        { a: 2, b: 5, correlation: 1 },
      ],
    }),
    layerWith('=HYPERLINK("x"),1', 4, { own: false }),
  ],
};
const rows = rowsOf(report);

describe("the table of dead filters", () => {
  it("counts channels, not pairs, each where it is made", () => {
    assert.deepEqual(rows[1]?.faults.duplicates, [1, 2, 5]);
    assert.deepEqual(totalsOf(rows), {
      channels: 1010,
      counts: { dead: 5, nearlyDead: 0, saturated: 0, constant: 0, duplicates: 3, broken: 0 },
      compared: undefined,
    });
    assert.equal(shareOf(rows[1], "dead"), 0.2);
    assert.equal(shareOf({ channels: 0, faults: rows[0]!.faults }, "constant"), 0);
    assert.deepEqual(rows.map(hasFaults), [true, true, false]);
    assert.deepEqual(foundIn(rows), ["dead", "duplicates"]);
    assert.deepEqual(foundIn([]), ["dead"]);
  });

  it("sorts by share, by name as numbers go, and back to the network's order", () => {
    const names = (sorting: Sorting) => sorted(rows, sorting).map(({ layer }) => layer.slice(0, 6));
    assert.deepEqual(names({ by: "dead", descending: true }), ["conv2", "conv10", "=HYPER"]);
    assert.deepEqual(names({ by: "channels", descending: false }), ["=HYPER", "conv2", "conv10"]);
    assert.ok(
      names({ by: "layer", descending: false }).indexOf("conv2") <
        names({ by: "layer", descending: false }).indexOf("conv10"),
    );
    let sorting: Sorting = { by: undefined, descending: false };
    const seen = [0, 1, 2].map(() => (sorting = sortedNext(sorting, "dead")));
    assert.deepEqual(seen, [
      { by: "dead", descending: true },
      { by: "dead", descending: false },
      { by: undefined, descending: false },
    ]);
    assert.deepEqual(sortedNext(sorting, "layer"), { by: "layer", descending: false });
  });

  it("is written as CSV in which no name is a formula, and as JSON with all numbers", () => {
    const lines = csvOf(report).trimEnd().split("\n");
    assert.equal(lines.length, 4);
    assert.equal(lines[1], "conv10,1000,3,0,0,0,0,0,1 2 3,,,,,,0.5,1");
    assert.match(lines[3] ?? "", /^"'=HYPERLINK\(""x""\),1",4/);
    const read = JSON.parse(jsonOf(report)) as { layers: { places: number[] }[]; images: number };
    assert.deepEqual(read.layers[1]?.places, Array<number>(10).fill(0.5));
    assert.equal(read.images, 3);
  });

  it("calls no number known that is not: of duplicates that were not looked for, or not all listed", () => {
    const wide = layerWith("wide", 5000, { compared: "none" });
    const alike = layerWith("alike", 8, { compared: "some", duplicates: [{ a: 5, b: 6, correlation: 1 }] });
    const [, first, second] = csvOf({ ...report, layers: [wide, alike] }).split("\n");
    assert.match(first ?? "", /^wide,5000,0,0,0,0,not compared,0,/);
    assert.match(second ?? "", /^alike,8,0,0,0,0,at least 2,0,/);
    const all = (...layers: readonly DeadLayer[]) => {
      const { counts, compared } = totalsOf(rowsOf({ layers }));
      return countOf("duplicates", counts.duplicates, compared);
    };
    assert.equal(all(wide), "not compared");
    assert.equal(all(wide, layerWith("conv", 8)), "not all compared");
    assert.equal(all(wide, alike), "at least 2");
    assert.equal(all(layerWith("conv", 8), { ...wide, own: false }), "0", "it is compared where it is made");
    assert.equal(countOf("dead", 7, "none"), "7");
  });

  it("says in JSON how the photos were prepared, under the names that the command line uses", () => {
    assert.ok(!("preparation" in (JSON.parse(jsonOf(report)) as object)), "tensors are taken as they are");
    const read = JSON.parse(jsonOf({ ...report, prepared })) as Readonly<Record<string, unknown>>;
    assert.deepEqual([read["preparation"], read["preparationFrom"]], [prepared.preparation, "guess"]);
    assert.equal(read["guessedBy"], "rocket.jpg");
  });
});

describe("the channels of the table", () => {
  const odd = layerWith("odd", 3, {
    dead: [0],
    nearlyDead: [1],
    broken: [1],
    places: Float32Array.of(0, 0.0004, 0.25),
    photos: Float32Array.of(0, 0.5, 1),
  });

  it("are written as CSV one by one, with their shares and what is wrong", () => {
    assert.deepEqual(channelsCsvOf({ ...report, layers: [odd] }).split("\n"), [
      "layer,channel,active places,active photos,verdict",
      "odd,0,0,0,dead",
      "odd,1,0.0004,0.5,nearly dead + NaN or infinite",
      "odd,2,0.25,1,",
      "",
    ]);
  });

  it("give their layer the mean of their shares, by which layers are sorted, the least active first", () => {
    const [one] = rowsOf({ layers: [odd] });
    assert.ok(Math.abs((one?.places ?? 0) - 0.2504 / 3) < 1e-6 && Math.abs((one?.photos ?? 0) - 0.5) < 1e-6);
    const all = rowsOf({ layers: [layerWith("busy", 1), odd] });
    assert.deepEqual(sortedNext({ descending: false }, "places"), { by: "places", descending: false });
    assert.deepEqual(
      sorted(all, { by: "places", descending: false }).map(({ layer }) => layer),
      ["odd", "busy"],
    );
  });

  it("are said with the photos that they were counted over", () => {
    assert.equal(
      listedWords("dead", 12, { ...report, images: 340 }, true),
      "12 channels never active over 340 photos of holiday",
    );
    const onPhoto = { ...report, folder: undefined, photo: "cat.png" };
    const broken = "1 channel with NaN or infinite values over cat.png";
    assert.equal(listedWords("broken", 1, onPhoto, false), broken);
    assert.equal(listedWords("broken", 1, onPhoto, true), `${broken} without brush strokes`);
  });
});

describe("a count of dead filters", () => {
  const progress = (done: number): Progress => ({ kind: "progress", done, total: 3 });
  async function* updates(over: string, signal: AbortSignal) {
    yield progress(1);
    yield { ...report, images: 1 };
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (signal.aborted) return;
    if (over === "folder") throw new Error("the disk is gone");
    yield report;
  }

  it("shows the table as far as it has come", async () => {
    const seen: (number | undefined)[] = [];
    const count: Count = new Count(updates, () => seen.push(count.report?.images));
    await count.start("photo");
    assert.deepEqual(seen, [undefined, undefined, 1, 3, 3]);
    assert.deepEqual([count.running, count.partial, count.over], [undefined, false, "photo"]);
  });

  it("keeps what was counted when it is cancelled or breaks off, and says so", async () => {
    const count: Count = new Count(updates, () => {
      if (count.report && count.running === "photo") count.cancel();
    });
    await count.start("photo");
    assert.deepEqual([count.report?.images, count.partial, count.running], [1, true, undefined]);
    await count.start("folder");
    assert.deepEqual([count.failure?.message, count.partial, count.over], ["the disk is gone", true, "folder"]);
  });

  it("is told of the photo that was counted, where the next one's count failed", async () => {
    const onPhoto = { ...report, folder: undefined, photo: "cat.png" };
    let isThere = true;
    const count: Count = new Count(
      async function* () {
        yield await Promise.resolve(onPhoto);
        if (!isThere) throw new Error("there is no such file");
      },
      () => undefined,
    );
    const summary = (painted: boolean) => summaryOf(count, onPhoto, rows, painted);
    await count.start("photo");
    assert.match(summary(false), /^5 of 1,010 channels are never active on this photo\./);
    isThere = false;
    await count.start("photo");
    assert.match(summary(false), /^5 of 1,010 channels are never active on cat\.png\./);
    assert.match(summary(true), /are never active on cat\.png without brush strokes\./);
  });

  it("is ended by a table of earlier that is shown in its place", async () => {
    const count: Count = new Count(updates, () => undefined);
    const running = count.start("photo");
    const earlier = { ...report, images: 7 };
    await new Promise((resolve) => setTimeout(resolve, 1));
    count.show(earlier);
    await running;
    assert.deepEqual([count.report, count.over, count.running], [earlier, "folder", undefined]);
  });

  it("is replaced by another one; a dialog that was left changes nothing", async () => {
    const count = new Count(updates, () => undefined);
    const first = count.start("folder");
    await count.start("photo");
    await first;
    assert.deepEqual([count.report?.images, count.failure, count.over], [3, undefined, "photo"]);
    const left = new Count(
      async function* () {},
      () => undefined,
    );
    await left.start("folder");
    assert.deepEqual([left.report, left.running, left.failure], [undefined, undefined, undefined]);
  });
});
