import assert from "node:assert/strict";
import {
  drawLines,
  isLegible,
  lettered,
  lettersIn,
  lineHeight,
  textWidth,
  wrapped,
} from "../../src/engine/images/lettering.ts";

/** What a text looks like: a line of # and . for each row of pixels. */
function look(text: string, scale = 1): readonly string[] {
  const [width, height] = [Math.max(1, textWidth(text, scale)), 9 * scale];
  const picture = { width, height, pixels: new Uint8Array(width * height * 3) };
  drawLines(picture, [text], [0, 0], scale, [255, 255, 255]);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (picture.pixels[(y * width + x) * 3] ? "#" : ".")).join(""),
  );
}

const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));

describe("letters in pictures", () => {
  it("look like the letters that they are", () => {
    assert.deepEqual(look("Hi").slice(0, 7), [
      "#...#...#..",
      "#...#......",
      "#...#..##..",
      "#####...#..",
      "#...#...#..",
      "#...#...#..",
      "#...#..###.",
    ]);
    assert.ok(look("g").at(-1)?.includes("#"), "below the line");
  });

  it("are all there, and no two alike", () => {
    const looks = ascii.map((letter) => look(letter).join("\n"));
    assert.equal(new Set(looks).size, ascii.length);
    const box = look("字").join("\n");
    for (const [i, each] of looks.entries()) assert.ok(each.includes("#") && each !== box, ascii[i]);
    for (const letter of ["…", "×"]) assert.notEqual(look(letter).join("\n"), box, letter);
    assert.ok(!look(" ").join("").includes("#"));
  });

  it("lose their accents before they become boxes", () => {
    assert.deepEqual(look("Äé"), look("Ae"));
    assert.deepEqual(look("a−b"), look("a-b"));
    assert.equal(lettered("Anna’s “cat” at 3.04\u202fPM\u00a0.jpg"), 'Anna\'s "cat" at 3.04 PM .jpg');
    assert.ok(isLegible("Anna’s “cat” at 3.04\u202fPM\u00a0.jpg"));
    assert.equal(look("字字").length, look("ab").length);
  });

  it("of other alphabets are spelled in Latin ones; where that cannot be, it is known", () => {
    assert.equal(lettered("Кот, Щука, подъезд"), "Kot, Shchuka, podezd");
    assert.equal(lettered("Σκύλος straße Łódź Ørsted"), "Skylos strasse Lodz Orsted");
    assert.deepEqual(look("Кот"), look("Kot"));
    assert.ok(["Кот", "Ćevapi 3", "g"].every(isLegible));
    assert.ok(!["日本語", "a 字", "قطة"].some(isLegible));
    assert.deepEqual(wrapped("щщщ", 4), ["shch", "shch", "shch"], "as broad as what is written");
  });

  it("grow by whole cells, and stay within the picture", () => {
    const [small, large] = [look("5"), look("5", 3)];
    small.forEach((row, y) => [...row].forEach((cell, x) => assert.equal(large[y * 3 + 2]?.[x * 3 + 1], cell)));
    const tiny = { width: 4, height: 4, pixels: new Uint8Array(48) };
    drawLines(tiny, ["WWW", "WWW"], [-2, -3], 2, [255, 255, 255]);
    assert.equal(tiny.pixels.length, 48);
    assert.equal(textWidth("abc", 2), (3 * 6 - 1) * 2);
    assert.equal(lettersIn(textWidth("abc", 2), 2), 3);
    assert.equal(lettersIn(textWidth("abc", 2) - 1, 2), 2);
    assert.ok(lineHeight(2) > 18);
  });

  it("are broken between words, and within those that are too long", () => {
    assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
    assert.deepEqual(wrapped("one abcdefghij", 4), ["one", "abcd", "efgh", "ij"]);
    assert.deepEqual(wrapped("", 4), [""]);
  });
});
