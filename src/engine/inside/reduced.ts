/** A map [height, width] as means over the cells of a coarser grid, [rows, columns]; values that are no numbers are left out. */
export function reducedTo(
  map: Float32Array,
  height: number,
  width: number,
  rows: number,
  columns: number,
  into = new Float32Array(rows * columns),
): Float32Array {
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [Math.floor((row * height) / rows), Math.ceil(((row + 1) * height) / rows)];
    for (let column = 0; column < columns; column++) {
      const [left, right] = [Math.floor((column * width) / columns), Math.ceil(((column + 1) * width) / columns)];
      into[row * columns + column] = meanWithin(map, width, { top, bottom, left, right }) ?? 0;
    }
  }
  return into;
}

/** Of the finite values in a part of a map whose rows are so long; undefined where there are none. */
export function meanWithin(
  map: Float32Array,
  width: number,
  { top, bottom, left, right }: Readonly<Record<"top" | "bottom" | "left" | "right", number>>,
): number | undefined {
  let [sum, count] = [0, 0];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const value = map[y * width + x]!;
      if (value - value !== 0) continue;
      sum += value;
      count++;
    }
  return count ? sum / count : undefined;
}
