import { ink, paper } from "./figure.ts";
import type { Figure, ImageName } from "./figure.ts";

/** The figure as SVG: the pictures embedded, the words as text. `images`: data URIs. */
export function svgOf(figure: Figure, images: Readonly<Record<ImageName, string>>, description: string): string {
  const { width, height } = figure;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" fill="${ink}">`,
    `<title>${escaped(description)}</title>`,
    `<rect width="${width}" height="${height}" fill="${paper}"/>`,
    ...figure.images.map(
      ({ name, x, y, width, height }) =>
        `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" href="${escaped(images[name])}"/>`,
    ),
    ...figure.swatches.map(
      ({ x, y, side, color }) =>
        `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="rgb(${color.join(",")})"/>`,
    ),
    ...figure.texts.map(
      ({ x, y, text, size, bold, end }) =>
        `<text x="${x}" y="${y}" font-size="${size}"${bold ? ' font-weight="600"' : ""}${end ? ' text-anchor="end"' : ""}>${escaped(text)}</text>`,
    ),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Names come from files: none may become markup, nor break what XML allows. */
export const escaped = (text: string): string =>
  text

    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      "\ufffd",
    )
    .replace(/[&<>"']/g, (c) => entities[c] ?? c);
