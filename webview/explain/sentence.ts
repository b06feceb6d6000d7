import type { TechniqueCard } from "../../src/shared/protocol.ts";
import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { wordsFor } from "./subject-words.ts";
import type { View } from "./view.ts";

/** One sentence under the pictures: technique, class, layer, what it means, and whose idea it is. */
export const sentence = (view: View): Region =>
  said(view, "sentence", (words) => {
    const { authors, title, venue, year, url } = words.card.citation;
    const source = link(words.citation, () => void view.session.host.openLink({ url }).catch(() => undefined));
    source.title = `${authors}: ${title}. ${venue}, ${year}`;
    return [
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
    ];
  });

/** How it was computed: below all pictures, since of one technique there is much more to say than of another. */
export const convention = (view: View): Region =>
  said(view, "convention", ({ parameters, convention }) =>
    [parameters, convention].filter(Boolean).map((text) => h("p", { class: "dim" }, text)),
  );

type Said = NonNullable<ReturnType<typeof wordsFor>> & { readonly card: TechniqueCard };

function said({ session }: View, name: string, written: (words: Said) => readonly HTMLElement[]): Region {
  const element = h("div", { class: name });
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
      fill(element, ...(words && card ? written({ ...words, card }) : []));
    },
  );
  return { element, update };
}
