import type { Beside } from "../../src/shared/synthesis.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { paint } from "./drawn.ts";
import type { View } from "./view.ts";

/** The difference from what it began with, and that itself. */
const heading = "What was changed";

/** Pictures that belong to the result. */
export function beside({ session }: View): Region {
  const element = h("section", { class: "beside", "aria-label": heading, hidden: true });
  const update = whenChanged(
    () => [session.beside, session.enlarged],
    () => {
      element.hidden = !session.beside.length;
      const focused = element.contains(document.activeElement);
      const enlarge = (key: string | undefined) => {
        session.enlarge(key);
        document.querySelector(".stage")?.scrollIntoView({ block: "nearest" }); // in a narrow panel it lies far above
      };
      const shown = session.beside.map((one) => thumbnail(one, one.key === session.enlarged, enlarge));
      fill(element, h("h2", {}, heading), h("div", { class: "pairs" }, ...shown));
      if (focused) element.querySelector<HTMLElement>("[aria-pressed=true], button")?.focus({ preventScroll: true });
    },
  );
  return { element, update };
}

function thumbnail(
  { key, title, picture }: Beside,
  pressed: boolean,
  enlarge: (key: string | undefined) => void,
): HTMLElement {
  const canvas = h("canvas", { "aria-hidden": "true" });
  canvas.style.setProperty("--ratio", String(picture.width / picture.height));
  paint(canvas, picture);
  const name = visible(title);
  return h(
    "button",
    {
      type: "button",
      class: "picture",
      "aria-pressed": String(pressed),
      title: pressed ? "Back to the picture" : `${name}: show it in large`,
      onclick: () => enlarge(pressed ? undefined : key),
    },
    canvas,
    h("span", {}, name),
  );
}
