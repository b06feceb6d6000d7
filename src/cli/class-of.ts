import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { classNumber } from "./target.ts";
import { inTerminal } from "./words.ts";

/** The class that a person names, by its number or its label, for a request. */
export async function classOf(asked: string, model: string, client: Pick<Client<typeof engine>, "open">) {
  const { labels, classes = 0, path } = await client.open({ model });
  if (!classes) throw new RangeError(`${path} has no classes`);
  try {
    return { target: classNumber(asked, labels, classes) };
  } catch (error) {
    throw new RangeError(`${path}: ${inTerminal(error instanceof Error ? error.message : String(error))}`);
  }
}
