/** The classes whose label or number fits what was typed, the best first: number, start of a name, start of a word, anywhere. */
export function matching(labels: readonly string[], classes: number, typed: string, most: number): readonly number[] {
  const text = typed.trim().toLowerCase();
  const found: { readonly index: number; readonly rank: number }[] = [];
  for (let index = 0; index < classes; index++) {
    const rank = rankOf((labels[index] ?? `class ${index}`).toLowerCase(), index, text);
    if (rank !== undefined) found.push({ index, rank });
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, most)
    .map(({ index }) => index);
}

function rankOf(label: string, index: number, text: string): number | undefined {
  if (text === "") return undefined;
  if (String(index) === text) return 0;
  const at = label.indexOf(text);
  if (at < 0) return undefined;
  if (label.split(",").some((name) => name.trim().startsWith(text))) return 1;
  return /[\s,-]/.test(label[at - 1] ?? "") ? 2 : 3;
}
