import type { Rectangle } from "../../../src/shared/inside.ts";

/** What is outlined over a picture, in its own cells: rows and columns, half open. */
export type Mark =
  | ({ readonly kind: "cell" } & Rectangle)
  | ({ readonly kind: "area" } & Rectangle)
  /** What is in the picture of an area that may go on beyond its borders. */
  | { readonly kind: "field"; readonly whole: Rectangle; readonly clipped: Rectangle }
  | { readonly kind: "brush" | "source"; readonly x: number; readonly y: number; readonly radius: number };

export type Place = readonly [number, number];
