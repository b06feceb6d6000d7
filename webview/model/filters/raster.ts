/** A picture's pixels, red, green, blue and opacity in each number. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
}
