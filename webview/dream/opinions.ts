import type { Explained } from "../../src/shared/dream-panel.ts";
import { button } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { percent, shortLabel, visible } from "../shared/words.ts";
import { networksView } from "./networks-view.ts";
import type { View } from "./view.ts";

const how = "Grad-CAM: where it is bright, the picture raised the score of the first class.";

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
    const isOfPhoto = both ? both.original !== undefined : session.original !== undefined;
    const original = isOfPhoto ? opinion("Original", both?.original, urls) : undefined;
    const pair = h("div", { class: "pairs" }, original, opinion("Result", both?.result, urls));
    const { shown, recipe } = session;
    // The photo is shown as it was made to fit, in the result's shape: one place is the same in both.
    const view = networksView({ shown, recipe, original: session.original, enlarged: undefined });
    if (original) original.dataset["fit"] = view?.fit ?? "pad";
    const { width = 1, height = 1 } = shown?.drawn ?? {};
    pair.style.setProperty("--ratio", String(width / height));
    return [pair, h("p", { class: "dim about" }, both ? how : "Looking…")];
  }

  return { element, update };
}

/** Its room is there before it is. */
function opinion(of: string, said: Explained | undefined, urls: Set<string>): HTMLElement {
  return h(
    "figure",
    { class: "opinion" },
    said ? map(of, said, urls) : h("div", { class: "blank" }),
    h("figcaption", {}, of),
    h(
      "ol",
      {},
      ...(said?.top ?? []).map(({ label, probability }) =>
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

function map(of: string, { top: [first], png }: Explained, urls: Set<string>): HTMLElement {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(png)], { type: "image/png" }));
  urls.add(url);
  return h("img", {
    src: url,
    alt: first ? `${of}, with Grad-CAM of ${visible(shortLabel(first.label))} over it` : of,
  });
}
