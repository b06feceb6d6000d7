import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { DeadLayer, DeadReport, inside } from "../shared/inside.ts";
import { isPhoto, photoEndings } from "../shared/photo-endings.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { parseArguments } from "./arguments.ts";
import { table } from "./info.ts";
import { inTerminal, jsonText, WrongUse } from "./words.ts";

const isUsable = (name: string): boolean => isPhoto(name) || name.toLowerCase().endsWith(".npy");

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
  const report = await finalReport(client, model, photosIn(folder));
  for (const { image, why } of report.refused)
    complain(inTerminal(why.includes(basename(image)) ? why : `${image}: ${why}`));
  print(flags.has("json") ? jsonText(plain(report)) : textOf(report));
}

/** Those in folders within it too: data sets keep a folder per class. */
function photosIn(folder: string): readonly string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new RangeError(`${folder} is not a folder`);
  const photos = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(isUsable)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .sort();
  if (!photos.length) throw new RangeError(`${folder} has no photos (${photoEndings.join(", ")}) and no .npy tensors`);
  return photos;
}

async function finalReport(
  client: Pick<Client<typeof inside>, "dead">,
  model: string,
  images: readonly string[],
): Promise<DeadReport> {
  let report: DeadReport = { kind: "report", images: 0, refused: [], layers: [] };
  try {
    for await (const update of client.dead({ model, images }))
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

const counted = ["dead", "nearlyDead", "saturated", "constant", "duplicates"] as const;
const headings = ["layer", "channels", "dead", "nearly dead", "saturated", "constant", "duplicates"];

function textOf({ images, layers }: DeadReport): string {
  if (!images) return "no photo could be read\n";
  const rows = layers.map((layer) => [
    shown(layer.layer),
    String(layer.channels),
    ...counted.map((kind) => (layer[kind].length ? String(layer[kind].length) : "")),
  ]);
  const sum = (of: (layer: DeadLayer) => number) =>
    layers.filter(({ own }) => own).reduce((total, layer) => total + of(layer), 0);
  const count = (n: number) => n.toLocaleString("en-US");
  const never = `${count(sum(({ dead }) => dead.length))} of ${count(sum(({ channels }) => channels))} channels are dead, each counted where it is made`;
  return `${[...table([headings, ...rows]), "", `${never}: zero everywhere on ${count(images)} ${images === 1 ? "photo" : "photos"}`].join("\n")}\n`;
}

/** As `--json` prints it: typed arrays are lists there. */
const plain = ({ images, refused, layers }: DeadReport) => ({
  images,
  refused,
  layers: layers.map((layer) => ({ ...layer, places: Array.from(layer.places), photos: Array.from(layer.photos) })),
});
