// Colour maps made in OKLab (Björn Ottosson, 2020, https://bottosson.github.io/posts/oklab), where equal steps look equal.
// Lightness carries the value and hue only helps, so the maps survive colour blindness and a grey printer.

/** 256 colours, red, green and blue from 0 to 255, one after the other. */
export type ColorMap = Uint8ClampedArray;
export type Rgb = readonly [number, number, number];

interface Stop {
  readonly lightness: number;
  readonly chroma: number;
  /** In degrees. */
  readonly hue: number;
}

function linearRgb({ lightness, chroma, hue }: Stop): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const isVisible = (rgb: Rgb) => rgb.every((c) => c >= -1e-4 && c <= 1.0001);
const encode = (c: number) => 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * Math.max(c, 0) ** (1 / 2.4) - 0.055);

/** The colour, with as much chroma as a screen can show at that lightness and hue. */
export function rgbOf(stop: Stop): Rgb {
  let { chroma } = stop;
  while (chroma > 0 && !isVisible(linearRgb({ ...stop, chroma }))) chroma -= 0.002;
  const [r, g, b] = linearRgb({ ...stop, chroma: Math.max(chroma, 0) });
  return [encode(r), encode(g), encode(b)];
}

/** OKLab's lightness of a colour: what the maps are even in. */
export function lightnessOf([red, green, blue]: Rgb): number {
  const decode = (c: number) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = [decode(red), decode(green), decode(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

function tabulate(at: (t: number) => Stop): ColorMap {
  const map = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) map.set(rgbOf(at(i / 255)), i * 3);
  return map;
}

/** From black over purple, red and orange to pale yellow: for maps without a sign. */
export const ember: ColorMap = tabulate((t) => ({
  lightness: 0.06 + 0.92 * t,
  chroma: 0.185 * Math.sin(Math.PI * Math.min(1, 0.04 + t * 0.88)) ** 0.8,
  hue: 285 + 185 * t ** 0.9,
}));

const arm =
  (center: number, end: number, hue: number) =>
  (strength: number): Stop => ({
    lightness: center + (end - center) * strength,
    chroma: 0.22 * strength ** 0.7,
    hue,
  });
const twoArms = (center: number, end: number): ColorMap =>
  tabulate((t) => {
    // Of 256 colours none is the middle one: the two beside it are both without hue.
    const strength = (Math.abs(255 * t - 127.5) - 0.5) / 127;
    return (t < 0.5 ? arm(center, end, 250) : arm(center, end, 45))(strength);
  });

/** Blue for against, orange for in favour, and nothing in the middle: as bright at −v as at +v. */
export const signedOnDark: ColorMap = twoArms(0.12, 0.8);
export const signedOnLight: ColorMap = twoArms(0.985, 0.5);

/** Okabe and Ito's colours (2008, "Color Universal Design"), chosen to be told apart by everybody. */
export const classColors: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
];
export const otherColor: Rgb = [128, 128, 128];

export const colorAt = (map: ColorMap, index: number): Rgb => [
  map[index * 3]!,
  map[index * 3 + 1]!,
  map[index * 3 + 2]!,
];
