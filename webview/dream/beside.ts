import type { Explained } from "../../src/shared/dream-panel.ts";
import type { Beside } from "../../src/shared/synthesis.ts";
import { button } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { percent, shortLabel, visible } from "../shared/words.ts";
import { paint } from "./drawn.ts";
import type { View } from "./view.ts";

/** Pictures that belong to the result, and what the network says of the result and of the original, next to one another. */
export function beside({ session }: View): Region {
  const pictures = h("section", { class: "beside", "aria-label": "Beside the picture", hidden: true });
  const opinions = h("section", { class: "opinions", "aria-label": "What the network sees", hidden: true });
  const element = h("div", {}, pictures, opinions);

  const drawPictures = whenChanged(
    () => [session.beside, session.enlarged],
    () => {
      pictures.hidden = !session.beside.length;
      const focused = pictures.contains(document.activeElement);
      const shown = session.beside.map((one) =>
        thumbnail(one, one.key === session.enlarged, session.enlarge.bind(session)),
      );
      fill(pictures, h("h2", {}, "Beside it"), h("div", { class: "pairs" }, ...shown));
      if (focused) pictures.querySelector<HTMLElement>("[aria-pressed=true], button")?.focus();
    },
  );

  const urls = new Set<string>();
  const drawOpinions = whenChanged(
    () => [session.explained, session.canExplain, session.frame],
    () => {
      opinions.hidden = !session.canExplain;
      for (const url of urls) URL.revokeObjectURL(url);
      urls.clear();
      if (opinions.hidden) return fill(opinions);
      const { explained, frame } = session;
      const current = explained?.frame === frame ? explained : undefined;
      fill(opinions, h("h2", {}, "What the network sees"), ...told(current));
    },
  );
  function told(explained: typeof session.explained): readonly HTMLElement[] {
    if (!explained) return [button("Explain it", () => void session.explain())];
    const { both } = explained;
    if (!both) return [h("p", { class: "dim" }, "Looking…")];
    const figures = [
      ...(both.original ? [opinion("Original", both.original, urls)] : []),
      opinion("Result", both.result, urls),
    ];
    return [
      h("div", { class: "pairs" }, ...figures),
      h("p", { class: "dim about" }, "Grad-CAM: where it is bright, the picture raised the score of the first class."),
    ];
  }

  return {
    element,
    update() {
      drawPictures();
      drawOpinions();
    },
  };
}

function thumbnail({ key, title, picture }: Beside, pressed: boolean, enlarge: (key?: string) => void): HTMLElement {
  const canvas = h("canvas", { "aria-hidden": "true" });
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
