import { layerCalled } from "../../src/shared/layer-called.ts";
import type { LayerCard } from "../../src/shared/protocol.ts";
import { demandedBy } from "../../src/shared/relevance.ts";
import type { LayerChoice, SeveralLayers } from "../../src/shared/synthesis.ts";
import { dropdown, iconButton, link, type Choice } from "../shared/controls.ts";
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

/** "fire8/concat · 512", its channels: in a row of several there is no room for the word. */
const layerText = ({ name, maps }: LayerCard): string => `${visible(name)}${maps ? ` · ${maps[0]}` : ""}`;

interface LayerDropdown {
  readonly label: string;
  /** What can be chosen beside layers. */
  readonly first?: readonly Choice[];
  readonly chosen: string;
  take(name: string): void;
}

/** All layers with maps, and what is chosen, whatever that is. */
export function layerDropdown(session: Session, { label, first = [], chosen, take }: LayerDropdown): HTMLElement {
  const cards = layersWithMaps(session);
  const value = layerCalled(cards, chosen)?.name ?? chosen;
  const listed = [...first, ...cards.map((card) => ({ value: card.name, text: layerText(card) }))];
  const own = listed.find((choice) => choice.value === value) ?? otherChoice(session, chosen);
  const choices = listed.includes(own) ? listed : [...first, own, ...listed.slice(first.length)];
  return dropdown(label, choices, value, take);
}

/** What a recipe may name that is no layer with maps: another value of the network, or another network's layer. */
function otherChoice({ subject }: Session, name: string): Choice {
  const layers = subject?.card.layers;
  const isStrange = layers !== undefined && !layerCalled(layers, name);
  return { value: name, text: `${isStrange ? "No layer here: " : ""}${visible(name)}` };
}

/** Whether several layers stand in the place of the one, or the one as the first of a list that is open. */
export const areSeveral = (session: Session): boolean =>
  session.technique?.several?.inPlaceOfLayer === true && layersListed(session).length > 0;

/** Those that are chosen; in a list that was only opened the one that is looked at in any case. */
export function layersListed(session: Session): readonly LayerChoice[] {
  const { layers = [] } = session.settings ?? {};
  return layers.length || !session.isListing ? layers : onlyOne(session);
}

/**
 * The one layer that is looked at, as a list of it alone, which means the same; none where no layer is known yet, or where
 * something counts that one by one does not.
 */
function onlyOne(session: Session): readonly LayerChoice[] {
  const { technique, settings, state } = session;
  const name = settings?.layer ?? state?.layerUsed;
  const counts = Object.entries(technique?.parameters ?? {}).some(
    ([key, { unlessLayers, default: usual }]) => unlessLayers && (settings?.parameters[key] ?? usual) !== usual,
  );
  return technique?.several?.inPlaceOfLayer && name !== undefined && !counts ? [next(session, [], [])] : [];
}

/** How the technique looks at a layer's channels: not one by one; at one or, where none is said, at all; or always at one. */
function channelsOf({ needs, technique, settings }: Session): "not one by one" | "one or all" | "one" {
  if (!technique || !settings || !needs.includes("channel")) return "not one by one";
  return demandedBy(technique, settings.parameters).includes("channel") ? "one" : "one or all";
}

/** Recipes may have one channel for all layers that say none of their own; undefined: all channels. */
const commonChannel = (session: Session): number | undefined =>
  session.settings?.channel ?? (channelsOf(session) === "one" ? 0 : undefined);

/** What is chosen, each with its own channel where to have none can mean all: what they have in common stands in the way of that. */
function spelledOut(session: Session): readonly LayerChoice[] {
  const { channel } = session.settings ?? {};
  const layers = layersListed(session);
  if (channel === undefined || channelsOf(session) !== "one or all") return layers;
  return layers.map((one) => ({ ...one, channel: one.channel ?? channel }));
}

/** Several layers, a line for each: its name, its channel where that counts, its weight where there is one, and a way to take it out. */
export function layerList(session: Session, several: SeveralLayers): HTMLElement {
  const chosen = layersListed(session);
  const cards = layersWithMaps(session);
  const put = (layers: readonly LayerChoice[]) => {
    session.isListing = layers.length > 0;
    if (!layers.length && !session.settings?.layers) return session.changed();
    const someMeanAll = channelsOf(session) === "one or all" && layers.some(({ channel }) => channel === undefined);
    session.change({ layers: layers.length ? layers : undefined, ...(someMeanAll && { channel: undefined }) });
  };
  /** What is chosen may be another by the time that somebody has typed. */
  const now = () => spelledOut(session);
  const change = (index: number, given: { readonly [K in keyof LayerChoice]?: LayerChoice[K] | undefined }) =>
    put(now().map((one, i) => (i === index ? merged(one, given) : one)));
  const add = link(chosen.length ? "Add a layer" : addWords(several), () => {
    // To open the list chooses nothing yet: the picture that grows is the same.
    if (!chosen.length && onlyOne(session).length) {
      session.isListing = true;
      return session.changed();
    }
    put([...now(), next(session, now(), cards)]);
  });
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
  inPlaceOfLayer ? `${label}…` : `Choose ${label.charAt(0).toLowerCase()}${label.slice(1)}…`;

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
  const card = layerCalled(cards, choice.name);
  const name = layerDropdown(session, {
    label: `Layer ${number}`,
    chosen: choice.name,
    take: (name) => change({ name, channel: undefined }),
  });
  const [channels] = card?.maps ?? [];
  const looksAt = channelsOf(session);
  const common = commonChannel(session);
  return h(
    "div",
    { class: "layer-row" },
    name,
    looksAt !== "not one by one"
      ? wholeNumber({
          name: `Channel of layer ${number}`,
          label: `Channel of layer ${number}${looksAt === "one or all" ? "; empty for all" : ""}`,
          placeholder: looksAt === "one" ? String(common) : "all",
          value: choice.channel ?? common,
          least: 0,
          most: channels === undefined ? Infinity : channels - 1,
          take: (channel) => change({ channel }),
        })
      : undefined,
    several.weights === "none"
      ? undefined
      : anyNumber({
          name: `Weight of layer ${number}`,
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
function next(session: Session, chosen: readonly LayerChoice[], cards: readonly LayerCard[]): LayerChoice {
  const { settings, state, technique } = session;
  const looksAt = channelsOf(session);
  const common = commonChannel(session);
  const alone = technique?.several?.inPlaceOfLayer ? (settings?.layer ?? state?.layerUsed) : undefined;
  const isFirst = !chosen.length && alone !== undefined;
  const last = cards.findIndex(({ name }) => name === chosen.at(-1)?.name);
  const taken = new Set(chosen.map(({ name }) => name));
  const card = isFirst
    ? layerCalled(layersWithMaps(session), alone)
    : ([...cards.slice(last + 1), ...cards].find(({ name }) => !taken.has(name)) ?? cards[0]);
  const hasChannel = looksAt === "one" || (looksAt === "one or all" && isFirst);
  return {
    name: isFirst ? alone : (card?.name ?? ""),
    weight: 1,
    ...(hasChannel && common !== undefined && { channel: Math.min(common, (card?.maps?.[0] ?? Infinity) - 1) }),
  };
}
