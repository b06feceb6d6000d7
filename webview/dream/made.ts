import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { parameterWords } from "../shared/relevant.ts";
import { visible } from "../shared/words.ts";
import type { View } from "./view.ts";
import { recipeText } from "./words.ts";

/**
 * What the picture is made of and with, the choices that were left to the technique among it; first what is looked at in its
 * place, if anything is.
 */
export function made({ session }: View): Region {
  const element = h("p", { class: "made dim", hidden: true });
  const update = whenChanged(
    () => [JSON.stringify(session.recipe), session.techniques, session.enlarged],
    () => {
      const { recipe, enlarged } = session;
      element.hidden = !recipe;
      if (!recipe) return;
      const card = session.techniques.find(({ id }) => id === recipe.technique);
      const text = visible(recipeText(recipe, card));
      const inPlace = session.beside.find(({ key }) => key === enlarged);
      const back = () => link("Back to the picture", () => session.enlarge(undefined));
      fill(element, ...(inPlace ? [h("strong", {}, visible(inPlace.title)), " · ", back(), " · ", text] : [text]));
      element.title = [text, ...parameterWords(card?.parameters ?? {}, recipe.parameters)].join("\n");
    },
  );
  return { element, update };
}
