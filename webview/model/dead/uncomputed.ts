import type { DeadReport } from "../../../src/shared/dead.ts";
import { link } from "../../shared/controls.ts";
import { fill, h } from "../../shared/dom.ts";
import { count, visible } from "../../shared/words.ts";
import { breakable } from "../breakable.ts";

/** So many reasons are read at a glance; more are folded away behind their number. */
const few = 4;
/** Layers that are named of those with the same reason. */
const mostNamed = 60;

/** The layers that the table has no line for, by what is in their way. */
export function showUncomputed(
  element: HTMLDetailsElement,
  { uncomputed = [], layers }: Pick<DeadReport, "uncomputed" | "layers">,
  openLayer: (layer: string) => void,
): void {
  const wasHidden = element.hidden;
  element.hidden = uncomputed.length === 0;
  if (element.hidden) return fill(element);
  const reasons = new Map<string, string[]>();
  for (const { layer, why } of uncomputed) reasons.set(why, [...(reasons.get(why) ?? []), layer]);
  if (wasHidden) element.open = uncomputed.length <= few;
  fill(
    element,
    h(
      "summary",
      {},
      `${count(uncomputed.length, "layer")} of ${uncomputed.length + layers.length} could not be computed`,
    ),
    h("ul", {}, ...[...reasons].map(([why, names]) => h("li", {}, `${visible(why)} `, ...namesOf(names, openLayer)))),
  );
}

function namesOf(names: readonly string[], openLayer: (layer: string) => void): readonly (Node | string)[] {
  const links = names.slice(0, mostNamed).flatMap((layer, i) => {
    const each = link("", () => openLayer(layer));
    fill(each, ...breakable(layer));
    return i ? [", ", each] : [each];
  });
  const rest = names.length - mostNamed;
  return rest > 0 ? [...links, ` and ${rest.toLocaleString("en")} more`] : links;
}
