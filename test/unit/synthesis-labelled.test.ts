import assert from "node:assert/strict";
import { fitting, labelled } from "../../src/engine/synthesis/labelled.ts";
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
const inkOf = (drawn: Drawn, left: number, top: number, bottom: number) => {
  const found: string[] = [];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < left + side; x++) if (at(drawn, x, y)[0] === 0) found.push(`${x - left},${y - top}`);
  return found;
};

describe("a sheet with its names", () => {
  const drawn = labelled(picture, sheet);
  const line = (drawn.height - picture.height) / rows;

  it("has a line under each row, and every picture as it was", () => {
    assert.ok(line > 8);
    for (let row = 0; row < rows; row++)
      for (let y = 0; y < side; y++)
        for (let x = 0; x < width; x++)
          assert.deepEqual(at(drawn, x, row * (side + line + gap) + y), at(picture, x, row * (side + gap) + y));
  });

  it("has each name under its own picture, and none where there is none", () => {
    const under = (i: number) => {
      const bottom = Math.floor(i / columns) * (side + line + gap) + side;
      return inkOf(drawn, (i % columns) * (side + gap), bottom, bottom + line);
    };
    const [first, second, third, fourth] = [0, 1, 2, 3].map(under);
    assert.ok(first?.length && third?.length && fourth?.length);
    assert.deepEqual(second, []);
    assert.notDeepEqual(first, third);
    const ink = drawn.pixels.filter((value, i) => i % 3 === 0 && value === 0).length;
    assert.equal(first.length + third.length + fourth.length, ink, "nothing runs over into the next");
  });

  it("has what can be read in the place of a name without letters, and no name runs over its own picture", () => {
    const inked = (title: string, legible?: string) =>
      labelled(picture, { ...sheet, cells: [{ title, ...(legible !== undefined && { legible }) }] }).pixels;
    assert.deepEqual(inked("柴犬", "class 7"), inked("class 7"));
    assert.notDeepEqual(inked("柴犬", "class 7"), inked("柴犬"));
    assert.deepEqual(inked("щщщщ"), inked("shchshchshchshch"));
  });

  it("has a name in short where there is no room for all of it", () => {
    const [title, short] = ["espresso · 28 activations", "espresso, 28"];
    const inked = (width: number, given: Sheet["cells"][number]) => {
      const pixels = new Uint8Array(width * side * 3).fill(200);
      const one: Sheet = { columns: 1, rows: 1, cell: [width, side], gap, cells: [given] };
      return labelled({ width, height: side, pixels }, one).pixels;
    };
    assert.deepEqual(inked(96, { title, short }), inked(96, { title: short }));
    assert.notDeepEqual(inked(96, { title, short }), inked(96, { title }));
    assert.deepEqual(inked(155, { title, short }), inked(155, { title }), "where there is room, all of it");
  });

  it("is as it was where nothing has a name", () => {
    assert.equal(labelled(picture, { ...sheet, cells: cells.map(() => ({ title: "" })) }), picture);
  });

  it("has larger letters where there is room", () => {
    const large = 200;
    const pixels = new Uint8Array(large * large * 3).fill(200);
    const cell: Sheet = { columns: 1, rows: 1, cell: [large, large], gap, cells: [{ title: "g" }] };
    const ink = (drawn: Drawn) => drawn.pixels.filter((value) => value === 0).length;
    const small: Sheet = { ...cell, cell: [side, side] };
    const few = labelled({ width: side, height: side, pixels: pixels.slice(0, side * side * 3) }, small);
    assert.equal(ink(labelled({ width: large, height: large, pixels }, cell)), 4 * ink(few));
  });
});

describe("a name that is too long", () => {
  it("loses what can be missed first, then its middle", () => {
    assert.equal(fitting("Channel 12", 10), "Channel 12");
    assert.equal(fitting("Channel 12", 9), "12");
    assert.equal(fitting("Channel 12: dead here", 15), "12: dead here");
    assert.equal(fitting("features/0/conv/weight", 9), "feat…ight");
    for (const most of [0, 1, 2, 5, 30]) assert.ok(fitting("features/0/conv", most).length <= Math.max(1, most));
  });
});
