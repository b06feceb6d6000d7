import assert from "node:assert/strict";
import {
  drawLines,
  isLegible,
  lettered,
  lineHeight,
  shortened,
  textWidth,
  wrapped,
} from "../../src/engine/images/lettering.ts";

/** A text in white on black, with room around it: how light each pixel is, row by row. */
function drawn(text: string, scale: number, room = 0) {
  const [width, height] = [Math.max(1, textWidth(text, scale)) + 2 * room, lineHeight(scale) + 2 * room];
  const picture = { width, height, pixels: new Uint8Array(width * height * 3) };
  drawLines(picture, [text], [room, room], scale, [255, 255, 255]);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => picture.pixels[(y * width + x) * 3]!),
  );
}

/** What a text looks like: a line of # and . for each row of pixels. */
const look = (text: string, scale = 2): readonly string[] =>
  drawn(text, scale).map((row) => row.map((light) => (light > 127 ? "#" : ".")).join(""));

const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));

describe("letters in pictures", () => {
  it("look like the letters that they are", () => {
    assert.deepEqual(look("Hio").slice(0, 14), [
      "##.....#...##...........",
      "##.....#...#............",
      "##.....#................",
      "##.....#................",
      "##.....#...##....####...",
      "##.....#...##...######..",
      "########...##..##....##.",
      "########...##..##.....#.",
      "##.....#...##..##.....#.",
      "##.....#...##..##.....#.",
      "##.....#...##..##.....#.",
      "##.....#...##..##....##.",
      "##.....#...##...######..",
      "#......#...#......###...",
    ]);
    assert.ok(look("g").slice(-6).join("").includes("#"), "below the line");
  });

  it("have smooth edges, and round ones no corners", () => {
    const levels = new Set(drawn("Channel 3", 1.4).flat());
    assert.ok(levels.size > 30, `${levels.size} levels of grey`);
    const [o, l] = [drawn("O", 6), drawn("L", 6)];
    const bottom = o.findLastIndex((row) => row.some((light) => light > 0));
    assert.equal(o[bottom - 2]?.[2], 0);
    assert.ok(l[bottom - 2]![2]! > 0);
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
  });

  it("of other alphabets are spelled in Latin ones; where that cannot be, it is known", () => {
    assert.equal(lettered("Кот, Щука, подъезд"), "Kot, Shchuka, podezd");
    assert.equal(lettered("Σκύλος straße Łódź Ørsted"), "Skylos strasse Lodz Orsted");
    assert.deepEqual(look("Кот"), look("Kot"));
    assert.ok(["Кот", "Ćevapi 3", "g"].every(isLegible));
    assert.ok(!["日本語", "a 字", "قطة"].some(isLegible));
    assert.deepEqual(wrapped("щщщ", textWidth("shch", 2), 2), ["shch", "shch", "shch"], "as broad as what is written");
  });

  it("take as much room as they say, narrow ones less, and stay within the picture", () => {
    for (const scale of [1, 1.4, 1.8, 2, 3])
      for (const text of [...ascii, "Wij.", "l l"]) {
        const columns = drawn(text, scale, 4).map((row) => row.map((light) => light > 0));
        const inked = columns[0]!.map((_, x) => columns.some((row) => row[x]));
        assert.equal(inked.lastIndexOf(true) < textWidth(text, scale) + 4, true, `${text} at ${scale}`);
        assert.equal(inked.indexOf(true), 4, `${text} at ${scale}`);
      }
    assert.ok(textWidth("i", 2) < textWidth("m", 2) / 2);
    assert.equal(textWidth("", 2), 0);
    const tiny = { width: 4, height: 4, pixels: new Uint8Array(48) };
    drawLines(tiny, ["WWW", "WWW"], [-2, -3], 2, [255, 255, 255]);
    assert.equal(tiny.pixels.length, 48);
    assert.ok(lineHeight(2) > 18);
  });

  it("are broken between words, and within those that are too long", () => {
    const lines = (text: string, like: string) => wrapped(text, textWidth(like, 2), 2);
    assert.deepEqual(lines("one two three", "one two"), ["one two", "three"]);
    assert.deepEqual(lines("one abcdefgh", "abcd"), ["one", "abcd", "efgh"]);
    assert.deepEqual(lines("", "a"), [""]);
    assert.deepEqual(wrapped("ab", 1, 2), ["a", "b"], "never less than a letter");
  });

  it("leave out their middle where there is no room, or what stands before an end that is kept", () => {
    const [text, scale] = ["features/0/conv/weight", 1.4];
    assert.equal(shortened(text, textWidth(text, scale), scale), text);
    assert.equal(shortened(text, textWidth("feat…ght", scale), scale), "feat…ght");
    for (const most of [0, 1, 5, 20, 60, 100]) {
      const short = shortened(text, most, scale);
      assert.ok(short === "…" || textWidth(short, scale) <= most, short);
    }
    assert.equal(shortened("tiger cat, 12", textWidth("tiger…, 12", scale), scale, 4), "tiger…, 12");
  });
});
