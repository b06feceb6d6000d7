import type { DeadReport } from "../../../src/shared/inside.ts";
import { faultKinds, rowsOf } from "./rows.ts";

/** A name that a spreadsheet would take for a formula is given a quote before it. */
const field = (text: string): string => {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

/** One line per layer: how many of its channels, and which. */
export function csvOf(report: DeadReport): string {
  const head = ["layer", "channels", ...faultKinds, ...faultKinds.map((kind) => `${kind} channels`)];
  const lines = rowsOf(report).map(({ layer, channels, faults }) => [
    layer,
    String(channels),
    ...faultKinds.map((kind) => String(faults[kind].length)),
    ...faultKinds.map((kind) => faults[kind].join(" ")),
  ]);
  return [head, ...lines].map((line) => line.map(field).join(",")).join("\n") + "\n";
}

/** All of the report, shares of places and photos included. */
export function jsonOf(report: DeadReport): string {
  return JSON.stringify(
    {
      images: report.images,
      refused: report.refused,
      layers: report.layers.map((layer) => ({ ...layer, places: [...layer.places], photos: [...layer.photos] })),
    },
    undefined,
    2,
  );
}
