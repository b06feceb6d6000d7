import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { everything } from "../shared/viewport.ts";
import type { Viewport } from "../shared/viewport.ts";
import { firstLook } from "./frame.ts";
import { viewportOf } from "./view.ts";
import type { View } from "./view.ts";

/** Under a photo that is a mere line when it is shown whole: that a part of it is shown, and the way to the whole and back. */
export function partLine(view: View, look: (viewport: Viewport) => void): Region {
  const { session } = view;
  const element = h("p", { class: "part", hidden: true });
  const update = whenChanged(
    () => [session.looked, viewportOf(view).zoom > 1],
    () => {
      const { prediction } = session.looked ?? {};
      const first = prediction && firstLook(prediction);
      element.hidden = !first || first.zoom <= 1;
      if (!first || first.zoom <= 1) return;
      if (viewportOf(view).zoom > 1)
        fill(
          element,
          "A part of a long photo: drag it along. ",
          link("Show all of it", () => look(everything)),
        );
      else
        fill(
          element,
          "All of a long photo. ",
          link("Look closer", () => look(first)),
        );
    },
  );
  return { element, update };
}
