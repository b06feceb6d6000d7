import type { FilterCard } from "../../../src/shared/inside.ts";
import { link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { count, figure } from "../../shared/words.ts";

const most = 24;

/** Dead and doubled filters by their numbers; a click chooses one. */
export function faults(card: () => FilterCard | undefined, choose: (channel: number) => void): Region {
  const element = h("div", { class: "filter-faults" });
  const one = (channel: number) => link(String(channel), () => choose(channel), `Filter ${channel}`);
  const update = whenChanged(
    () => [card()],
    () => {
      const known = card();
      if (!known) return fill(element);
      const { dead, duplicates, allCompared } = known;
      const line = (mark: string, words: string, entries: readonly Node[], all: number) =>
        h(
          "p",
          {},
          h("span", { class: "mark", "aria-hidden": "true" }, `${mark} `),
          `${words}: `,
          ...entries.flatMap((entry, i) => [i ? ", " : "", entry]),
          all > entries.length ? ` and ${(all - entries.length).toLocaleString("en")} more` : "",
        );
      const pairs = duplicates
        .slice(0, most)
        .map(({ a, b, cosine }) =>
          h("span", { title: `cosine ${cosine.toPrecision(6)}` }, one(a), " = ", one(b), ` (${figure(cosine)})`),
        );
      const incomplete = allCompared ? "" : " Not all pairs were compared or listed: there are too many.";
      fill(
        element,
        dead.length
          ? line(
              "✕",
              `${count(dead.length, "dead filter")}, whose weights are next to nothing`,
              dead.slice(0, most).map(one),
              dead.length,
            )
          : undefined,
        duplicates.length
          ? line("◥", `${count(duplicates.length, "pair")} that point the same way (cosine)`, pairs, duplicates.length)
          : undefined,
        dead.length + duplicates.length === 0
          ? h("p", { class: "dim" }, `No dead filter and no two alike.${incomplete}`)
          : incomplete
            ? h("p", { class: "dim" }, incomplete.trim())
            : undefined,
      );
    },
  );
  return { element, update };
}
