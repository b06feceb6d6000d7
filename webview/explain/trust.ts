import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { checksOf } from "./checks.ts";
import type { Check } from "./checks.ts";
import { preparations } from "./preparations.ts";
import type { View } from "./view.ts";

const marks = { good: "✓", info: "•", warning: "▲" } as const;
const spoken = { good: "Good: ", info: "", warning: "Warning: " } as const;

/** "Can this be trusted?", in words. */
export function trust(view: View): Region {
  const { session } = view;
  const list = h("ul", { class: "checks" });
  const choices = preparations(view);
  const element = h("section", {}, h("h2", {}, "Can this be trusted?"), list, choices.element);
  let checks: readonly Check[] = [];
  /** Outlined until it is asked for no longer, and meanwhile for as long as it is pointed at. */
  let held = false;
  const build = whenChanged(
    () => [JSON.stringify((checks = checksOf(session)))],
    () => {
      fill(list, ...checks.map(item));
      // What was pointed at is gone, and nobody says that the pointer left it.
      if (view.marking !== held) mark(held);
    },
  );

  function item({ level, text, ofMarked, details, mend }: Check): HTMLElement {
    const pointing = ofMarked && { onpointerenter: () => mark(true), onpointerleave: () => mark(held) };
    return h(
      "li",
      { class: level, ...pointing },
      h("span", { class: "mark", "aria-hidden": "true" }, marks[level]),
      h(
        "div",
        {},
        h("span", { class: "unseen" }, spoken[level]),
        text,
        mend ? " " : undefined,
        mend ? link(mend.label, () => act(mend.action)) : undefined,
        ofMarked ? " " : undefined,
        ofMarked ? showing() : undefined,
        details?.lines.length
          ? h(
              "details",
              {},
              h("summary", {}, details.title),
              h("ul", {}, ...details.lines.map((line) => h("li", {}, line))),
            )
          : undefined,
      ),
    );
  }

  function showing(): HTMLElement {
    const toggle = link("", () => {
      mark((held = !held));
      name();
    });
    const name = () => (toggle.textContent = held ? "Hide it" : "Show it");
    name();
    return toggle;
  }

  function mark(on: boolean): void {
    view.marking = on;
    session.changed();
  }

  function act(action: NonNullable<Check["mend"]>["action"]): void {
    if (action === "preparations") choices.open();
    else if (action === "trust") void session.host.manageTrust(undefined).catch(() => undefined);
    else {
      const { technique, parameters: mend } = action;
      session.setParameters(technique, { ...session.remembered.parameters[technique], ...mend.parameters });
    }
  }

  return {
    element,
    update() {
      build();
      choices.update();
    },
  };
}
