import type { ModelCard, ModelChoice } from "../../src/shared/protocol.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import type { Choice } from "../shared/controls.ts";
import { visible } from "../shared/words.ts";
import type { Session } from "./session.ts";

const browse = "\u0000browse";

/** The models on offer and a way to any other; the one that looks (`now`) is among them, under its own name. */
export function modelChoices(
  models: readonly ModelChoice[],
  trusted: boolean,
  now?: Pick<ModelCard, "path" | "title">,
): readonly Choice[] {
  const listed =
    now === undefined || models.some(({ path }) => path === now.path)
      ? models
      : [{ ...now, where: "opened" as const }, ...models];
  const choices = listed.map(({ path, title, where }) => {
    const name = path === now?.path ? now.title : title;
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
