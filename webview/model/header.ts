import { iconButton } from "../shared/controls.ts";
import { fill, h, icon, whenChanged } from "../shared/dom.ts";
import { dots } from "../shared/icons.ts";
import { menu } from "../shared/menu.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { factsOf } from "./model-facts.ts";
import { photoPicker } from "./photo-picker.ts";
import { problems } from "./problems.ts";
import type { Remembered } from "./remembered.ts";
import type { View } from "./view.ts";

const icons = {
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9M10.3 10.3L14 14",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  net: "M3 2.5h10v2.5H3zM3 6.8h10v2.5H3zM3 11h10v2.5H3z",
  dead: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9l4.5 4.5M13.5 9L9 13.5",
};

/** Between two facts, where a line may end. */
const separator = " · ";

/** One line: which model, in a few facts; through which photo it is seen; and what else there is to see of it. */
export function header(view: View): Region {
  const { session } = view;
  const name = h("h1", {});
  const facts = h("p", { class: "model-facts dim" });
  const trouble = problems(view);
  const photo = photoPicker(view);
  const net = sideButton("net", "Whole net", icons.net);
  const dead = sideButton("dead", "Dead filters", icons.dead);
  const tools = h(
    "div",
    { class: "tools" },
    iconButton("Search in the graph", icon(icons.search), () => view.graph?.search()),
    iconButton("Show the whole graph", icon(icons.fit), () => view.graph?.fit()),
    net,
    dead,
    moreMenu(view),
  );
  const element = h("header", {}, h("div", { class: "subject" }, name, facts, trouble.element), photo.element, tools);

  function sideButton(side: Exclude<Remembered["side"], "layer">, text: string, path: string): HTMLButtonElement {
    const onclick = () => session.remember({ side: session.remembered.side === side ? "layer" : side });
    return h("button", { type: "button", class: "tool", onclick, title: text }, icon(path), h("span", {}, text));
  }

  const say = whenChanged(
    () => [session.subject.value, session.card.value, session.structure.state, session.anatomy.value],
    () => {
      const title = session.card.value?.title ?? session.subject.value?.name ?? "";
      fill(name, visible(title));
      name.title = visible(session.subject.value?.path ?? "");
      const parts = factsOf(session).split(separator);
      fill(facts, ...parts.flatMap((part, i) => [i > 0 ? separator : undefined, h("span", {}, part)]));
      facts.title = facts.textContent;
    },
  );
  return {
    element,
    update() {
      say();
      trouble.update();
      photo.update();
      const { side } = session.remembered;
      net.setAttribute("aria-pressed", String(side === "net"));
      dead.setAttribute("aria-pressed", String(side === "dead"));
      const unreadable = session.structure.value === undefined && session.structure.state.status === "failed";
      tools.hidden = photo.element.hidden = unreadable;
    },
  };
}

function moreMenu({ session }: View): HTMLElement {
  const opener = iconButton("More actions", icon(dots), () => undefined);
  const { host } = session;
  return menu("More actions", opener, () => [
    { text: "Read everything again", action: () => session.again() },
    { text: "Restart engine", action: () => void session.attempt(() => host.restartEngine(undefined)) },
    { text: "Show log", action: () => void session.attempt(() => host.showLog(undefined)) },
  ]);
}
