import { resolve } from "node:path";
import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { chosen, demandNeeded, layersOf, withChannels } from "./making.ts";
import { demandPlaces } from "./places.ts";
import { cardOf, make, outputOf, parametersOf, parseMaking, seedOf, wholeNumber, type Maker } from "./synthesis.ts";

const own = ["layer", "channel"] as const;

/**
 * `glassbox dream MODEL IMAGE [--layer L[:CHANNEL][=WEIGHT]…] [--channel K] [--guide IMAGE] [--octaves N] [--octave-scale S]
 * [--steps N] [--step-size S] [--jitter N] [--seed N] --out FILE.png|.webp|.gif`
 */
export async function dream(
  words: readonly string[],
  client: Maker & Pick<Client<typeof engine>, "open" | "fields">,
  print: (text: string) => void,
): Promise<void> {
  const cards = [cardOf(await client.syntheses(), "deep-dream")] as const;
  const given = parseMaking(words, own, cards, ["layer"]);
  demandPlaces("dream", given.words, ["model", "image"]);
  const [model = "", image = ""] = given.words.map((word) => resolve(word));
  const channel = wholeNumber(given, "channel");
  const parameters = parametersOf(cards[0], given, (flag) => (own as readonly string[]).includes(flag));
  const seed = seedOf(given);
  const output = outputOf(given);
  const layers = await withChannels(layersOf(given, "layer", "either sign") ?? [], model, client);
  demandNeeded(channel, layers);
  const request = {
    technique: "deep-dream",
    model,
    image,
    ...chosen(layers),
    ...(channel !== undefined && { channel }),
    parameters,
    seed,
  };
  await make(client, request, output, print);
}
