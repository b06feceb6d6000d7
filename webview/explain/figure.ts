/** A figure for a paper or a chat: pictures and words at fixed places, drawn by a canvas or written as SVG. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  readonly images: readonly FigureImage[];
  readonly swatches: readonly FigureSwatch[];
  readonly texts: readonly FigureText[];
}
interface Placed {
  readonly x: number;
  readonly y: number;
}
export interface FigureImage extends Placed {
  readonly name: ImageName;
  readonly width: number;
  readonly height: number;
}
export type ImageName = "photo" | "map" | "scale";
export interface FigureSwatch extends Placed {
  readonly side: number;
  readonly color: readonly [number, number, number];
}
export interface FigureText extends Placed {
  readonly text: string;
  readonly size: number;
  readonly bold?: boolean;
  readonly end?: boolean;
}

export interface FigureParts {
  /** Width by height of the panes. */
  readonly aspect: number;
  readonly sideBySide: boolean;
  readonly title: string;
  readonly caption: string;
  readonly scale: { readonly low: string; readonly high: string; readonly unit: string } | undefined;
  readonly legend: readonly { readonly color: readonly [number, number, number]; readonly text: string }[];
}

export const paper = "#ffffff";
export const ink = "#1a1a1a";
const margin = 16;
const gap = 12;
const paneWidth = 360;
const line = 18;
/** Of a letter, in parts of its size: words are broken by reckoning, so that an SVG without fonts at hand breaks alike. */
const letter = 0.5;

export function figureOf({ aspect, sideBySide, title, caption, scale, legend }: FigureParts): Figure {
  const paneHeight = Math.round(paneWidth / aspect);
  const columns = sideBySide ? 2 : 1;
  const width = margin * 2 + paneWidth * columns + gap * (columns - 1);
  const mapX = sideBySide ? margin + paneWidth + gap : margin;
  const size = { width: paneWidth, height: paneHeight, y: margin };
  const images: FigureImage[] = [{ name: "map", x: mapX, ...size }];
  if (sideBySide) images.unshift({ name: "photo", x: margin, ...size });
  const texts: FigureText[] = [];
  const swatches: FigureSwatch[] = [];
  let y = margin + paneHeight + 10;

  if (scale) {
    images.push({ name: "scale", x: mapX, y, width: paneWidth, height: 8 });
    y += 8 + line;
    texts.push(
      { text: scale.low, x: mapX, y, size: 11 },
      { text: scale.high, x: mapX + paneWidth, y, size: 11, end: true },
    );
    if (scale.unit) texts.push({ text: scale.unit, x: mapX, y: (y += line - 2), size: 11 });
    y += 6;
  }
  for (const { color, text } of legend) {
    swatches.push({ x: mapX, y, side: 11, color });
    texts.push({ text, x: mapX + 18, y: y + 10, size: 11 });
    y += line;
  }
  y += line;
  for (const text of wrapped(title, width - margin * 2, 14)) {
    texts.push({ text, x: margin, y, size: 14, bold: true });
    y += line + 2;
  }
  for (const text of wrapped(caption, width - margin * 2, 12)) {
    texts.push({ text, x: margin, y, size: 12 });
    y += line;
  }
  return { width, height: y - line + margin, images, swatches, texts };
}

export function wrapped(text: string, width: number, size: number): readonly string[] {
  const most = Math.max(8, Math.floor(width / (size * letter)));
  const lines: string[] = [];
  let current = "";
  for (const word of text.split(/[^\S\u00a0]+/).filter(Boolean)) {
    if (current && current.length + 1 + word.length > most) {
      lines.push(current);
      current = word;
    } else current = current ? `${current} ${word}` : word;
  }
  return current ? [...lines, current] : lines;
}
