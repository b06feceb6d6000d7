import type { Size } from "./program.ts";

/** "640 × 480". */
export const sizeText = ({ height, width }: Size): string => `${width} × ${height}`;
