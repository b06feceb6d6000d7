/** Where the tiles of a grid lie that is as wide as its place and as high as it must be. */
export interface Tiling {
  readonly count: number;
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  /** All of it. */
  readonly total: number;
}

export const gap = 6;

/** As many tiles in a row as fit at their least width; they share what is left. `aspect`: height over width, or a fixed height. */
export function tilingOf(
  count: number,
  place: number,
  least: number,
  aspect: { readonly ratio: number } | { readonly height: number },
): Tiling {
  const columns = Math.max(1, Math.floor((place + gap) / (least + gap)));
  const width = Math.max(1, (place - gap * (columns - 1)) / columns);
  const height = "height" in aspect ? aspect.height : Math.max(12, width * aspect.ratio);
  const rows = Math.ceil(count / columns);
  return { count, columns, rows, width, height, total: rows === 0 ? 0 : rows * (height + gap) - gap };
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const boxOf = ({ columns, width, height }: Tiling, index: number): Box => ({
  x: (index % columns) * (width + gap),
  y: Math.floor(index / columns) * (height + gap),
  width,
  height,
});

/** The first tile in sight, and the first beyond. */
export function inSight({ count, columns, height }: Tiling, top: number, sight: number): readonly [number, number] {
  const first = Math.max(0, Math.floor(top / (height + gap)));
  const last = Math.ceil((top + sight) / (height + gap));
  return [Math.min(count, first * columns), Math.min(count, Math.max(0, last) * columns)];
}

/** The tile at a point, or none between two. */
export function tileAt({ count, columns, width, height }: Tiling, x: number, y: number): number | undefined {
  const [column, row] = [Math.floor(x / (width + gap)), Math.floor(y / (height + gap))];
  if (x < 0 || y < 0 || column >= columns) return undefined;
  if (x - column * (width + gap) > width || y - row * (height + gap) > height) return undefined;
  const index = row * columns + column;
  return index < count ? index : undefined;
}

/** Where a key leads from a tile; undefined: it is no key of a grid. */
export function moved({ count, columns, rows }: Tiling, from: number, key: string, page: number): number | undefined {
  const last = count - 1;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * Math.max(1, page),
    PageDown: columns * Math.max(1, page),
  };
  if (key === "Home") return 0;
  if (key === "End") return last;
  const step = steps[key];
  if (step === undefined || count === 0) return undefined;
  const to = from + step;
  if (to >= 0 && to <= last) return to;
  if (key.startsWith("Page")) return to < 0 ? from % columns : Math.min(last, (rows - 1) * columns + (from % columns));
  // Down from the last full row, where the row below is shorter.
  if (key === "ArrowDown" && Math.floor(from / columns) < rows - 1) return last;
  return from;
}
