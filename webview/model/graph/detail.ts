import type { Detail } from "./draw.ts";

/** Scales from which on there are names, kinds and shapes too, and what there is room for close by. */
export const names = 0.32;
const [all, attributes] = [0.6, 1.75];

export const detailAt = (scale: number): Detail => (scale < all ? "names" : scale < attributes ? "all" : "attributes");
