import { canvasSurface } from "./canvas.ts";
import type { Colors } from "./colors.ts";
import { draw } from "./draw.ts";
import type { Drawing } from "./draw.ts";
import type { GraphState } from "./state.ts";
import { svgSurface } from "./svg.ts";

const margin = 16;
/** What browsers and viewers take. */
const [longestSide, mostPixels] = [16_000, 80e6];

/** All of the graph as it stands, whatever part of it is in sight. */
export async function pictureFile(state: GraphState, colors: Colors, kind: "png" | "svg"): Promise<Uint8Array> {
  const { picture, graph } = state;
  if (!picture || !graph) throw new Error("There is no graph to save yet.");
  const { blocks, measures } = graph;
  const marks = { ...state.marks(false), hovered: undefined };
  const drawing: Drawing = { picture, blocks, measures, colors, marks, detail: "all", scale: 1, window: undefined };
  const size = { width: picture.width + 2 * margin, height: picture.height + 2 * margin };
  if (kind === "svg") {
    const surface = svgSurface(colors.font, margin);
    draw(surface, drawing);
    return new TextEncoder().encode(surface.file(size, colors.of.paper));
  }
  const { width, height } = size;
  const scale = Math.min(2, longestSide / Math.max(width, height), Math.sqrt(mostPixels / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("The picture is too large for this computer. Close some blocks, or save it as SVG.");
  context.fillStyle = colors.of.paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, margin * scale, margin * scale);
  draw(canvasSurface(context, colors.font), drawing);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The picture is too large for this computer. Close some blocks, or save it as SVG.");
  return new Uint8Array(await blob.arrayBuffer());
}
