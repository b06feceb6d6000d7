import { basename, extname, relative, resolve } from "node:path";
import { usualExamples, type examples, type ExamplesReport, type Extremes } from "../shared/examples.ts";
import { figure } from "../shared/figure.ts";
import { firstOf } from "../shared/first-of.ts";
import { ofGlassbox } from "../shared/of-glassbox.ts";
import { preparationIn, preparedWords } from "../shared/preparation.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { parseArguments, type Flags } from "./arguments.ts";
import { destination, writeTo } from "./destination.ts";
import { lastReport, tellRefused } from "./last-report.ts";
import { demandPlaces } from "./places.ts";
import { nameText, table } from "./table.ts";
import { jsonText, WrongUse } from "./words.ts";

/** Channels that nothing fires, by number; --json has them all. */
const mostNamed = 12;
const flagsTaken: Flags = { layer: "one", channel: "one", count: "one", out: "one", json: "none" };

/** `glassbox fires MODEL FOLDER --layer L [--channel K]`: the photos of a folder that fire a channel most, and where in them. */
export async function fires(
  words: readonly string[],
  client: Pick<Client<typeof examples>, "photoFolder" | "examples" | "patchSheet">,
  print: (text: string) => void,
  complain: (problem: string) => void,
): Promise<void> {
  const { words: paths, flags } = parseArguments(words, flagsTaken);
  demandPlaces("fires", paths, ["model", "folder"]);
  const [model = "", folder = ""] = paths.map((path) => resolve(path));
  const layer = flags.get("layer")?.at(-1);
  if (layer === undefined)
    throw new WrongUse("fires needs --layer and a layer's or a value's name; \"glassbox info\" lists the layers");
  const channel = wholeOf(flags, "channel", 0);
  const count = wholeOf(flags, "count", 1) ?? usualExamples;
  const out = flags.get("out")?.at(-1);
  if (out !== undefined && channel === undefined)
    throw new WrongUse("--out draws the examples of one channel: give --channel");
  if (out !== undefined && extname(out).toLowerCase() !== ".png")
    throw new WrongUse(`--out ${out}: examples are drawn as PNG: give a name that ends in .png`);
  destination(out, undefined, [model], [folder]);

  const { images, madeHere = 0 } = await client.photoFolder({ folder });
  const report = await lastReport(client.examples({ model, layer, images, count }));
  tellRefused(report?.refused ?? [], complain);
  if (!report?.images) throw new Error(`no photo could be shown to ${model}`);
  if (channel !== undefined && channel >= report.channels)
    throw new RangeError(`${layer} has the channels 0 to ${report.channels - 1}; there is no channel ${channel}.`);
  const asked = channel === undefined ? Array.from({ length: report.channels }, (_, c) => c) : [channel];
  const found = asked.map((each) => ({
    channel: each,
    most: examplesOf(report, report.most, each, images),
    least: report.least && examplesOf(report, report.least, each, images),
  }));
  const { images: seen, refused, prepared } = report;
  print(
    flags.has("json")
      ? jsonText({ layer, images: seen, refused, madeHere, ...preparationIn(prepared), channels: found })
      : textOf(),
  );
  if (out === undefined || channel === undefined) return;
  const patches = (found[0]?.most ?? []).map(({ image, place, value }) => ({
    image,
    place,
    words: [basename(image), `${value.toPrecision(4)} at ${place.join(", ")}`], // no raised digits are drawn
  }));
  if (!patches.length) return complain(`${shown(out)} was not written: nothing fires channel ${channel}`);
  const title = [
    `What fires channel ${channel} of ${shown(layer)} in ${shown(basename(model))} most, over ${photosWords(seen)}`,
    "under each: photo, value at row, column of the map",
  ];
  writeTo(out, (await client.patchSheet({ model, layer, patches, title })).png);
  if (!flags.has("json")) print(`wrote ${shown(out)}\n`);

  function textOf(): string {
    const rows = found.flatMap(({ channel: of, most }) =>
      // Of all channels the first example; of one, all.
      (channel === undefined ? most.slice(0, 1) : most).map(({ image, place, value }) => [
        String(of),
        figure(value),
        place.join(", "),
        nameText(relative(folder ?? "", image)),
      ]),
    );
    const silent = found.filter(({ most }) => !most.length).map(({ channel: of }) => of);
    const lines = [
      ...(rows.length ? table([["channel", "value", "row, column", "photo"], ...rows]) : []),
      ...(silent.length
        ? [`nothing fires ${silent.length === 1 ? "channel" : "the channels"} ${firstOf(silent, mostNamed)}`]
        : []),
      "",
      `${nameText(layer ?? "")} over ${photosWords(seen)}`,
      ...(madeHere ? [`left out: ${ofGlassbox(madeHere)}`] : []),
      ...(prepared ? [`seen as ${preparedWords(prepared)}`] : []),
    ];
    return `${lines.join("\n")}\n`;
  }
}

const photosWords = (count: number) => `${count.toLocaleString("en-US")} ${count === 1 ? "photo" : "photos"}`;

function wholeOf(flags: ReadonlyMap<string, readonly string[]>, flag: string, least: number): number | undefined {
  const word = flags.get(flag)?.at(-1);
  if (word === undefined) return undefined;
  const value = Number(word);
  if (!/^\d+$/.test(word) || value < least)
    throw new WrongUse(`--${flag} ${word}: a whole number from ${least} is needed`);
  return value;
}

/** What is known of one channel, the most extreme first. */
function examplesOf({ count }: ExamplesReport, extremes: Extremes, channel: number, images: readonly string[]) {
  return Array.from({ length: count }, (_, i) => channel * count + i).flatMap((at) => {
    const image = images[extremes.photos[at] ?? -1];
    if (image === undefined) return [];
    return [
      { image, place: [extremes.rows[at] ?? 0, extremes.columns[at] ?? 0] as const, value: extremes.values[at] ?? NaN },
    ];
  });
}
