import { basename, extname, resolve } from "node:path";
import { drawnChannels } from "../shared/drawn-channels.ts";
import { verdicts, type FeatureMaps } from "../shared/inside.ts";
import { encodeNpy } from "../shared/npy.ts";
import { figure } from "../shared/figure.ts";
import type { Client } from "../shared/rpc.ts";
import { firstOf } from "../shared/first-of.ts";
import { preparedWords } from "../shared/preparation.ts";
import type { engine } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";
import { shapeText } from "../shared/tensor.ts";
import { zeroedWords } from "../shared/zeroed-inputs.ts";
import { parseArguments, type Flags } from "./arguments.ts";
import { destination, writeTo } from "./destination.ts";
import { demandPlaces } from "./places.ts";
import { nameText } from "./table.ts";
import { inTerminal, percent, WrongUse } from "./words.ts";

const flagsTaken: Flags = { layer: "one", raw: "one", out: "one" };
/** Channels of one verdict that a terminal shows; a file or a pipe has them all. */
const mostNamed = 12;

/** `glassbox features MODEL IMAGE|TENSOR.npy --layer L [--raw FILE.npy] [--out PNG]`: a layer's maps on one photo. */
export async function features(
  words: readonly string[],
  client: Pick<Client<typeof engine>, "features" | "activation" | "featureSheet" | "open">,
  print: (text: string) => void,
  _complain?: unknown,
  onTerminal: boolean = process.stdout.isTTY,
  remark: (text: string) => void = (text) => process.stderr.write(text),
): Promise<void> {
  const { words: files, flags } = parseArguments(words, flagsTaken);
  demandPlaces("features", files, ["model", "image"]);
  const [model = "", image = ""] = files.map((file) => resolve(file));
  const [layer, raw, out] = ["layer", "raw", "out"].map((flag) => flags.get(flag)?.at(-1));
  if (layer === undefined)
    throw new WrongUse("features needs --layer and a layer's or a value's name; \"glassbox info\" lists the layers");
  if (out !== undefined && extname(out).toLowerCase() !== ".png")
    throw new WrongUse(`--out ${out}: maps are drawn as PNG: give a name that ends in .png`);
  destination(out, raw, [model, image]);
  const request = { model, image, layer };
  const zeroed = zeroedWords(await client.open({ model }));
  const maps = await client.features({ ...request, channels: [] });
  const lines = [
    `${nameText(layer)} of ${basename(model)} on ${basename(image)}: ${description(maps)}`,
    ...(maps.prepared ? [`  seen as ${preparedWords(maps.prepared)}`] : []),
    ...counted(maps, onTerminal ? mostNamed : Infinity),
  ];
  if (raw !== undefined) {
    const numbers = await client.activation(request);
    lines.push(`  wrote ${writeTo(raw, encodeNpy(numbers))}: float32, ${shapeText(numbers.shape)}`);
  }
  if (out !== undefined) {
    const sheet = await client.featureSheet(request);
    if (!sheet) throw new Error(`${out} was not written: none of the layer's values is a finite number.`);
    const { png, tiles, channels, low, high, clipped } = sheet;
    const drawn = tiles.length;
    lines.push(
      `  wrote ${writeTo(out, png)}: ${drawnChannels(drawn, channels)}`,
      `  one scale: ${figure(low)} to ${figure(high)}${clipped ? "; what lies beyond, in channels much louder than the others, has the colour of the end" : ""}`,
      ...(drawn > 1 ? [`  ${orderWords(tiles)}`] : []),
    );
  }
  if (zeroed !== undefined) remark(`glassbox: ${inTerminal(zeroed)}\n`);
  print(`${lines.map((line) => shown(line, Infinity)).join("\n")}\n`);
}

const orderWords = (tiles: readonly number[]): string =>
  tiles.every((channel, i) => channel === i) ? `in order: 0 to ${tiles.length - 1}` : `row by row: ${tiles.join(", ")}`;

function description({ arrangement: { kind, shape, remark }, statistics }: FeatureMaps): string {
  const { least, greatest, zeros, broken } = statistics;
  const finite = (values: Float32Array) => values.filter((_, c) => broken[c] === 0);
  const low = finite(least).reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite(greatest).reduce((a, b) => Math.max(a, b), -Infinity);
  const mean = zeros.reduce((sum, share) => sum + share, 0) / Math.max(1, zeros.length);
  const range = low <= high ? `, ${figure(low)} to ${figure(high)}` : "";
  return `${kind} ${shapeText(shape)}${range}, ${percent(mean)} zero${remark ? ` (${remark})` : ""}`;
}

/** "  3 dead: 7, 22, 31" */
function counted({ statistics: { verdict } }: FeatureMaps, most: number): string[] {
  return verdicts.flatMap((name, index) => {
    const those = Array.from(verdict.keys()).filter((c) => verdict[c] === index);
    if (index === 0 || !those.length) return [];
    return [`  ${those.length} ${name}: ${firstOf(those, most)}`];
  });
}
