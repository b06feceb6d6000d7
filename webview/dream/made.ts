import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { parameterWords } from "../shared/relevant.ts";
import { visible } from "../shared/words.ts";
import { networksView } from "./networks-view.ts";
import type { View } from "./view.ts";
import { recipeText } from "./words.ts";

/**
 * What the picture is made of and with, the choices that were left to the technique among it; first what is looked at in its
 * place, if anything is.
 */
export function made({ session }: View): Region {
  const element = h("p", { class: "made dim" });
  const update = whenChanged(
    () => [
      JSON.stringify(session.recipe),
      session.techniques,
      session.enlarged,
      session.state === undefined,
      networksView(session)?.text,
    ],
    () => {
      const { recipe, enlarged, state, looks } = session;
      element.title = "";
      if (!recipe) return fill(element, state ? "" : visible(looks.last?.made ?? ""));
      const card = session.techniques.find(({ id }) => id === recipe.technique);
      const text = [visible(recipeText(recipe, card)), networksView(session)?.text]
        .filter((part) => part !== undefined)
        .join(" · ");
      const inPlace = session.beside.find(({ key }) => key === enlarged);
      const back = () => link("Back to the picture", () => session.enlarge(undefined));
      fill(element, ...(inPlace ? [h("strong", {}, visible(inPlace.title)), " · ", back(), " · ", text] : [text]));
      element.title = [text, ...parameterWords(card?.parameters ?? {}, recipe.parameters)].join("\n");
    },
  );
  return { element, update };
}
