/** Pixels of all frames together: they are held at once, three bytes each, more than once. */
const mostPixels = 64e6;
/** WebP takes no side that is longer. */
const longestSide = 16_383;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large the frames of a film are made, of which the largest has that size. */
export function filmSize({ width, height }: Size, frames: number, most = mostPixels): Size {
  const fitting = Math.min(1, Math.sqrt(most / (frames * width * height)), longestSide / Math.max(width, height));
  if (fitting === 1) return { width, height };
  const shrunk = (n: number) => Math.max(1, Math.floor(n * fitting));
  return { width: shrunk(width), height: shrunk(height) };
}

/** Why a film is smaller than its frames; undefined where it is not. */
export function filmRemark(largest: Size, frames: number, most = mostPixels): string | undefined {
  const { width, height } = filmSize(largest, frames, most);
  if (width === largest.width && height === largest.height) return undefined;
  return `${frames} frames of ${largest.width} × ${largest.height} pixels are too much for one film: it is ${width} × ${height}.`;
}
