import type { Size } from "./synthesis/program.ts";

/** Layers of the usual strides cut a picture alike at multiples of this. */
export const grain = 32;

/**
 * What a network's sides have to be multiples of that does not take `size`: one that halves its maps and puts them together
 * again takes what can be halved as often. Undefined where it is not known to be for that: a smaller size has to do. Odd
 * multiples are asked for, so that none does by chance.
 */
export async function multipleTaken(size: Size, takes: (size: Size) => Promise<boolean>): Promise<number | undefined> {
  const below = downTo(size, grain);
  const isOne = below.height === size.height && below.width === size.width;
  if (Math.min(below.height, below.width) === 0 || isOne || !(await takes(below))) return undefined;
  let multiple = grain;
  while (multiple > 2 && (await takes(oddly(size, multiple / 2)))) multiple /= 2;
  return multiple;
}

const sides = ({ height, width }: Size, of: (side: number) => number): Size => ({
  height: of(height),
  width: of(width),
});

export const upTo = (size: Size, multiple: number): Size =>
  sides(size, (side) => multiple * Math.ceil(side / multiple));

const downTo = (size: Size, multiple: number): Size => sides(size, (side) => multiple * Math.floor(side / multiple));

/** The largest odd multiples within. */
const oddly = (size: Size, multiple: number): Size =>
  sides(size, (side) => multiple * (2 * Math.floor((side / multiple - 1) / 2) + 1));
