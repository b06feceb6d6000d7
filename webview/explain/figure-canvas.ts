import { canvasOf, contextOf } from "./canvases.ts";
import { ink, paper } from "./figure.ts";
import type { Figure, ImageName } from "./figure.ts";

/** The figure as a picture, `ratio` pixels to each of its units. */
export function canvasOfFigure(
  figure: Figure,
  images: Readonly<Record<ImageName, HTMLCanvasElement>>,
  ratio: number,
): HTMLCanvasElement {
  const canvas = canvasOf(figure.width * ratio, figure.height * ratio);
  const context = contextOf(canvas);
  context.scale(ratio, ratio);
  context.fillStyle = paper;
  context.fillRect(0, 0, figure.width, figure.height);
  for (const { name, x, y, width, height } of figure.images) context.drawImage(images[name], x, y, width, height);
  for (const { x, y, side, color } of figure.swatches) {
    context.fillStyle = `rgb(${color.join(" ")})`;
    context.fillRect(x, y, side, side);
  }
  context.fillStyle = ink;
  for (const { x, y, text, size, bold, end } of figure.texts) {
    context.font = `${bold ? "600 " : ""}${size}px Helvetica, Arial, sans-serif`;
    context.textAlign = end ? "right" : "left";
    context.fillText(text, x, y);
  }
  return canvas;
}

export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be encoded."))),
      "image/png",
    ),
  );
}

export async function dataUri(canvas: HTMLCanvasElement): Promise<string> {
  const blob = await pngOf(canvas);
  return new Promise((resolve, reject) => {
    const reader = new FileReader(); // readAsDataURL gives text
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error("The picture could not be read back."));
    reader.readAsDataURL(blob);
  });
}
