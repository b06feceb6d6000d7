import { canvasOfRaster } from "../filters/canvas.ts";
import { mapRaster } from "./channel-map.ts";

export const mapCanvas = (...of: Parameters<typeof mapRaster>): HTMLCanvasElement => canvasOfRaster(mapRaster(...of));
