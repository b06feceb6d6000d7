import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { classOf } from "./class-of.ts";
import { destination, isPng, isSameFile, writeTo } from "./destination.ts";
import { asked, type Making } from "./making.ts";
import { make, type Maker } from "./synthesis.ts";
import { WrongUse } from "./words.ts";

export const making: Making = {
  name: "adversarial",
  technique: "adversarial-example",
  places: ["model", "image"],
  own: ["target", "difference"],
  implied: ["towards"],
};

/**
 * `glassbox adversarial MODEL IMAGE [--target CLASS] [--epsilon E] [--PARAMETER VALUE…] [--seed N] --out FILE
 * [--difference FILE.png]`; without a target any other class will do.
 */
export async function adversarial(
  words: readonly string[],
  client: Maker & Pick<Client<typeof engine>, "open">,
  print: (text: string) => void,
): Promise<void> {
  const { given, paths, output, request } = await asked(making, words, client);
  const [model = "", image = ""] = paths;
  const wanted = given.flags.get("target")?.at(-1);
  const difference = given.flags.get("difference")?.at(-1);
  if (difference !== undefined) demandOwnFile(difference, output.path, [model, image]);
  const target = wanted === undefined ? undefined : await classOf(wanted, model, client);
  const towards = target ? "class" : "any";
  const { beside = [], recipe } = await make(client, { ...request({ towards }), image, ...target }, output, print);
  const picture = beside.find(({ key }) => key === "difference")?.picture;
  if (difference !== undefined && picture)
    print(`wrote ${writeTo(difference, await client.pictureFile({ picture, recipe }))}: the difference, enlarged\n`);
}

/** Found out before anything is computed: that it can be written, and takes the place of no other. */
function demandOwnFile(difference: string, out: string, read: readonly string[]): void {
  if (!isPng(difference)) throw new WrongUse(`--difference ${difference}: give a name that ends in .png`);
  destination(undefined, difference, read);
  if (isSameFile(difference, out))
    throw new WrongUse(`--difference ${difference} is the file of --out: give each a name of its own`);
}
