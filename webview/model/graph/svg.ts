import type { Size } from "./camera.ts";
import { bendsOf, headOf, triangleOf } from "./surface.ts";
import type { Stroke, Surface } from "./surface.ts";

/** A surface that writes an SVG file. */
export function svgSurface(font: string, margin = 0): Surface & { file(size: Size, paper: string): string } {
  const parts: string[] = [];
  const polygon = (corners: readonly (readonly [number, number])[], color: string) =>
    parts.push(
      `<polygon points="${corners.map(([x, y]) => `${short(x)},${short(y)}`).join(" ")}"${inked("fill", color)}/>`,
    );
  return {
    box({ x, y, width, height }, radius, fill, stroke) {
      const place = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="${radius}"`;
      parts.push(`<rect ${place}${inked("fill", fill ?? "none")}${strokeText(stroke)}/>`);
    },
    link(points, stroke, arrow) {
      const bends = bendsOf(points);
      const path = bends.map((bend, i) => {
        const [before, after] = [bends[i - 1], bends[i + 1]];
        if (!before) return `M${short(bend.x)} ${short(bend.y)}`;
        if (bend.radius === 0 || !after) return `L${short(bend.x)} ${short(bend.y)}`;
        const start = towards(bend, before);
        const end = towards(bend, after);
        return `L${short(start.x)} ${short(start.y)}Q${short(bend.x)} ${short(bend.y)} ${short(end.x)} ${short(end.y)}`;
      });
      parts.push(`<path d="${path.join("")}" fill="none"${strokeText(stroke)}/>`);
      const head = arrow ? headOf(points) : undefined;
      if (head) polygon(head, stroke.color);
    },
    text(text, x, y, size, color, bold = false, align = "left") {
      const look = `font-size="${size}"${inked("fill", color)}${bold ? ' font-weight="600"' : ""}${align === "right" ? ' text-anchor="end"' : ""}`;
      parts.push(`<text x="${short(x)}" y="${short(y)}" ${look}>${escaped(text)}</text>`);
    },
    triangle: (x, y, open, color) => void polygon(triangleOf(x, y, open), color),
    file({ width, height }, paper) {
      const [w, h] = [short(width), short(height)];
      return (
        `<?xml version="1.0" encoding="UTF-8"?>\n` +
        `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="${escaped(font)}">` +
        `<rect width="${w}" height="${h}"${inked("fill", paper)}/>\n<g transform="translate(${margin} ${margin})">\n${parts.join("\n")}\n</g></svg>\n`
      );
    },
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function towards(bend: Place & { readonly radius: number }, to: Place): Place {
  const length = Math.hypot(to.x - bend.x, to.y - bend.y) || 1;
  const share = bend.radius / length;
  return { x: bend.x + (to.x - bend.x) * share, y: bend.y + (to.y - bend.y) * share };
}

const short = (n: number): string => String(Math.round(n * 100) / 100);

/** SVG 1.1 has colours without an opacity, and that beside them. */
function inked(what: "fill" | "stroke", color: string): string {
  const [, opaque = color, alpha] = /^(#[\da-f]{6})([\da-f]{2})$/.exec(color) ?? [];
  const opacity = alpha === undefined ? "" : ` ${what}-opacity="${short(parseInt(alpha, 16) / 255)}"`;
  return ` ${what}="${escaped(opaque)}"${opacity}`;
}

const strokeText = (stroke: Stroke | undefined): string =>
  stroke
    ? `${inked("stroke", stroke.color)} stroke-width="${stroke.width}"${stroke.dashed ? ' stroke-dasharray="6 4"' : ""}`
    : "";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Names come from files: no markup, and no character that XML forbids. */
export const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (c) => entities[c]!)
    // What XML 1.0 does not allow.
    .replace(
      /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
      "�",
    );
