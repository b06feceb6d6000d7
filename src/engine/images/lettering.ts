import type { Picture } from "./picture.ts";

/**
 * Letters for pictures that need no font of the system. After each its rows of five cells, from the top; of nine, two are
 * below the line. A row is a digit of base 32, whose bits are its cells; those that are left out are empty.
 */
const drawn = `
  !4444404 "aa #0avava $4fke5u4 %op248j3 &cik8lid '44 (2488842 )8422248 *04lel4 +044v44
  ,00000c48 -000v .00000cc /11248gg :00cc0cc ;00cc0c48 <248g842 =00v0v >8421248 ?eh12404 @ehnlnge
  [e88888e \\gg84211 ]e22222e ^4ah _0000000v \`84 {6448446 |4444444 }c44244c ~008l2 0ehjlphe
  14c4444e 2eh1248v 3eh161he 426aiv22 5vgu11he 6egguhhe 7v124888 8ehhehhe 9ehhf11e Aehhvhhh Buhhuhhu
  Cehggghe Duhhhhhu Evgguggv Fvgguggg Gehgnhhf Hhhhvhhh Ie44444e J72222ic Khikokih Lggggggv Mhrllhhh
  Nhhpljhh Oehhhhhe Puhhuggg Qehhhlid Ruhhukih Sfgge11u Tv444444 Uhhhhhhe Vhhhhha4 Whhhllrh Xhha4ahh
  Yhha4444 Zv1248gv a00e1fhf bgguhhhu c00ehghe d11fhhhf e00ehvge f698s888 g00fhhhf1e hgguhhhh i40c444e
  j2062222ic kggikoki lc44444e m00qllll n00uhhhh o00ehhhe p00uhhhugg q00fhhhf11 r00mpggg s00fge1u t88s8896
  u00hhhhf v00hhha4 w00hllla x00ha4ah y00hhhhf1e z00v248v …000000l ×00ha4ah ·0004
`;
const letters = new Map(
  drawn
    .trim()
    .split(/\s+/)
    .map(([letter = "", ...rows]) => [letter, rows.map((row) => parseInt(row, 32))]),
);
const blank: readonly number[] = [];
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

/** Cells from one letter to the next, and from one line to the next. */
const [across, down] = [6, 11];
const cells = 5;

type Color = readonly [number, number, number];

/** Letters that fit into so many pixels, each cell of them `scale` pixels wide. */
export const lettersIn = (pixels: number, scale: number): number => Math.floor((pixels / scale + 1) / across);
export const lineHeight = (scale: number): number => down * scale;
export const textWidth = (text: string, scale: number): number => ([...lettered(text)].length * across - 1) * scale;

/** Writes one line; what would stand beyond the picture's edges is left out. */
function drawText(
  { pixels, width, height }: Picture,
  text: string,
  [left, top]: readonly [number, number],
  scale: number,
  color: Color,
): void {
  [...lettered(text)].forEach((letter, place) => {
    const rows = letter === " " ? blank : (letters.get(letter) ?? unknown);
    rows.forEach((bits, row) => {
      for (let cell = 0; cell < cells; cell++)
        if ((bits >> (cells - 1 - cell)) & 1) square(left + (place * across + cell) * scale, top + row * scale);
    });
  });

  function square(x: number, y: number): void {
    for (let row = Math.max(0, y); row < Math.min(height, y + scale); row++)
      for (let column = Math.max(0, x); column < Math.min(width, x + scale); column++)
        pixels.set(color, (row * width + column) * 3);
  }
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

/** A text on as many lines as it needs, broken between words where there are any. */
export function wrapped(text: string, longest: number): string[] {
  const lines = [""];
  for (const word of lettered(text)
    .split(" ")
    .flatMap((each) => piecesOf(each, longest))) {
    const line = lines.at(-1) ?? "";
    const longer = line ? `${line} ${word}` : word;
    if (longer.length <= longest) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const piecesOf = (word: string, longest: number): string[] =>
  Array.from({ length: Math.max(1, Math.ceil(word.length / longest)) }, (_, i) =>
    word.slice(i * longest, (i + 1) * longest),
  );

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
