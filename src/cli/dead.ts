import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { faultKinds, meanOf } from "../shared/dead.ts";
import type { DeadLayer, DeadReport, inside } from "../shared/inside.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { parseArguments } from "./arguments.ts";
import { table } from "./info.ts";
import { channelLines } from "./dead-channels.ts";
import { inTerminal, jsonText, percent, WrongUse } from "./words.ts";

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
  const report = await finalReport(client, model, folder);
  for (const { image, why } of report.refused)
    complain(inTerminal(why.includes(basename(image)) ? why : `${image}: ${why}`));
  print(flags.has("json") ? jsonText(plain(report)) : textOf(report));
}

async function finalReport(
  client: Pick<Client<typeof inside>, "dead">,
  model: string,
  folder: string,
): Promise<DeadReport> {
  let report: DeadReport = { kind: "report", images: 0, refused: [], layers: [] };
  try {
    for await (const update of client.dead({ model, folder }))
      if (update.kind === "report") report = update;
      else progress(`${update.done} of ${update.total} photos`);
  } finally {
    progress("");
  }
  return report;
}

/** On one line that is written over again and gone in the end; a file or a pipe gets none. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

const headings = ["layer", "channels", "dead", "nearly dead", "saturated", "constant", "duplicates", "NaN"];

function textOf({ images, layers }: DeadReport): string {
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
  ];
  return `${lines.join("\n")}\n`;
}

/** As `--json` prints it: typed arrays are lists there. */
const plain = ({ images, refused, layers }: DeadReport) => ({
  images,
  refused,
  layers: layers.map((layer) => ({ ...layer, places: Array.from(layer.places), photos: Array.from(layer.photos) })),
});
