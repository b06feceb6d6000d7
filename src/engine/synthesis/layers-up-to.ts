import type { Bound } from "../model.ts";

/**
 * So many layers with maps, evenly from the first to the named one, which is the last; all of them where there are fewer.
 * A value that is no layer stands alone.
 */
export function layersUpTo({ layers, reached }: Bound, name: string, count: number): readonly string[] {
  const last = layers.findIndex((layer) => layer.name === name);
  if (last < 0 || count === 1) return [name];
  const before = layers.slice(0, last + 1).filter(({ output }) => reached.has(output));
  if (count >= before.length) return before.map((layer) => layer.name);
  const places = Array.from({ length: count }, (_, i) => Math.round((i * (before.length - 1)) / (count - 1)));
  return [...new Set(places)].flatMap((place) => before[place]?.name ?? []);
}
