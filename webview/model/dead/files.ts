import { channelCounts, countOf, faultKinds, faultWords } from "../../../src/shared/dead.ts";
import type { DeadReport } from "../../../src/shared/dead.ts";
import { preparationIn } from "../../../src/shared/preparation.ts";
import { rowsOf } from "./rows.ts";

/** A name that a spreadsheet would take for a formula is given a quote before it. */
const field = (text: string): string => {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

const lines = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map(field).join(",")).join("\n") + "\n";

/** A number that a spreadsheet reads, with as many figures as a count of photos supports. */
const share = (value: number): string => String(Number(value.toPrecision(6)));

/** One line per layer: how many of its channels, which, and how active they are in the mean. */
export function csvOf(report: DeadReport): string {
  const head = [
    ...["layer", "channels", ...faultKinds, ...faultKinds.map((kind) => `${kind} channels`)],
    ...["active places", "active photos"],
  ];
  const rows = rowsOf(report).map(({ layer, channels, faults, places, photos, of }) => [
    ...[layer, String(channels)],
    ...faultKinds.map((kind) => countOf(kind, faults[kind].length, of.compared)),
    ...faultKinds.map((kind) => faults[kind].join(" ")),
    ...[share(places), share(photos)],
  ]);
  return lines([head, ...rows]);
}

/** One line per channel: at what share of places and of photos it is active, and what is wrong with it. */
export function channelsCsvOf({ layers }: DeadReport): string {
  const rows = layers.flatMap((layer) =>
    channelCounts(layer).map(({ channel, faults, places, photos }) => [
      ...[layer.layer, String(channel), share(places), share(photos)],
      faults.map((kind) => faultWords[kind]).join(" + "),
    ]),
  );
  return lines([["layer", "channel", "active places", "active photos", "verdict"], ...rows]);
}

/** All of the report, shares of places and photos included. */
export function jsonOf(report: DeadReport): string {
  return JSON.stringify(
    {
      images: report.images,
      refused: report.refused,
      ...preparationIn(report.prepared),
      uncomputed: report.uncomputed ?? [],
      leftOut: report.leftOut ?? [],
      layers: report.layers.map((layer) => ({ ...layer, places: [...layer.places], photos: [...layer.photos] })),
    },
    undefined,
    2,
  );
}
