import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import "./prepared-line.css";
import type { View } from "./view.ts";

/** How the photo became what the network sees, and whether that is a guess: then with the way to where it can be checked. */
export function preparedLine({ session }: View): Region {
  const element = h("p", { class: "prepared dim", hidden: true });
  const check = () => void session.attempt(() => session.host.checkPreparation(undefined));
  const update = whenChanged(
    () => [session.photo.value],
    () => {
      const { prediction } = session.photo.value ?? {};
      element.hidden = !prediction;
      if (!prediction) return fill(element);
      fill(
        element,
        visible(prediction.preparationWords),
        ...(prediction.preparationFrom === "guess"
          ? [
              h("span", { class: "warning-text" }, " (a guess) "),
              link("Check it", check, "Check it: explain the photo, where each way to prepare it can be tried"),
            ]
          : []),
      );
    },
  );
  return { element, update };
}
