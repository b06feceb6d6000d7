import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { wordsFor } from "./subject-words.ts";
import type { View } from "./view.ts";

/** One sentence under the pictures: technique, class, layer, what it means, and whose idea it is. */
export function sentence({ session }: View): Region {
  const element = h("div", { class: "sentence" });
  const update = whenChanged(
    () => [
      session.technique,
      session.target?.index,
      session.against?.index,
      session.remembered.layer,
      session.remembered.parameters,
      session.looked,
    ],
    () => {
      const words = wordsFor(session);
      const card = session.technique;
      if (!words || !card) return fill(element);
      const { authors, title, venue, year, url } = card.citation;
      const source = link(words.citation, () => void session.host.openLink({ url }).catch(() => undefined));
      source.title = `${authors}: ${title}. ${venue}, ${year}`;
      fill(
        element,
        h(
          "p",
          {},
          h("strong", {}, words.title),
          words.of ? ` ${words.of}` : undefined,
          words.layer === undefined ? undefined : " at ",
          words.layer === undefined ? undefined : h("code", {}, visible(words.layer)),
          " · ",
          words.summary.replace(/\.$/, ""),
          " · ",
          source,
        ),
        words.parameters ? h("p", { class: "dim" }, words.parameters) : undefined,
        words.convention ? h("p", { class: "dim" }, words.convention) : undefined,
      );
    },
  );
  return { element, update };
}
