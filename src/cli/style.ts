import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { asked, layersOf, type Making } from "./making.ts";
import { make, type Maker } from "./synthesis.ts";
import { WrongUse } from "./words.ts";

export const making: Making = {
  name: "style",
  technique: "style-transfer",
  places: ["model", "image", "image"],
  least: 2, // a network that was made to paint has a style of its own
  own: ["layer", "style-layer"],
  several: ["style-layer"],
  implied: ["style"],
};

/**
 * `glassbox style MODEL CONTENT --out FILE` for a network that was made to repaint photos; for any other
 * `glassbox style MODEL CONTENT STYLE [--layer L] [--style-layer L[=WEIGHT]…] [--size N|photo] [--PARAMETER VALUE…]
 * [--seed N] --out FILE`; `--layer` is where the content is kept.
 */
export async function style(
  words: readonly string[],
  client: Maker & Pick<Client<typeof engine>, "open">,
  print: (text: string) => void,
): Promise<void> {
  const { given, paths, output, request } = await asked(making, words, client);
  const [model = "", image = "", styled] = paths;
  if (styled === undefined) {
    const flag = [...given.flags.keys()].find((name) => name !== "out" && name !== "seed");
    if (flag !== undefined) throw new WrongUse(`--${flag} has no effect without the image whose style is wanted`);
    if ((await client.open({ model })).classes !== undefined)
      throw new WrongUse(
        "style needs the image whose style is wanted: style MODEL CONTENT STYLE; only a network that was made to paint has a style of its own",
      );
    await make(client, { technique: "style-network", model, image, parameters: {} }, output, print);
    return;
  }
  const layer = given.flags.get("layer")?.at(-1);
  const layers = layersOf(given, "style-layer", "positive");
  const where = { ...(layer !== undefined && { layer }), ...(layers && { layers }) };
  await make(client, { ...request({ style: styled }), image, ...where }, output, print);
}
