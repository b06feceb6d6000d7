import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { classOf } from "./class-of.ts";
import { destination, writeTo } from "./destination.ts";
import { asked, type Making } from "./making.ts";
import { make, type Maker } from "./synthesis.ts";

export const making: Making = {
  name: "adversarial",
  technique: "adversarial-example",
  words: "one model and one image",
  count: [2, 2],
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
  if (difference !== undefined) destination(undefined, difference);
  const target = wanted === undefined ? undefined : await classOf(wanted, model, client);
  const towards = target ? "class" : "any";
  const { beside = [], recipe } = await make(client, { ...request({ towards }), image, ...target }, output, print);
  const picture = beside.find(({ key }) => key === "difference")?.picture;
  if (difference !== undefined && picture)
    print(`wrote ${writeTo(difference, await client.pictureFile({ picture, recipe }))}: the difference, enlarged\n`);
}
