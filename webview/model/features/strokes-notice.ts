import { link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { count } from "../../shared/words.ts";
import type { View } from "../view.ts";

/**
 * What the brush did to the photo stays when it is put down; so it is said, wherever the photo is looked through, as
 * `isSeen` tells. `refocus` puts the focus where a person goes on when it is taken off.
 */
export function strokesNotice({ session }: View, isSeen: () => boolean, refocus: () => void): Region {
  const element = h("p", { class: "strokes-notice", role: "status", hidden: true });
  const remove = () => {
    const { compare, sort } = session.remembered;
    const nothing = compare === "brushed" && { compare: "nothing" as const };
    session.remember({ strokes: [], ...nothing, ...(nothing && sort === "most different" && { sort: "most active" }) });
    refocus(); // this line goes, and the focus would go with it
  };
  const strokes = () => session.remembered.strokes.length;
  const isNeeded = () => strokes() > 0 && isSeen();
  const update = whenChanged(
    () => [strokes(), isNeeded()],
    () => {
      element.hidden = !isNeeded();
      fill(
        element,
        `Seen through the photo with ${count(strokes(), "brush stroke")} on it. `,
        link(strokes() === 1 ? "Remove the stroke" : "Remove the strokes", remove),
      );
    },
  );
  return { element, update };
}
