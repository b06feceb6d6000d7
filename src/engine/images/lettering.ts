import type { Picture } from "./picture.ts";

/**
 * Letters for pictures that need no font of the system. After each its rows of five points, from the top; of nine, two are
 * below the line. A row is a digit of base 32, whose bits are its points; those that are left out are empty. A pen goes
 * from each point to those beside it: points are what a letter is made of, not what it looks like.
 */
const drawn = `
  !4444404 "aa #0avava $4fke5u4 %op248j3 &cik8lid '44 (2488842 )8422248 *04lel4 +044v44
  ,00000c48 -000v .00000cc /11248gg :00cc0cc ;00cc0c48 <248g842 =00v0v >8421248 ?eh12404 @ehnlnge
  [e88888e \\gg84211 ]e22222e ^4ah _0000000v \`84 {6448446 |4444444 }c44244c ~008l2 0ehjlphe
  14c4444e 2eh1248v 3eh161he 426aiv22 5vgu11he 6egguhhe 7v124888 8ehhehhe 9ehhf11e Aehhvhhh Buhhuhhu
  Cehggghe Duhhhhhu Evgguggv Fvgguggg Gehgnhhf Hhhhvhhh Ie44444e J72222ic Khikokih Lggggggv Mhrllhhh
  Nhhpljhh Oehhhhhe Puhhuggg Qehhhlid Ruhhukih Sfgge11u Tv444444 Uhhhhhhe Vhhhhha4 Whhhllrh Xhha4ahh
  Yhha4444 Zv1248gv a00e1fhf bgguhhhu c00ehghe d11fhhhf e00ehvge f698s888 g00fhhhf1e hgguhhhh i4044444
  j20222222c kggikoki l4444446 m00qllll n00uhhhh o00ehhhe p00uhhhugg q00fhhhf11 r00mpggg s00fge1u t88s8896
  u00hhhhf v00hhha4 w00hllla x00ha4ah y00hhhhf1e z00v248v …000000l ×00ha4ah ·0004
`;
const letters = new Map(
  drawn
    .trim()
    .split(/\s+/)
    .map(([letter = "", ...rows]) => [letter, rows.map((row) => parseInt(row, 32))]),
);
/** In place of letters that are not drawn: an empty box. */
const unknown: readonly number[] = [31, 17, 17, 17, 17, 17, 31];

/** Letters of other alphabets, and such as Latin ones are joined to or crossed from, in letters that are drawn; "-": none. */
const spelled = `
  а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ - ы y ь -
  э e ю yu я ya і i є ye ґ g ј j љ lj њ nj ћ c ђ d џ dz
  α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
  ß ss æ ae œ oe ø o ł l đ d ð d þ th ı i
`;
const spellings = new Map(
  [...spelled.matchAll(/(\S) (\S+)/g)].map(([, letter = "", latin = ""]) => [letter, latin === "-" ? "" : latin]),
);

type Point = readonly [x: number, y: number];
type Stroke = readonly [from: Point, to: Point];

/** What the pen draws of a letter, and how broad that is, in steps from one point to the next. */
interface Outline {
  readonly strokes: readonly Stroke[];
  readonly breadth: number;
}

const pointsAcross = 5;
/** Steps to the right are shorter than those down: letters are higher than they are broad. */
const narrow = 0.84;
/** The pen's breadth, in steps, and its pixels at least. */
const [pen, thinnest] = [0.8, 1.25];
/** Steps from the end of one letter to the start of the next, across a space, and from one line to the next. */
const [between, space, down] = [1.8, 1.5, 11];

const outlines = new Map<string, Outline>();

function outlineOf(letter: string): Outline {
  const known = outlines.get(letter);
  if (known) return known;
  const outline = drawnAs(letters.get(letter) ?? unknown);
  outlines.set(letter, outline);
  return outline;
}

function drawnAs(rows: readonly number[]): Outline {
  const isPoint = (x: number, y: number) => x >= 0 && ((rows[y] ?? 0) >> (pointsAcross - 1 - x)) % 2 === 1;
  const points = rows.flatMap((_, y) => [0, 1, 2, 3, 4].filter((x) => isPoint(x, y)).map((x): Point => [x, y]));
  const left = Math.min(...points.map(([x]) => x));
  const place = ([x, y]: Point): Point => [(x - left) * narrow, y];
  const strokes = points.flatMap((point) => {
    // Two points that meet at a corner are joined across it only where neither of the corner's other points is one.
    const isJoined = ([dx, dy]: Point) =>
      isPoint(point[0] + dx, point[1] + dy) &&
      (dx === 0 || dy === 0 || (!isPoint(point[0] + dx, point[1]) && !isPoint(point[0], point[1] + dy)));
    const ways = around.filter(isJoined);
    const ends = ways.map(([dx, dy]) => place([point[0] + dx / 2, point[1] + dy / 2]));
    return ways.length === 2 && bends(ways[0]!, ways[1]!)
      ? curve(ends[0]!, place(point), ends[1]!)
      : ends.length
        ? ends.map((end): Stroke => [place(point), end])
        : [[place(point), place(point)] as const];
  });
  return { strokes, breadth: (Math.max(...points.map(([x]) => x)) - left) * narrow };
}

const around: readonly Point[] = [0, 1, -1].flatMap((y) => [0, 1, -1].map((x): Point => [x, y])).slice(1);

/** By less than a right angle, as round letters do. */
const bends = (one: Point, other: Point): boolean => {
  const product = one[0] * other[0] + one[1] * other[1];
  return product === -1 && Math.hypot(...one) !== Math.hypot(...other);
};

/** A parabola from one end to the other, which looks at the point between them. */
function curve(from: Point, control: Point, to: Point): readonly Stroke[] {
  const pieces = 4;
  const at = (t: number): Point => {
    const along = (i: 0 | 1) => (1 - t) ** 2 * from[i] + 2 * t * (1 - t) * control[i] + t * t * to[i];
    return [along(0), along(1)];
  };
  return Array.from({ length: pieces }, (_, i) => [at(i / pieces), at((i + 1) / pieces)] as const);
}

type Color = readonly [number, number, number];

const penOf = (scale: number): number => Math.max(thinnest, pen * scale);

/** Whole pixels: the same text looks the same wherever it stands in a line. */
const breadthOf = (letter: string, scale: number): number =>
  letter === " " ? Math.round(space * scale) : Math.ceil(outlineOf(letter).breadth * scale + penOf(scale));
const betweenOf = (scale: number): number => Math.max(1, Math.round(between * scale - penOf(scale)));

export const lineHeight = (scale: number): number => Math.ceil(down * scale);

/** Pixels that one line takes, `scale` pixels from one point of a letter to the next. */
export const textWidth = (text: string, scale: number): number =>
  Math.max(
    0,
    [...lettered(text)].reduce((sum, letter) => sum + breadthOf(letter, scale) + betweenOf(scale), -betweenOf(scale)),
  );

/** Writes one line; what would stand beyond the picture's edges is left out. */
function drawText(
  picture: Picture,
  text: string,
  [left, top]: readonly [number, number],
  scale: number,
  color: Color,
): void {
  let x = left;
  for (const letter of lettered(text)) {
    if (letter !== " ") drawLetter(picture, stampOf(letter, scale), [x, top], color);
    x += breadthOf(letter, scale) + betweenOf(scale);
  }
}

function drawLetter(
  { pixels, width, height }: Picture,
  { covered, across, high }: Stamp,
  [left, top]: Point,
  color: Color,
): void {
  for (let y = Math.max(0, -top); y < Math.min(high, height - top); y++)
    for (let x = Math.max(0, -left); x < Math.min(across, width - left); x++) {
      const ink = covered[y * across + x]!;
      if (ink === 0) continue;
      const at = ((y + top) * width + x + left) * 3;
      for (let c = 0; c < 3; c++) pixels[at + c] = Math.round(pixels[at + c]! + ink * (color[c]! - pixels[at + c]!));
    }
}

/** A letter at one scale: how much of each pixel is ink, from 0 to 1, row by row. */
interface Stamp {
  readonly covered: Float32Array;
  readonly across: number;
  readonly high: number;
}

/** Every pixel is measured against every stroke, a hundred times what it takes to stamp one: once for each letter of a size. */
const stamps = new Map<number, Map<string, Stamp>>();

function stampOf(letter: string, scale: number): Stamp {
  const ofScale = stamps.get(scale) ?? new Map<string, Stamp>();
  stamps.set(scale, ofScale);
  const stamp = ofScale.get(letter) ?? inked(outlineOf(letter), scale);
  ofScale.set(letter, stamp);
  return stamp;
}

function inked({ strokes, breadth }: Outline, scale: number): Stamp {
  const half = penOf(scale) / 2;
  const bottom = Math.max(...strokes.flat().map(([, y]) => y));
  const [across, high] = [breadth, bottom].map((steps) => Math.ceil(steps * scale + 2 * half + 1)) as [number, number];
  const covered = Float32Array.from({ length: across * high }, (_, i) => {
    const [x, y] = [i % across, Math.floor(i / across)];
    const point = [(x + 0.5 - half) / scale, (y + 0.5 - half) / scale] as const;
    const nearest = scale * Math.min(...strokes.map((stroke) => distance(point, stroke)));
    // As much of the pixel as the pen covers, about.
    return Math.min(1, Math.max(0, half + 0.5 - nearest));
  });
  return { covered, across, high };
}

/** From a point to the nearest of a stroke. */
function distance([x, y]: Point, [[ax, ay], [bx, by]]: Stroke): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Several lines, one under the other. */
export function drawLines(
  picture: Picture,
  lines: readonly string[],
  [left, top]: readonly [number, number],
  scale: number,
  color: Color,
): void {
  lines.forEach((line, i) => drawText(picture, line, [left, top + i * lineHeight(scale)], scale, color));
}

/** A text on as many lines as it needs, none longer than so many pixels; broken between words where there are any. */
export function wrapped(text: string, longest: number, scale: number): string[] {
  const isShort = (line: string) => textWidth(line, scale) <= longest;
  const lines = [""];
  for (const word of lettered(text)
    .split(" ")
    .flatMap((each) => piecesOf(each, isShort))) {
    const line = lines.at(-1) ?? "";
    const longer = line ? `${line} ${word}` : word;
    if (!line || isShort(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function piecesOf(word: string, isShort: (piece: string) => boolean): string[] {
  const pieces = [""];
  for (const letter of word) {
    const longer = `${pieces.at(-1) ?? ""}${letter}`;
    if (longer === letter || isShort(longer)) pieces[pieces.length - 1] = longer;
    else pieces.push(letter);
  }
  return pieces;
}

/**
 * As much of a text as so many pixels have room for: its beginning and its end, and an ellipsis between them. `end`: letters
 * of the end that are kept as long as there is room for any other.
 */
export function shortened(text: string, longest: number, scale: number, end?: number): string {
  const letters = [...lettered(text)];
  const all = letters.join("");
  if (textWidth(all, scale) <= longest) return all;
  for (let kept = letters.length - 1; kept > 0; kept--) {
    const back = Math.min(end ?? Math.floor(kept / 2), kept);
    const [front, rest] = [letters.slice(0, kept - back), letters.slice(letters.length - back)];
    const short = `${front.join("").trimEnd()}…${rest.join("").trimStart()}`;
    if (textWidth(short, scale) <= longest) return short;
  }
  return "…";
}

/** In letters that are drawn, as far as there are any: without accents, other alphabets spelled in Latin letters, and with the plain one of several dashes, quotes and spaces. */
export const lettered = (text: string): string =>
  text
    .replace(/[‐-―−]/g, "-")
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„‟]/g, '"')
    .replace(/\p{Zs}/gu, " ")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/\p{L}/gu, inLatin);

function inLatin(letter: string): string {
  const small = letter.toLowerCase();
  const latin = letters.has(letter) ? letter : (spellings.get(small) ?? letter);
  return small === letter ? latin : latin.charAt(0).toUpperCase() + latin.slice(1);
}

/** Whether all its letters are drawn: of scripts with thousands of them none is. */
export const isLegible = (text: string): boolean =>
  [...lettered(text)].every((letter) => letter === " " || letters.has(letter));
