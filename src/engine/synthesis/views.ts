import { choiceOrNumber, number, type NumberParameter, type ValuesOf } from "../../shared/parameters.ts";
import type { Canvas } from "./canvas.ts";
import { chances, oneOf, within } from "./chance.ts";
import type { Size } from "./program.ts";
import { blur } from "./transformations/blur.ts";
import { crop, pad } from "./transformations/crop.ts";
import { noise } from "./transformations/noise.ts";
import { chain, type Transformation } from "./transformations/transformation.ts";
import { after, rotate, scale, shift, warp } from "./transformations/warp.ts";

const gray = 127.5;
const midGray = [gray, gray, gray];
/** Eleven as far from one another, 0.90, 0.92, … 1.10 by Lucid. */
const scalesWithin = (range: number) => Array.from({ length: 11 }, (_, i) => 1 - range + (range / 5) * i);
/** −10° to 10° by Lucid, and as they are a fifth of the time. */
const anglesWithin = (most: number) => [...Array.from({ length: 21 }, (_, i) => (most * (i - 10)) / 10), 0, 0, 0, 0, 0];

const transformed = {
  advanced: true,
  when: { parameter: "method", is: ["fourier", "laplacian"] },
} as const;

export const noiseSeen = (more: { readonly default: number } & Pick<NumberParameter, "when">): NumberParameter =>
  number({
    advanced: true,
    label: "Noise in what is seen, of 255",
    help: "Its standard deviation in the first step, from which it fades until the last. What only stands out where there is no noise, fine grain, does not grow.",
    min: 0,
    max: 128,
    step: 1,
    ...more,
  });

/** How much there is of it in a step: it fades slowly at first, since grain grows where there is little, and to none, so that the network knows the picture as it is. */
export const faded = (noise: number, step: number, steps: number): number =>
  noise * Math.sqrt(Math.max(0, 1 - step / steps));

/** What a person may change of Lucid's views, and add to them: what is added is off as it comes. */
export const views = {
  shift: choiceOrNumber({
    ...transformed,
    label: "Jitter of what is seen, pixels",
    help: "How far the picture is moved at most before it is scaled and turned, by a different amount in each step; half as far again after that. 0: it stays.",
    default: "usual",
    options: { usual: "Lucid's: more in larger pictures, 4 of 128" },
    min: 0,
    max: 256,
    step: 1,
  }),
  scales: number({
    ...transformed,
    label: "Scaled by up to",
    help: "As a share of its size, larger or smaller by chance in each step: shapes hold at other sizes. 0: it keeps its size.",
    default: 0.1,
    min: 0,
    max: 0.5,
    step: 0.01,
  }),
  rotation: number({
    ...transformed,
    label: "Turned by up to, degrees",
    help: "To either side, by chance in each step: shapes hold at other angles. 0: it stays upright.",
    default: 10,
    min: 0,
    max: 180,
    step: 1,
  }),
  pad: number({
    ...transformed,
    label: "Grey frame, of a side",
    help: "The network sees the picture with grey around it: what stands at its edge counts less. Lucid's is 0.09.",
    default: 0,
    min: 0,
    max: 0.5,
    step: 0.01,
  }),
  crop: number({
    ...transformed,
    label: "Part that is seen, of a side",
    help: "The network sees a part about a chance place in each step, enlarged: shapes grow smaller, and most in the middle.",
    default: 1,
    min: 0.25,
    max: 1,
    step: 0.05,
  }),
  blur: number({
    ...transformed,
    label: "Blur of what is seen, pixels",
    help: "Finer grain than this is not seen, and does not grow.",
    default: 0,
    min: 0,
    max: 8,
    step: 0.1,
  }),
  noise: noiseSeen({ ...transformed, default: 0 }),
} as const;

type Ways = ValuesOf<typeof views>;

/** Lucid's own. */
export const usualViews: Ways = { shift: "usual", scales: 0.1, rotation: 10, pad: 0, crop: 1, blur: 0, noise: 0 };

/**
 * Lucid's way to look at a picture in each step: grey around it, jitter 8, scale, rotate, jitter 4. The jitters are those
 * of a picture of 128 pixels, and grow with it up to the network's `usual` size, unless told: in larger ones there is more,
 * not the same larger.
 */
export const lucidView = (
  seed: number,
  from: Size,
  to: Size,
  usual: Size,
  { shift: most, scales, rotation, pad: frame, crop: part, blur: sigma, noise: deviation } = usualViews,
) => {
  const asSeen = Math.min(longer(to), longer(usual)) / 128;
  const unit = (asSeen * longer(from)) / longer(to);
  const farthest = typeof most === "number" ? most : 4 * unit;
  const [factors, angles] = [scalesWithin(scales), anglesWithin(rotation)];
  return (step: number): Transformation => {
    const next = chances(seed, 0, step);
    const jitter = (far: number) => {
      const reach = Math.round(far);
      return shift(within(next, reach), within(next, reach));
    };
    const ways = [jitter(farthest), scale(oneOf(next, factors)), rotate(oneOf(next, angles)), jitter(farthest / 2)];
    const framed = Math.round(frame * longer(from));
    const whole = { height: from.height + 2 * framed, width: from.width + 2 * framed };
    const seen = { height: partOf(whole.height, part), width: partOf(whole.width, part) };
    const fit = fitOf(seen, to);
    return chain([
      ...(framed ? [pad({ top: framed, left: framed, bottom: framed, right: framed }, midGray)] : []),
      ...(part < 1 ? [crop(placeOf(next, whole.height, part), placeOf(next, whole.width, part), seen, whole)] : []),
      ...softened(fit),
      warp([...ways, scale(fit)].reduce(after), to, seen, midGray),
      ...(sigma > 0 ? [onGray(blur(sigma))] : []),
      ...(deviation > 0 ? [noise(deviation, next() * 2 ** 32)] : []),
    ]);
  };
};

/** A whole picture as it fits into another size, with grey beside it where the shapes differ. */
export function fittedInto(from: Size, to: Size): Transformation {
  const fit = fitOf(from, to);
  return chain([...softened(fit), warp(scale(fit), to, from, midGray)]);
}

const fitOf = (from: Size, to: Size): number => Math.min(to.height / from.height, to.width / from.width);

/** What is much reduced is averaged before, about as a photo is that is reduced: or most pixels would not be seen at all. */
const softened = (fit: number): Transformation[] => (fit < 0.75 ? [onGray(blur(0.41 / fit))] : []);

const longer = ({ height, width }: Size): number => Math.max(height, width);

const partOf = (side: number, part: number): number => Math.max(1, Math.round(part * side));

/** Where a part begins: about a chance place of the picture, and at an edge where that is near one, or edges would hardly be seen. */
function placeOf(next: () => number, side: number, part: number): number {
  const own = partOf(side, part);
  const begin = Math.floor(next() * side - own / 2);
  return Math.min(side - own, Math.max(0, begin));
}

/** With grey where it looks outside, in place of black. */
function onGray({ apply, adjoint }: Transformation): Transformation {
  const raised = (canvas: Canvas, by: number): Canvas => ({ ...canvas, data: canvas.data.map((x) => x + by) });
  return { apply: (canvas) => raised(apply(raised(canvas, -gray)), gray), adjoint };
}
