import { statSync } from "node:fs";
import { resolve } from "node:path";
import { faultKinds, meanOf } from "../shared/dead.ts";
import type { DeadLayer, DeadReport, inside } from "../shared/inside.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { parseArguments } from "./arguments.ts";
import { table } from "./info.ts";
import { channelLines } from "./dead-channels.ts";
import { lastReport, tellRefused } from "./last-report.ts";
import { jsonText, percent, WrongUse } from "./words.ts";

/** `glassbox dead MODEL FOLDER [--json]`: which channels never fire over the photos of a folder, and their kin. */
export async function dead(
  words: readonly string[],
  client: Pick<Client<typeof inside>, "dead">,
  print: (text: string) => void,
  complain: (problem: string) => void,
): Promise<void> {
  const { words: paths, flags } = parseArguments(words, (flag) => (flag === "json" ? "none" : undefined));
  const [model, folder, ...more] = paths.map((path) => resolve(path));
  if (model === undefined || folder === undefined || more.length) throw new WrongUse("dead needs a model and a folder");
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new RangeError(`${folder} is not a folder`);
  const nothing: DeadReport = { kind: "report", images: 0, refused: [], layers: [] };
  const report = (await lastReport(client.dead({ model, folder }))) ?? nothing;
  tellRefused(report.refused, complain);
  print(flags.has("json") ? jsonText(plain(report)) : textOf(report));
}

const headings = ["layer", "channels", "dead", "nearly dead", "saturated", "constant", "duplicates", "NaN"];

function textOf({ images, layers, uncomputed = [] }: DeadReport): string {
  if (!images) return "no photo could be read\n";
  const rows = layers.map((layer) => [
    shown(layer.layer),
    String(layer.channels),
    ...faultKinds.map((kind) => (layer[kind].length ? String(layer[kind].length) : "")),
    percent(meanOf(layer.places)),
    percent(meanOf(layer.photos)),
  ]);
  const sum = (of: (layer: DeadLayer) => number) =>
    layers.filter(({ own }) => own).reduce((total, layer) => total + of(layer), 0);
  const count = (n: number) => n.toLocaleString("en-US");
  const never = `${count(sum(({ dead }) => dead.length))} of ${count(sum(({ channels }) => channels))} channels are dead, each counted where it is made`;
  const lines = [
    ...table([[...headings, "active places", "active photos"], ...rows]),
    "",
    ...layers.flatMap(channelLines),
    `${never}: zero everywhere on ${count(images)} ${images === 1 ? "photo" : "photos"}`,
    ...uncomputedLines(uncomputed),
  ];
  return `${lines.join("\n")}\n`;
}

/** Characters of the reason; "glassbox info" has all of it. */
const longestReason = 150;
/** Of more layers than this the rest goes unnamed. */
const mostNames = 4;

/** Layers of one reason on one line. */
function uncomputedLines(uncomputed: NonNullable<DeadReport["uncomputed"]>): string[] {
  return [...new Set(uncomputed.map(({ why }) => why))].map((why) => {
    const layers = uncomputed.filter((each) => each.why === why);
    const names = layers.slice(0, mostNames).map(({ layer }) => shown(layer));
    if (layers.length > mostNames) names.push("…");
    const count = layers.length === 1 ? "1 layer" : `${layers.length} layers`;
    return `${count} could not be computed (${names.join(", ")}): ${shown(why, longestReason)}`;
  });
}

/** As `--json` prints it: typed arrays are lists there. */
const plain = ({ images, refused, layers, uncomputed = [] }: DeadReport) => ({
  images,
  refused,
  layers: layers.map((layer) => ({ ...layer, places: Array.from(layer.places), photos: Array.from(layer.photos) })),
  uncomputed,
});
