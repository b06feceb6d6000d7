import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { classOf } from "./class-of.ts";
import { asked, type Making } from "./making.ts";
import { make, type Maker } from "./synthesis.ts";
import { WrongUse } from "./words.ts";

export const making: Making = {
  name: "fool",
  technique: "fooling-image",
  places: ["model", "image"],
  least: 1,
  own: ["target"],
  implied: ["photo"],
};

/** `glassbox fool MODEL --target CLASS [IMAGE] [--epsilon E] [--PARAMETER VALUE…] [--seed N] --out FILE`; without an image from noise. */
export async function fool(
  words: readonly string[],
  client: Maker & Pick<Client<typeof engine>, "open">,
  print: (text: string) => void,
): Promise<void> {
  const { given, paths, output, request } = await asked(making, words, client);
  const [model = "", photo = ""] = paths;
  const wanted = given.flags.get("target")?.at(-1);
  if (wanted === undefined) throw new WrongUse("fool needs --target and a class");
  await make(client, { ...request({ photo }), ...(await classOf(wanted, model, client)) }, output, print);
}
