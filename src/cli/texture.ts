import { asked, layersOf, type Making } from "./making.ts";
import { make, type Maker } from "./synthesis.ts";

export const making: Making = {
  name: "texture",
  technique: "texture-synthesis",
  places: ["model", "image"],
  own: ["layer"],
  several: ["layer"],
};

/** `glassbox texture MODEL IMAGE [--layer L[=WEIGHT]…] [--size N] [--PARAMETER VALUE…] [--seed N] --out FILE` */
export async function texture(words: readonly string[], client: Maker, print: (text: string) => void): Promise<void> {
  const { given, paths, output, request, demandSay } = await asked(making, words, client);
  const layers = layersOf(given, "layer", "positive");
  demandSay(layers);
  const [, image = ""] = paths;
  await make(client, { ...request(), image, ...(layers && { layers }) }, output, print);
}
