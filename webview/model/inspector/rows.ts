import { h } from "../../shared/dom.ts";
import { visible } from "../../shared/words.ts";
import type { Fact } from "./fact.ts";

export const factRow = ({ name, value, more, warning, pending, line, open }: Fact): HTMLElement =>
  h(
    "div",
    {
      class: ["fact", warning && "warning", pending && "pending", line && "line"].filter(Boolean).join(" "),
      title: line && more ? visible(`${value} ${more}`) : undefined,
    },
    h("dt", {}, name),
    h(
      "dd",
      {},
      open
        ? h("button", { type: "button", class: "link value", onclick: open }, visible(value))
        : h("span", { class: "value" }, visible(value)),
      ...(more ? [" ", h("span", { class: "more-said dim" }, visible(more))] : []),
    ),
  );
