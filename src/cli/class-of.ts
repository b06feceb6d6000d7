import { noClassesWords } from "../shared/no-classes.ts";
import type { engine, ModelCard } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { classNumber } from "./target.ts";
import { inTerminal } from "./words.ts";

/** The class that a person names, by its number or its label, for a request. */
export async function classOf(asked: string, model: string, client: Pick<Client<typeof engine>, "open">) {
  return { target: classIn(asked, await client.open({ model })) };
}

/** Its number. */
export function classIn(asked: string, { labels, classes = 0, path, scoreTrouble }: ModelCard): number {
  if (!classes) throw new RangeError(inTerminal(noClassesWords(path, scoreTrouble)));
  try {
    return classNumber(asked, labels, classes);
  } catch (error) {
    throw new RangeError(`${path}: ${inTerminal(error instanceof Error ? error.message : String(error))}`);
  }
}

/** In place of the classes of a network for which none are known. */
export const noClasses = ({ scoreTrouble }: Pick<ModelCard, "scoreTrouble">): string =>
  scoreTrouble === undefined ? "no classes" : `its scores cannot be computed: ${scoreTrouble}`;
