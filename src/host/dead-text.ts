import {
  activeMeaning,
  channelCounts,
  countOf,
  faultKinds,
  faultMeanings,
  faultRemarks,
  faultsOf,
  faultWords,
  gapsOf,
  meanOf,
  noneFound,
  shareNames,
  sharesOver,
} from "../shared/dead.ts";
import type { DeadLayer, DeadReport, FaultKind } from "../shared/dead.ts";
import { firstOf } from "../shared/first-of.ts";
import { preparedWords } from "../shared/preparation.ts";
import { shown } from "../shared/shown.ts";
import { share } from "./layer-words.ts";
import { markdownTable, plain } from "./markdown-table.ts";

/** Channels that are named one by one; of more only the number is told. */
const mostNamed = 12;
/** Lines of the list of single channels, and those of one layer: a softmax has a thousand that are nearly always silent. */
const mostListed = 500;
const mostOfLayer = 24;
/** Letters of a layer's name, so that the numbers beside it stay in sight. */
const longestName = 48;

const headings: Readonly<Record<FaultKind, string>> = {
  dead: "Dead",
  nearlyDead: "Nearly dead",
  saturated: "Saturated",
  constant: "Constant",
  duplicates: "Duplicates",
  broken: "NaN",
};

/** The channels of which something is wrong, as a document; `over` says on what. */
export function deadText(report: DeadReport, model: string, over: string): string {
  const { images, refused, prepared, layers, uncomputed = [] } = report;
  const wrong = layers
    .filter((layer) => troubled(layer) > 0)
    .sort((a, b) => b.dead.length / b.channels - a.dead.length / a.channels || troubled(b) - troubled(a));
  const makers = layers.filter(({ own }) => own);
  const dead = makers.reduce((sum, layer) => sum + layer.dead.length, 0);
  const channels = makers.reduce((sum, layer) => sum + layer.channels, 0);
  const sections = [
    `# Dead filters of ${plain(model)}`,
    `${dead.toLocaleString("en")} of ${channels.toLocaleString("en")} channels are dead over ${plain(over)} (${images} ${images === 1 ? "photo" : "photos"}).`,
    prepared ? `Seen as ${plain(preparedWords(prepared))}.` : "",
    wrong.length ? layerTable(wrong, report) : (noneFound(faultKinds.slice(1), layers) ?? ""),
    gapsOf(report, namedLayers).join(" "),
    channelText(wrong, images),
    definitionsOf(images),
    uncomputed.length
      ? markdownTable(
          ["Not computed", "Why"],
          uncomputed.map(({ layer, why }) => [layer, why]),
        )
      : "",
    refused.length
      ? markdownTable(
          ["Not read", "Why"],
          refused.map(({ image, why }) => [image, why]),
        )
      : "",
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const definitionsOf = (images: number) =>
  [
    ...faultKinds.map((kind) =>
      [`${headings[kind]}: ${faultMeanings[kind]}.`, faultRemarks[kind]].filter(Boolean).join(" "),
    ),
    `Active: ${activeMeaning}.`,
    `Active places${images === 1 ? "" : " and photos"}: the share of them at which a channel is active, in the mean of the layer’s channels.`,
  ]
    .map((line) => `- ${line}`)
    .join("\n")
    .concat("\n\nChannels that a pooling or a concatenation hands on are counted where they are made.");

/** A column of numbers for each thing that is wrong anywhere: those that would be empty are named under the table. */
function layerTable(
  wrong: readonly DeadLayer[],
  { layers: all, images }: Pick<DeadReport, "layers" | "images">,
): string {
  const kinds = faultKinds.filter((kind) => kind === "dead" || wrong.some((layer) => layer[kind].length > 0));
  const absent = noneFound(
    faultKinds.filter((kind) => !kinds.includes(kind)),
    all,
  );
  const shares = sharesOver(images);
  const table = markdownTable(
    [
      "Layer",
      "Channels",
      ...kinds.map((kind) => headings[kind]),
      ...shares.map((kind) => shareNames[kind]),
      "Which are dead",
    ],
    wrong.map((layer) => [
      shown(layer.layer, longestName),
      String(layer.channels),
      ...kinds.map((kind) => countText(layer, kind)),
      ...shares.map((kind) => share(meanOf(layer[kind]), 1)),
      firstOf(layer.dead, mostNamed),
    ]),
  );
  return [table, ...(absent === undefined ? [] : [absent])].join("\n\n");
}

/** Channels that are not just dead, one by one, with how often they are active; of the worst layers. */
function channelText(wrong: readonly DeadLayer[], images: number): string {
  const found = wrong.map((layer) => ({
    layer: layer.layer,
    channels: channelCounts(layer).filter(({ faults }) => faults.some((kind) => kind !== "dead")),
  }));
  const count = found.reduce((sum, { channels }) => sum + channels.length, 0);
  if (!count) return "";
  const shares = sharesOver(images);
  const rows = found
    .flatMap(({ layer, channels }) => channels.slice(0, mostOfLayer).map((channel) => ({ layer, ...channel })))
    .slice(0, mostListed)
    .map(({ layer, channel, faults, ...own }) => [
      ...[shown(layer, longestName), String(channel), faults.map((kind) => faultWords[kind]).join(", ")],
      ...shares.map((kind) => share(own[kind], 1)),
    ]);
  const rest = count - rows.length;
  return [
    "## Channels by themselves",
    markdownTable(["Layer", "Channel", "What is wrong", ...shares.map((kind) => shareNames[kind])], rows),
    ...(rest
      ? [`And ${rest.toLocaleString("en")} more, which the table in the model editor saves as CSV or JSON.`]
      : []),
  ].join("\n\n");
}

const troubled = (layer: DeadLayer) => faultKinds.reduce((sum, kind) => sum + layer[kind].length, 0);

function countText(layer: DeadLayer, kind: FaultKind): string {
  const words = countOf(kind, faultsOf(layer)[kind].length, layer.compared);
  return words === "0" ? "" : words;
}

const namedLayers = (layers: readonly string[]) =>
  firstOf(
    layers.map((layer) => plain(layer, longestName)),
    mostNamed,
  );
