import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { View } from "./view.ts";

/** Under the photo: its size, how it is prepared, and what was done to read it. */
export function preparationLine({ session }: View): Region {
  const element = h("figcaption", { class: "preparation" });
  const update = whenChanged(
    () => [session.looked],
    () => {
      const { prediction } = session.looked ?? {};
      if (!prediction) return fill(element);
      const [width, height] = prediction.photo;
      fill(
        element,
        `${width} × ${height} → ${visible(prediction.preparationWords)}`,
        prediction.preparationFrom === "guess" ? h("span", { class: "warning-text" }, " · guessed") : undefined,
        prediction.preparationFrom === "chosen" ? " · chosen by you" : undefined,
        ...prediction.remarks.map((remark) => h("span", {}, ` · ${visible(remark)}`)),
      );
    },
  );
  return { element, update };
}
