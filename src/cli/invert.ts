import { asked, layersOf, type Making } from "./making.ts";
import { sheetWords } from "./sheet-words.ts";
import { make, type Maker } from "./synthesis.ts";

export const making: Making = {
  name: "invert",
  technique: "inversion",
  places: ["model", "image"],
  own: ["layer"],
  several: ["layer"],
};

/** `glassbox invert MODEL IMAGE [--layer L…] [--row N] [--PARAMETER VALUE…] [--seed N] --out FILE`; several layers make a row. */
export async function invert(words: readonly string[], client: Maker, print: (text: string) => void): Promise<void> {
  const { given, paths, output, request, demandSay } = await asked(making, words, client);
  const layers = layersOf(given, "layer", "none") ?? [];
  const [, image = ""] = paths;
  const [only] = layers;
  const where = layers.length > 1 ? { layers } : only && { layer: only.name };
  if (layers.length > 1) demandSay(layers);
  const { sheet } = await make(client, { ...request(), image, ...where }, output, print);
  if (sheet) print(`  ${sheetWords(sheet)}\n`);
}
