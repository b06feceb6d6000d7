import type { Contributions } from "../../../src/shared/contributions.ts";
import { link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { figure } from "../../shared/words.ts";
import { nameText } from "../breakable.ts";
import type { Session } from "../session.ts";
import { barsOf } from "./bars.ts";
import type { Bar } from "./bars.ts";
import { placeWords, remainderName, sumWords } from "./made-words.ts";
import { refusalWords } from "./needs.ts";
import type { Unit } from "./trail.ts";

/** Channels of each layer that are listed before more are asked for. */
const few = 12;

/** Which channels before it a unit's value is the sum of; a click goes to one of them. */
export function madeOf(session: Session, answer: Fetched<Contributions>, follow: (unit: Unit) => void): Region {
  const sum = h("p", { class: "dim" });
  const list = h("ul", { class: "bars", "aria-label": "Contributions, strongest first" });
  const status = h("div", {});
  const more = h("p", {});
  let all = false;
  const element = h("section", { class: "made-of" }, h("h3", {}, "What it is made of"), status, sum, list, more);

  function line(bar: Bar, made: Contributions): HTMLElement {
    const { source, channel, place, contribution, share, cut } = bar;
    const where = place || !source?.placeless ? "" : " at its strongest place: its map leaves this token out";
    const known = source && session.layers.some(({ name }) => name === source.layer);
    const words = nameOf(bar, made);
    const name =
      bar.kind === "channel" && known && channel !== undefined
        ? h(
            "button",
            {
              type: "button",
              class: "link",
              title: `Look at channel ${channel} of ${nameText(source.layer)}${where}`,
              onclick: () => follow({ layer: source.layer, channel, place }),
            },
            words,
          )
        : h("span", {}, words);
    const strip = h(
      "span",
      { class: "bar", "aria-hidden": "true" },
      h("span", { class: "bar-fill", "data-sign": contribution < 0 ? "minus" : "plus", "data-cut": cut }),
    );
    const filled = strip.firstElementChild as HTMLElement; // made in the line above
    filled.style.width = `${50 * Math.abs(share)}%`;
    filled.style[contribution < 0 ? "right" : "left"] = "50%";
    return h(
      "li",
      { class: "bar-line", "data-kind": bar.kind },
      h("span", { class: "bar-name" }, name),
      strip,
      h("span", { class: "number", title: String(contribution) }, signed(contribution)),
    );
  }

  const update = whenChanged(
    () => [answer.state, session.layers, all],
    () => {
      const { state, value } = answer;
      const again = () => {
        answer.forget();
        session.changed();
      };
      fill(status, ...refusalWords(state, "This cannot be taken apart", again));
      const failed = state.status === "failed";
      if (!value && state.status === "loading") fill(status, h("p", { class: "dim" }, "Taking it apart…"));
      sum.hidden = list.hidden = more.hidden = failed || !value;
      element.classList.toggle("stale", state.status === "loading");
      if (failed || !value) return;
      fill(sum, sumWords(value));
      const longest = Math.max(0, ...value.sources.map(({ channels }) => channels.length));
      more.hidden = longest <= few;
      fill(
        more,
        link(all ? "Show fewer" : `Show ${longest}${value.sources.length > 1 ? " of each layer" : ""}`, () => {
          all = !all;
          session.changed();
        }),
      );
      fill(list, ...barsOf(value, all ? longest : few).map((bar) => line(bar, value)));
    },
  );
  return { element, update };
}

const signed = (value: number) => (value > 0 ? `+${figure(value)}` : figure(value));

function nameOf(bar: Bar, made: Contributions): string {
  const { kind, source, channel } = bar;
  if (!source) return remainderName(made);
  const layer = source.isInput ? `the picture (${nameText(source.layer)})` : nameText(source.layer);
  return kind === "others" ? `${layer}, all other channels` : `${layer}, channel ${channel}${placeWords(bar)}`;
}
