import { makesAnother, recipeWords } from "../../src/shared/opened-recipe.ts";
import type { Session } from "./session.ts";
import { beginWord } from "./words.ts";

/** Says of each recipe that is opened what comes of it. Of the files that it names the host tells by itself. */
export async function tellRecipes(session: Session): Promise<void> {
  for await (const opened of session.host.openedRecipes(undefined))
    // What leads to another picture stays until it is read.
    session.say(recipeWords(opened, beginWord(session)), makesAnother(opened) ? "warning" : "info");
}
