/** Comparisons that are made at most: the table has one cell for each two. */
const mostCells = 2 ** 22;

/**
 * For each of `a`, what stands for it in `b`: both in order, so that they are as alike as can be (`likeness` is a small whole
 * number, 0 where two have nothing in common), and what is left between two of those where both have equally many.
 * Undefined where there are too many to compare.
 */
export function aligned<T>(
  a: readonly T[],
  b: readonly T[],
  likeness: (one: T | undefined, other: T | undefined) => number,
): (number | undefined)[] | undefined {
  const columns = b.length + 1;
  if ((a.length + 1) * columns > mostCells) return undefined;
  // How alike, at best, what is behind each two places is.
  const best = new Uint16Array((a.length + 1) * columns);
  const at = (i: number, j: number) => best[i * columns + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const alike = likeness(a[i], b[j]);
      best[i * columns + j] = Math.max(at(i + 1, j), at(i, j + 1), alike && at(i + 1, j + 1) + alike);
    }

  const places = new Array<number | undefined>(a.length).fill(undefined);
  let [from, fromOther] = [0, 0];
  const between = (to: number, toOther: number) => {
    if (to - from === toOther - fromOther) for (let k = 0; k < to - from; k++) places[from + k] = fromOther + k;
  };
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const alike = likeness(a[i], b[j]);
    if (alike && at(i, j) === at(i + 1, j + 1) + alike) {
      between(i, j);
      places[i] = j;
      [from, fromOther] = [++i, ++j];
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  between(a.length, b.length);
  return places;
}
