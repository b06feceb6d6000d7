import type { DeadLayer, DeadReport } from "../shared/inside.ts";
import { markdownTable, plain } from "./markdown-table.ts";

/** Channels that are named one by one; of more only the number is told. */
const mostNamed = 12;

/** The channels of which something is wrong, as a document; `over` says on what. */
export function deadText({ images, refused, layers }: DeadReport, model: string, over: string): string {
  const wrong = layers
    .filter((layer) => troubled(layer) > 0)
    .sort((a, b) => b.dead.length / b.channels - a.dead.length / a.channels || troubled(b) - troubled(a));
  const makers = layers.filter(({ own }) => own);
  const dead = makers.reduce((sum, layer) => sum + layer.dead.length, 0);
  const channels = makers.reduce((sum, layer) => sum + layer.channels, 0);
  const sections = [
    `# Dead filters of ${plain(model)}`,
    `${dead.toLocaleString("en")} of ${channels.toLocaleString("en")} channels are dead over ${plain(over)} (${images} ${images === 1 ? "photo" : "photos"}).`,
    wrong.length
      ? markdownTable(
          ["Layer", "Channels", "Dead", "Nearly dead", "Saturated", "Constant", "Duplicates", "Which are dead"],
          wrong.map((layer) => [
            layer.layer,
            String(layer.channels),
            ...[layer.dead, layer.nearlyDead, layer.saturated, layer.constant, layer.duplicates].map(countText),
            namedText(layer.dead),
          ]),
        )
      : "No layer has any that is nearly dead, saturated, constant or a duplicate either.",
    "Dead: the sum over all photos is zero. Nearly dead: active at fewer than one in a thousand places. Saturated: at the " +
      "activation's upper bound at more than 95 % of places. Constant: the same value everywhere. Duplicates: pairs with a " +
      "correlation above 0.999. Channels that a pooling or a concatenation hands on are counted where they are made.",
    refused.length
      ? markdownTable(
          ["Not read", "Why"],
          refused.map(({ image, why }) => [image, why]),
        )
      : "",
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const troubled = ({ dead, nearlyDead, saturated, constant, duplicates }: DeadLayer) =>
  dead.length + nearlyDead.length + saturated.length + constant.length + duplicates.length;

const countText = ({ length }: readonly unknown[]) => (length ? String(length) : "");

const namedText = (channels: readonly number[]) =>
  channels.slice(0, mostNamed).join(", ") + (channels.length > mostNamed ? ", …" : "");
