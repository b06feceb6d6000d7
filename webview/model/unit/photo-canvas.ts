import type { Photo } from "../../../src/shared/protocol.ts";
import { canvasOf, contextOf } from "../filters/canvas.ts";

/** A photo from the host, ready to be shown. */
export async function photoCanvas({ png }: Pick<Photo, "png">): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(png)], { type: "image/png" }));
  const canvas = canvasOf(bitmap.width, bitmap.height);
  contextOf(canvas).drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}
