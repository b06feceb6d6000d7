import assert from "node:assert/strict";
import { textWidth } from "../../src/engine/images/lettering.ts";
import { captionsOf, labelled, written } from "../../src/engine/synthesis/labelled.ts";
import type { Drawn, Sheet } from "../../src/shared/synthesis.ts";

const [columns, rows, side, gap] = [2, 2, 40, 4];
const cells = ["Channel 3", "", "fire2/concat", "g"].map((title) => ({ title }));
const sheet: Sheet = { columns, rows, cell: [side, side], gap, cells };
const width = columns * (side + gap) - gap;
const picture: Drawn = {
  width,
  height: rows * (side + gap) - gap,
  pixels: Uint8Array.from({ length: width * (rows * (side + gap) - gap) * 3 }, (_, i) => 100 + (i % 90)),
};

const at = ({ width, pixels }: Drawn, x: number, y: number) => [...pixels.subarray((y * width + x) * 3, (y * width + x + 1) * 3)]; // prettier-ignore
/** Around the sheet, and between two cells; under each picture its line, of which the first pixels are empty. */
const [margin, apart, line] = [16, 12, 22];
const places = cells.map((_, i) => ({
  left: margin + (i % columns) * (side + apart),
  top: margin + Math.floor(i / columns) * (side + line + apart),
}));

describe("a sheet with its names", () => {
  const drawn = labelled(picture, sheet);
  const inkIn = (left: number, top: number, wide: number, high: number) => {
    let ink = 0;
    for (let y = top; y < top + high; y++)
      for (let x = left; x < left + wide; x++) if (at(drawn, x, y)[0]! < 255) ink++;
    return ink;
  };

  it("has a margin, room between two cells, and every picture as it was", () => {
    assert.equal(drawn.width, 2 * margin + columns * (side + apart) - apart);
    assert.equal(drawn.height, 2 * margin + rows * (side + line + apart) - apart);
    for (const [i, { left, top }] of places.entries())
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const [column, row] = [i % columns, Math.floor(i / columns)];
          assert.deepEqual(
            at(drawn, left + x, top + y),
            at(picture, column * (side + gap) + x, row * (side + gap) + y),
          );
        }
  });

  it("has each name under its own picture, within its breadth, and none where there is none", () => {
    const under = places.map(({ left, top }) => inkIn(left, top + side, side, line));
    assert.deepEqual(
      under.map((ink) => ink > 0),
      [true, false, true, true],
    );
    const all = inkIn(0, 0, drawn.width, drawn.height);
    const sum = under.reduce((total, ink) => total + ink, places.length * side * side);
    assert.equal(all, sum, "nothing runs over into the next, or into the margin");
    for (const { left, top } of places) assert.equal(inkIn(left, top + side, side, 4), 0, "a gap above the letters");
  });

  it("says under all of them what the names are, as broad as the sheet", () => {
    const explained = labelled(picture, { ...sheet, legend: "Under each picture: its name, and no more." });
    assert.equal(explained.width, drawn.width);
    assert.ok(explained.height > drawn.height + 2 * 16, "more than one line");
    const rows = (from: number, to: number) => explained.pixels.subarray(from * explained.width * 3, to * explained.width * 3); // prettier-ignore
    assert.deepEqual(
      rows(0, drawn.height - margin),
      drawn.pixels.subarray(0, (drawn.height - margin) * drawn.width * 3),
    );
    assert.ok(rows(drawn.height, explained.height - margin).some((ink) => ink < 255));
    assert.ok(rows(explained.height - margin + 4, explained.height).every((ink) => ink === 255));
  });

  it("has what can be read in the place of a name without letters, and no name runs over its own picture", () => {
    const inked = (title: string, legible?: string) =>
      labelled(picture, { ...sheet, cells: [{ title, ...(legible !== undefined && { legible }) }] }).pixels;
    assert.deepEqual(inked("柴犬", "class 7"), inked("class 7"));
    assert.notDeepEqual(inked("柴犬", "class 7"), inked("柴犬"));
    assert.deepEqual(inked("щщщщ"), inked("shchshchshchshch"));
  });

  it("has a name in short where there is no room for all of it", () => {
    const cell = { title: "tiger cat · 28 activations", short: "tiger cat, 28" };
    assert.equal(written(cell, textWidth(cell.title, 1.4), 1.4), cell.title);
    assert.equal(written(cell, textWidth(cell.short, 1.4), 1.4), cell.short);
    assert.equal(written(cell, textWidth(cell.short, 1.4) - 1, 1.4), "tiger c…, 28", "the number stays");
  });

  const layers = [
    { title: "The photo" },
    { title: "pool1 · 31 % · 30 of 255", short: "pool1" },
    { title: "fire2/squeeze1x1 · 28 % · 3 of 255", short: "fire2/squeeze1x1" },
  ];
  const icons = [
    { title: "schooner · 12 activations", short: "schooner, 12" },
    { title: "" },
    { title: "German short-haired pointer, pointing dog · 3 activations", short: "German short-haired pointer, 3" },
  ];
  const captions = (cells: Sheet["cells"], like: string) => captionsOf(cells, textWidth(like, 1.4), 1.4);

  it("has all names in one way: on a line, or what is told of them on one of its own, or left out", () => {
    assert.deepEqual(
      captions(layers, layers[2]!.title),
      layers.map(({ title }) => [title]),
    );
    assert.deepEqual(captions(layers, "fire2/squeeze1x1"), [
      ["The photo"],
      ["pool1", "31 % · 30 of 255"],
      ["fire2/squeeze1x1", "28 % · 3 of 255"],
    ]);
    assert.deepEqual(captions(layers, "fire2/squ"), [["The photo"], ["pool1"], ["fire2/squ", "eeze1x1"]]);
  });

  it("has a class's name on several lines rather than cut, and the number on its own", () => {
    const pointer = ["German", "short-haired", "pointer"];
    assert.deepEqual(captions(icons, "12 activations"), [["schooner", "12 activations"], [], [...pointer, "3 activations"]]); // prettier-ignore
    assert.deepEqual(captions(icons, "short-haired"), [["schooner", "12"], [], [...pointer, "3"]]);
    const [narrow] = captions(icons.slice(2), "schooner");
    assert.equal(narrow?.length, 4, "no more than three for the name");
    for (const line of narrow ?? []) assert.ok(textWidth(line, 1.4) <= textWidth("schooner", 1.4), line);
  });

  it("has room under each picture for the most lines that one needs", () => {
    const sheetOf = (cells: Sheet["cells"]) => ({ ...sheet, cell: [90, 40] as const, columns: 1, rows: cells.length, cells }); // prettier-ignore
    const blank = { width: 90, height: 3 * 44 - 4, pixels: new Uint8Array(90 * (3 * 44 - 4) * 3) };
    const [one, several] = [sheetOf(icons.map(() => ({ title: "cat" }))), sheetOf(icons)].map((s) =>
      labelled(blank, s),
    );
    assert.equal(several!.height - one!.height, 3 * 3 * 16, "three more lines under each of three");
  });

  it("is as it was where nothing has a name", () => {
    assert.equal(labelled(picture, { ...sheet, cells: cells.map(() => ({ title: "" })) }), picture);
  });

  it("has larger letters where there is room", () => {
    const heightOf = (side: number) => {
      const pixels = new Uint8Array(side * side * 3).fill(200);
      const cell: Sheet = { columns: 1, rows: 1, cell: [side, side], gap, cells: [{ title: "g" }] };
      return labelled({ width: side, height: side, pixels }, cell).height - side;
    };
    assert.ok(heightOf(200) > heightOf(100));
  });
});

describe("a name that is too long", () => {
  const fitted = (title: string, like: string) => written({ title }, textWidth(like, 1.4), 1.4);

  it("loses what can be missed first, then its middle", () => {
    assert.equal(fitted("Channel 12", "Channel 12"), "Channel 12");
    assert.equal(fitted("Channel 12", "Channel"), "12");
    assert.equal(fitted("Channel 12: dead here", "12: dead here"), "12: dead here");
    assert.equal(fitted("features/0/conv/weight", "feat…ght"), "feat…ght");
  });
});
