import { h } from "../../shared/dom.ts";
import { visible } from "../../shared/words.ts";
import type { Fact } from "./fact.ts";

export const factRow = ({ name, value, more, warning, open }: Fact): HTMLElement =>
  h(
    "div",
    { class: warning ? "fact warning" : "fact" },
    h("dt", {}, name),
    h(
      "dd",
      {},
      open
        ? h("button", { type: "button", class: "link value", onclick: open }, visible(value))
        : h("span", { class: "value" }, visible(value)),
      more ? h("span", { class: "dim" }, ` ${visible(more)}`) : undefined,
    ),
  );
