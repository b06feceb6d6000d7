import { resolve } from "node:path";
import { layersOf } from "./making.ts";
import { cardOf, make, outputOf, parametersOf, parseMaking, wholeNumber, type Maker } from "./synthesis.ts";
import { WrongUse } from "./words.ts";

const own = ["layer", "channel"] as const;

/**
 * `glassbox dream MODEL IMAGE [--layer L[=WEIGHT]…] [--channel K] [--guide IMAGE] [--octaves N] [--octave-scale S] [--steps N]
 * [--step-size S] [--jitter N] [--seed N] --out FILE.png|.webp|.gif`
 */
export async function dream(words: readonly string[], client: Maker, print: (text: string) => void): Promise<void> {
  const cards = [cardOf(await client.syntheses(), "deep-dream")] as const;
  const given = parseMaking(words, own, cards, ["layer"]);
  const [model, image, ...more] = given.words.map((word) => resolve(word));
  if (model === undefined || image === undefined || more.length)
    throw new WrongUse("dream needs one model and one image");
  const layers = layersOf(given, "layer", "either sign") ?? [];
  const [first] = layers;
  const channel = wholeNumber(given, "channel");
  const parameters = parametersOf(cards[0], given, (flag) => (own as readonly string[]).includes(flag));
  const seed = wholeNumber(given, "seed") ?? 0;
  const output = outputOf(given);
  const request = {
    technique: "deep-dream",
    model,
    image,
    ...(first && { layer: first.name }),
    ...((layers.length > 1 || (first && first.weight !== 1)) && { layers }),
    ...(channel !== undefined && { channel }),
    parameters,
    seed,
  };
  await make(client, request, output, print);
}
