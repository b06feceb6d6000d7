import type { Stroke } from "../../shared/inside.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import { gaussianBlur } from "../images/arithmetic.ts";

// A brush over the network's input, [1, C, H, W]. Pixel 0 has its centre at 0, as for receptive fields.

/** Bytes of painted pictures kept, so that a stroke that goes on, or is taken back, begins where it was. */
const mostKept = 64e6;
/** Wider blurs look the same and take longer. */
const mostBlur = 16;

/** Pixels beyond the radius over which the brush fades out. */
export const softEdge = (radius: number): number => Math.max(1, radius / 4);

/** How far a blurring brush blurs: the Gaussian's deviation in pixels. */
export const blurOf = (radius: number): number => Math.min(Math.max(radius / 2, 1), mostBlur);

/** The stroke that is being drawn: it grows by points while what it does to the picture beneath stays the same. */
interface Live {
  readonly before: string;
  readonly stroke: Stroke;
  readonly effect: Float32Array;
  /** [H, W]: how much of the effect is seen. */
  readonly mask: Float32Array;
}

/** Paints strokes over one picture. The same strokes give the same picture, however it came about. */
export class Painter {
  readonly #painted = new Map<string, FloatTensor>();
  #live: Live | undefined;

  /** `neutral`: the colour of the gray brush, one number per channel in the units of the input. */
  constructor(
    private readonly picture: FloatTensor,
    private readonly neutral: readonly number[],
  ) {}

  paint(strokes: readonly Stroke[]): FloatTensor {
    for (const stroke of strokes) demandSound(stroke);
    let known = strokes.length;
    while (known > 0 && !this.#painted.has(keyOf(strokes.slice(0, known)))) known--;
    let image = this.#painted.get(keyOf(strokes.slice(0, known))) ?? this.picture;
    for (let i = known; i < strokes.length; i++) {
      image = this.#stroke(image, keyOf(strokes.slice(0, i)), strokes[i] as Stroke); // within bounds
      this.#keep(keyOf(strokes.slice(0, i + 1)), image);
    }
    return image;
  }

  #stroke(under: FloatTensor, before: string, stroke: Stroke): FloatTensor {
    const [, , height = 1, width = 1] = under.shape;
    const live = this.#live;
    const goesOn = live?.before === before && continues(live.stroke, stroke);
    const mask = goesOn ? live.mask : new Float32Array(height * width);
    const effect = goesOn ? live.effect : effectOf(stroke, under, this.neutral);
    // A stroke on its way is kept as it is now, not as it was at each of its points.
    if (goesOn) this.#painted.delete(before + JSON.stringify(live.stroke));
    cover(mask, height, width, stroke, goesOn ? live.stroke.points.length - 1 : 0);
    this.#live = { before, stroke, effect, mask };
    return blended(under, effect, mask);
  }

  #keep(key: string, image: FloatTensor): void {
    this.#painted.set(key, image);
    const most = Math.max(2, Math.floor(mostKept / image.data.byteLength));
    for (const oldest of [...this.#painted.keys()].slice(0, -most)) this.#painted.delete(oldest);
  }
}

const keyOf = (strokes: readonly Stroke[]): string => strokes.map((stroke) => JSON.stringify(stroke)).join("");

const continues = (one: Stroke, longer: Stroke): boolean =>
  one.points.length > 0 &&
  JSON.stringify({ ...longer, points: longer.points.slice(0, one.points.length) }) === JSON.stringify(one);

function demandSound({ radius, points, from = [0, 0] }: Stroke): void {
  if (!(radius > 0 && Number.isFinite(radius))) throw new RangeError(`A brush has a radius above 0, not ${radius}.`);
  if (![...points.flat(), ...from].every(Number.isFinite)) throw new RangeError("A stroke's points are numbers.");
}

/** What the brush would make of the whole picture. */
function effectOf(
  { tool, radius, from = [0, 0] }: Stroke,
  under: FloatTensor,
  neutral: readonly number[],
): Float32Array {
  switch (tool) {
    case "blur":
      return gaussianBlur(under, blurOf(radius)).data;
    case "gray": {
      const plane = planeOf(under);
      return under.data.map((_, i) => neutral[Math.floor(i / plane)] ?? 0);
    }
    case "copy":
      return shifted(under, Math.round(from[0]), Math.round(from[1]));
  }
}

const planeOf = ({ shape }: FloatTensor) => (shape[2] ?? 1) * (shape[3] ?? 1);

/** Each pixel is the one `dx` to its right and `dy` below it; at the borders, the nearest there is. */
function shifted({ shape, data }: FloatTensor, dx: number, dy: number): Float32Array {
  const [, channels = 1, height = 1, width = 1] = shape;
  const clamp = (i: number, length: number) => Math.min(Math.max(i, 0), length - 1);
  const result = new Float32Array(data.length);
  let at = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const row = (c * height + clamp(y + dy, height)) * width;
      for (let x = 0; x < width; x++) result[at++] = data[row + clamp(x + dx, width)]!;
    }
  return result;
}

/** Adds the brush's way from its point number `first` on to the mask. */
function cover(mask: Float32Array, height: number, width: number, { radius, points }: Stroke, first: number): void {
  const reach = radius + softEdge(radius);
  for (let i = first; i < points.length; i++) {
    const to = points[i] as readonly [number, number]; // within bounds
    const start = points[Math.max(first, i - 1)] ?? to;
    const [left, right] = [Math.min(start[0], to[0]) - reach, Math.max(start[0], to[0]) + reach];
    const [top, bottom] = [Math.min(start[1], to[1]) - reach, Math.max(start[1], to[1]) + reach];
    for (let y = Math.max(0, Math.ceil(top)); y <= Math.min(height - 1, bottom); y++)
      for (let x = Math.max(0, Math.ceil(left)); x <= Math.min(width - 1, right); x++) {
        const weight = weightAt(distance(x, y, start, to), radius);
        if (weight > mask[y * width + x]!) mask[y * width + x] = weight;
      }
  }
}

/** One under the brush, then falling as a cosine does to zero over the soft edge. */
function weightAt(distance: number, radius: number): number {
  const beyond = (distance - radius) / softEdge(radius);
  return beyond <= 0 ? 1 : beyond >= 1 ? 0 : (1 + Math.cos(Math.PI * beyond)) / 2;
}

/** Of a pixel from the line between two points. */
function distance(
  x: number,
  y: number,
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

function blended(under: FloatTensor, effect: Float32Array, mask: Float32Array): FloatTensor {
  const data = under.data.slice();
  for (let start = 0; start < data.length; start += mask.length)
    for (let p = 0; p < mask.length; p++) {
      const weight = mask[p]!;
      if (weight > 0)
        data[start + p] =
          weight === 1 ? effect[start + p]! : data[start + p]! * (1 - weight) + effect[start + p]! * weight;
    }
  return float32(under.shape, data);
}
