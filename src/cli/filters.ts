import { basename, extname, resolve } from "node:path";
import { figure } from "../shared/figure.ts";
import { kindWords, medianWords, orderWords, scaleWords, usualScale } from "../shared/filter-words.ts";
import type { FilterCard, FilterScale, inside } from "../shared/inside.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { parseArguments, type Flags } from "./arguments.ts";
import { destination, writeTo } from "./destination.ts";
import { demandPlaces } from "./places.ts";
import { nameText, table } from "./table.ts";
import { jsonText, percent, WrongUse } from "./words.ts";

const flagsTaken: Flags = { layer: "one", scale: "one", out: "one", json: "none" };

/** `glassbox filters MODEL --layer L [--scale all|each] [--out PNG] [--json]`: what a layer's weights look like, and what is wrong with them. */
export async function filters(
  words: readonly string[],
  client: Pick<Client<typeof inside>, "filters" | "filterSheet">,
  print: (text: string) => void,
): Promise<void> {
  const { words: files, flags } = parseArguments(words, flagsTaken);
  demandPlaces("filters", files, ["model"]);
  const [file = ""] = files;
  const [layer, scale, out] = ["layer", "scale", "out"].map((flag) => flags.get(flag)?.at(-1));
  if (layer === undefined)
    throw new WrongUse("filters needs --layer and a layer's or a weight's name; \"glassbox info\" lists the layers");
  if (scale !== undefined && !isScale(scale))
    throw new WrongUse(`--scale ${scale}: "all", one scale for all filters, or "each", for each its own`);
  if (out !== undefined && extname(out).toLowerCase() !== ".png")
    throw new WrongUse(`--out ${out}: filters are drawn as PNG: give a name that ends in .png`);
  destination(out, undefined, [file]);
  const request = { model: resolve(file), layer };
  const card = await client.filters(request);
  if (scale === "each" && !card.own)
    throw new WrongUse(`--scale each has no effect here: ${layer} is drawn as one picture, not filter by filter`);
  const drawn = scale ?? usualScale(card);
  const sheet = out === undefined ? undefined : await client.filterSheet({ ...request, scale: drawn });
  if (out !== undefined && sheet) writeTo(out, sheet.png);
  if (flags.has("json")) return print(jsonText(resultOf(card)));
  const lines = [
    `${layer} of ${basename(file)}: ${shapeWords(card)}, ${nameText(card.weight)}${card.colors ? `; read ${orderWords(card.colors)}` : ""}`,
    verdictWords(card),
    "",
    ...table([["channel", "norm", "roughness", ""], ...rowsOf(card)]),
    ...(card.allCompared ? [] : ["! There are too many alike, or too many filters, to name every two that are alike."]),
    ...(out === undefined ? [] : [`wrote ${out}: ${kindWords(card)}`, `  ${scaleWords(card, drawn, figure)}`]),
  ];
  print(`${lines.map((line) => shown(line, Infinity)).join("\n")}\n`);
}

const isScale = (word: string): word is FilterScale => word === "all" || word === "each";

/** As `--json` prints it. The pictures are for the eye: `--out` draws them. */
function resultOf({ pictures: _pictures, own: _own, norms, roughness, median, threshold, ...card }: FilterCard) {
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    ...card,
    norms: Array.from(norms, known),
    roughness: Array.from(roughness, known),
    median: known(median),
    threshold: known(threshold),
  };
}

function shapeWords({ shape: [outs, ins, height, width], groups, kind }: FilterCard): string {
  if (kind === "linear") return `a matrix of ${outs} × ${ins}`;
  const each = groups > 1 ? `${ins} of ${ins * groups}` : String(ins);
  return `${outs} filters of ${height} × ${width} over ${each} ${ins === 1 && groups === 1 ? "channel" : "channels"}${kind === "depthwise" && groups > 1 ? ", depthwise" : ""}`;
}

function verdictWords(card: FilterCard): string {
  const faults = `${card.dead.length} dead, ${card.duplicates.length} pairs alike`;
  return [card.verdict, medianWords(card, percent), faults].filter((words) => words !== undefined).join(". ");
}

const rowsOf = ({ norms, roughness, dead, duplicates }: FilterCard): string[][] =>
  Array.from(norms, (norm, channel) => {
    const alike = duplicates.flatMap(({ a, b, cosine }) =>
      a === channel ? [`as ${b} (${cosine.toFixed(3)})`] : b === channel ? [`as ${a} (${cosine.toFixed(3)})`] : [],
    );
    const rough = roughness[channel] ?? NaN;
    return [
      String(channel),
      figure(norm),
      Number.isFinite(rough) ? rough.toFixed(3) : "",
      [...(dead.includes(channel) ? ["dead"] : []), ...alike].join(", "),
    ];
  });
