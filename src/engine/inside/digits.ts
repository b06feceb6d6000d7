import type { Picture } from "../images/picture.ts";

/** Rows of three cells, from the top; each digit as five numbers of three bits. */
const digits = [
  [7, 5, 5, 5, 7],
  [2, 6, 2, 2, 7],
  [7, 1, 7, 4, 7],
  [7, 1, 3, 1, 7],
  [5, 5, 7, 1, 1],
  [7, 4, 7, 1, 7],
  [7, 4, 7, 5, 7],
  [7, 1, 2, 2, 2],
  [7, 5, 7, 5, 7],
  [7, 5, 7, 1, 7],
] as const;
const [across, down] = [3, 5];

/** Pixels that a number takes, one between two digits. */
export const numberWidth = (n: number, scale: number): number => (String(n).length * (across + 1) - 1) * scale;
export const numberHeight = (scale: number): number => down * scale;

/** Writes a whole number into a picture, `scale` pixels for each cell of a digit. */
export function drawNumber(
  { pixels, width }: Picture,
  n: number,
  [left, top]: readonly [number, number],
  scale: number,
  color: readonly [number, number, number],
): void {
  [...String(n)].forEach((digit, place) => {
    digits[Number(digit)]?.forEach((bits, row) => {
      for (let column = 0; column < across; column++) {
        if (!((bits >> (across - 1 - column)) & 1)) continue;
        for (let y = 0; y < scale; y++)
          for (let x = 0; x < scale; x++) {
            const at = (top + row * scale + y) * width + left + (place * (across + 1) + column) * scale + x;
            pixels.set(color, at * 3);
          }
      }
    });
  });
}
