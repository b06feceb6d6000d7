/** Misspelt is what differs in a third of its letters at most. */
const tolerance = 1 / 3;
const mostAlike = 3;

/** Places of the names whose spelling is nearest, if any is near. `ofOne`: where one thing has several names. */
export function alikeTo(
  wanted: string,
  names: readonly string[],
  ofOne: (name: string) => readonly string[] = (name) => [name],
): readonly number[] {
  const own = wanted.toLowerCase();
  const distances = names.map((name) => Math.min(...ofOne(name.toLowerCase()).map((each) => editDistance(own, each))));
  const least = distances.reduce((a, b) => Math.min(a, b), Infinity);
  if (least > own.length * tolerance) return [];
  return distances.flatMap((distance, i) => (distance === least ? [i] : [])).slice(0, mostAlike);
}

/** Letters to put in, take out or exchange (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
