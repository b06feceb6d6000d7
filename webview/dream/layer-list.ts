import type { LayerCard } from "../../src/shared/protocol.ts";
import type { LayerChoice, SeveralLayers } from "../../src/shared/synthesis.ts";
import { dropdown, iconButton, link } from "../shared/controls.ts";
import { h, icon } from "../shared/dom.ts";
import { visible } from "../shared/words.ts";
import { anyNumber, wholeNumber } from "./fields.ts";
import type { Session } from "./session.ts";

const cross = "M4 4l8 8M12 4l-8 8";
/** Beyond any weight that somebody would want. */
const largest = 1e6;

/** The layers that a person may choose from: those with maps. */
export const layersWithMaps = ({ subject }: Session): readonly LayerCard[] =>
  subject?.card.layers.filter(({ spatial }) => spatial) ?? [];

/** "fire8/concat · 512". */
export const layerText = ({ name, shape }: LayerCard): string =>
  `${visible(name)}${shape?.[1] === undefined ? "" : ` · ${shape[1]}`}`;

/** Whether several layers stand in the place of the one. */
export const areSeveral = ({ settings, technique }: Session): boolean =>
  technique?.several?.inPlaceOfLayer === true && (settings?.layers?.length ?? 0) > 0;

/** Several layers, a line for each: its name, its channel where that counts, its weight where there is one, and a way to take it out. */
export function layerList(session: Session, several: SeveralLayers): HTMLElement {
  const chosen = session.settings?.layers ?? [];
  const cards = layersWithMaps(session);
  const put = (layers: readonly LayerChoice[]) => session.change({ layers: layers.length ? layers : undefined });
  /** What is chosen may be another by the time that somebody has typed. */
  const now = () => session.settings?.layers ?? [];
  const change = (index: number, given: { readonly [K in keyof LayerChoice]?: LayerChoice[K] | undefined }) =>
    put(now().map((one, i) => (i === index ? merged(one, given) : one)));
  const add = link(chosen.length ? "Add a layer" : addWords(several), () =>
    put([...now(), next(session, now(), cards)]),
  );
  add.disabled = cards.length === 0;
  const rows = chosen.map(
    (choice, index) =>
    row({ session, several, cards, choice, index }, (given) => change(index, given), () => put(now().filter((_, i) => i !== index))), // prettier-ignore
  );
  return h(
    "div",
    { class: "layer-list", role: "group", "aria-label": several.label },
    rows.length ? headOf(session, several) : undefined,
    ...rows,
    add,
  );
}

const addWords = ({ label, inPlaceOfLayer }: SeveralLayers): string =>
  inPlaceOfLayer ? `${label}…` : "Choose layers…";

/** Over the columns, as far as a line has them. */
const headOf = ({ needs }: Session, { label, weights }: SeveralLayers): HTMLElement =>
  h(
    "div",
    { class: "layer-row dim head", "aria-hidden": "true" },
    h("span", { class: "name" }, label),
    needs.includes("channel") ? h("span", {}, "channel") : undefined,
    weights === "none" ? undefined : h("span", {}, "weight"),
  );

interface Line {
  readonly session: Session;
  readonly several: SeveralLayers;
  readonly cards: readonly LayerCard[];
  readonly choice: LayerChoice;
  readonly index: number;
}

function row(
  { session, several, cards, choice, index }: Line,
  change: (given: { readonly [K in keyof LayerChoice]?: LayerChoice[K] | undefined }) => void,
  remove: () => void,
): HTMLElement {
  const number = index + 1;
  const card = cards.find(({ name, value }) => name === choice.name || value === choice.name);
  // A value of the network that is no layer can come with a recipe.
  const own = card ? [] : [{ value: choice.name, text: visible(choice.name) }];
  const choices = [...own, ...cards.map((one) => ({ value: one.name, text: layerText(one) }))];
  const name = dropdown(`Layer ${number}`, choices, card?.name ?? choice.name, (name) =>
    change({ name, channel: undefined }),
  );
  const channels = card?.shape?.[1];
  // Recipes may have one channel for all layers that say none of their own.
  const common = session.settings?.channel ?? 0;
  return h(
    "div",
    { class: "layer-row" },
    name,
    session.needs.includes("channel")
      ? wholeNumber({
          label: `Channel of layer ${number}`,
          placeholder: String(common),
          value: choice.channel ?? common,
          least: 0,
          most: channels === undefined ? Infinity : channels - 1,
          take: (channel) => change({ channel }),
        })
      : undefined,
    several.weights === "none"
      ? undefined
      : anyNumber({
          label: `Weight of layer ${number}`,
          placeholder: "1",
          value: choice.weight,
          least: several.weights === "positive" ? 0 : -largest,
          most: largest,
          step: 0.1,
          take: (weight) => change({ weight }),
        }),
    iconButton(`Remove layer ${number}`, icon(cross), remove),
  );
}

function merged(
  choice: LayerChoice,
  given: { readonly [K in keyof LayerChoice]?: LayerChoice[K] | undefined },
): LayerChoice {
  const { name, weight, channel } = { ...choice, ...given };
  return { name: name ?? choice.name, weight: weight ?? choice.weight, ...(channel !== undefined && { channel }) };
}

/** The one that was chosen alone comes first; then each time the next of the network that is not in the list. */
function next(
  { settings, state, technique, needs }: Session,
  chosen: readonly LayerChoice[],
  cards: readonly LayerCard[],
): LayerChoice {
  const ofOne = (card: LayerCard | undefined) =>
    needs.includes("channel") ? { channel: Math.min(settings?.channel ?? 0, (card?.shape?.[1] ?? Infinity) - 1) } : {};
  const alone = technique?.several?.inPlaceOfLayer ? (settings?.layer ?? state?.layerUsed) : undefined;
  if (!chosen.length && alone !== undefined)
    return {
      name: alone,
      weight: 1,
      ...ofOne(cards.find(({ name, value }) => name === alone || value === alone)),
    };
  const last = cards.findIndex(({ name }) => name === chosen.at(-1)?.name);
  const taken = new Set(chosen.map(({ name }) => name));
  const free = [...cards.slice(last + 1), ...cards].find(({ name }) => !taken.has(name)) ?? cards[0];
  return { name: free?.name ?? "", weight: 1, ...ofOne(free) };
}
