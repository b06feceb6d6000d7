import { failureOf } from "../../src/shared/rpc.ts";
import type { Choice } from "../shared/controls.ts";
import { visible } from "../shared/words.ts";
import type { Looked, Session } from "./session.ts";

const browse = "\u0000browse";

/** The models on offer, the one that looks among them under its own name, and a way to any other. */
export function modelChoices({ card, models, trusted }: Looked): readonly Choice[] {
  const listed = models.some(({ path }) => path === card.path)
    ? models
    : [{ path: card.path, title: card.title, where: "opened" as const }, ...models];
  const choices = listed.map(({ path, title, where }) => {
    const name = path === card.path ? card.title : title;
    const refused = trusted || where === "built in" ? "" : ", not in Restricted Mode";
    return { value: path, text: `${visible(name)} · ${where}${refused}` };
  });
  return [...choices, { value: browse, text: "Browse…", pinned: true }];
}

/** False where the dialog was left or the model was refused, and says why. */
export async function chooseModel(session: Session, choice: string = browse): Promise<boolean> {
  try {
    const path = choice === browse ? await session.host.browseModel(undefined) : choice;
    if (path === undefined) return false;
    await session.host.chooseModel({ path });
    return true;
  } catch (error) {
    session.say(failureOf(error).message, "warning");
    return false;
  }
}
