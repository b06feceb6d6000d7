import { link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { nameText } from "../breakable.ts";
import type { Trail, Unit } from "./trail.ts";

/** The way that was followed back through the layers; a click goes back to a unit of it. */
export function trailLine(trail: Trail, go: (unit: Unit) => void): Region {
  const list = h("ol", {});
  const element = h("nav", { class: "unit-trail", "aria-label": "Way through the layers", hidden: true }, list);
  const update = whenChanged(
    () => [trail.units],
    () => {
      const { units } = trail;
      element.hidden = units.length < 2;
      fill(
        list,
        ...units.map((unit, i) =>
          i === units.length - 1
            ? h("li", { "aria-current": "location" }, nameOf(unit))
            : h(
                "li",
                {},
                link(nameOf(unit), () => {
                  const to = trail.back(i);
                  if (to) go(to);
                }),
                h("span", { class: "dim", "aria-hidden": "true" }, " ← "),
              ),
        ),
      );
    },
  );
  return { element, update };
}

const nameOf = ({ layer, channel, place }: Unit): string =>
  `${nameText(layer)} · ${channel}${place ? ` at ${place.join(", ")}` : ""}`;
