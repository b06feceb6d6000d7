import type { Explained } from "../../src/shared/dream-panel.ts";
import { button } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { percent, shortLabel, visible } from "../shared/words.ts";
import { networksView } from "./networks-view.ts";
import type { View } from "./view.ts";

/** What the network says of the result and of the original, next to one another. */
export function opinions({ session }: View): Region {
  const element = h("section", { class: "opinions", "aria-label": "What the network sees", hidden: true });
  const urls = new Set<string>();
  const update = whenChanged(
    () => [session.explained, session.canExplain, session.frame],
    () => {
      element.hidden = !session.canExplain;
      for (const url of urls) URL.revokeObjectURL(url);
      urls.clear();
      if (element.hidden) return fill(element);
      const { explained, frame } = session;
      const current = explained?.frame === frame ? explained : undefined;
      fill(element, h("h2", {}, "What the network sees"), ...told(current));
    },
  );
  function told(explained: typeof session.explained): readonly HTMLElement[] {
    if (!explained) return [button("Explain it", () => void session.explain())];
    const { both } = explained;
    if (!both) return [h("p", { class: "dim" }, "Looking…")];
    const original = both.original && opinion("Original", both.original, urls);
    const pair = h("div", { class: "pairs" }, original, opinion("Result", both.result, urls));
    const { shown, recipe } = session;
    // The photo is shown as it was made to fit, in the result's shape: one place is the same in both.
    const view = networksView({ shown, recipe, original: session.original, enlarged: undefined });
    if (original) original.dataset["fit"] = view?.fit ?? "pad";
    const { width = 1, height = 1 } = shown?.drawn ?? {};
    pair.style.setProperty("--ratio", String(width / height));
    return [
      pair,
      h("p", { class: "dim about" }, "Grad-CAM: where it is bright, the picture raised the score of the first class."),
    ];
  }

  return { element, update };
}

function opinion(of: string, { top, png }: Explained, urls: Set<string>): HTMLElement {
  const [first] = top;
  const url = URL.createObjectURL(new Blob([Uint8Array.from(png)], { type: "image/png" }));
  urls.add(url);
  const alt = first ? `${of}, with Grad-CAM of ${visible(shortLabel(first.label))} over it` : of;
  return h(
    "figure",
    { class: "opinion" },
    h("img", { src: url, alt }),
    h("figcaption", {}, of),
    h(
      "ol",
      {},
      ...top.map(({ label, probability }) =>
        h(
          "li",
          { title: visible(label) },
          h("span", { class: "label" }, visible(shortLabel(label))),
          h("span", { class: "dim" }, percent(probability)),
        ),
      ),
    ),
  );
}
