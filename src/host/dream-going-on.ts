import { basename } from "node:path";
import type { StageSettings } from "../shared/dream-panel.ts";
import { differing, type MadeWith } from "../shared/made-with.ts";
import { isPath, type Parameter } from "../shared/parameters.ts";
import { isRelevant } from "../shared/relevance.ts";
import type { SynthesisCard } from "../shared/synthesis.ts";
import type { Note } from "../shared/updates.ts";
import { meantBy } from "./dream-asked.ts";
import type { Kept } from "./dream-film.ts";
import { begunAnew, ofAnotherPhoto, savedAlone, startsAnew, stays } from "./dream-notes.ts";

// What a frame can be gone on from with, of which other things may be chosen by now.

type Cards = readonly SynthesisCard[];

/** Why nothing goes on from this frame. */
export function withoutWay({ frame, isSaved }: Kept): Note | undefined {
  if (isSaved) return savedAlone;
  return frame.checkpoint ? undefined : startsAnew;
}

/** Why it begins anew in place of going on from this frame with these settings. */
export function whyAnew(kept: Kept, wanted: StageSettings, cards: Cards): Note | undefined {
  const why = withoutWay(kept);
  if (why) return why;
  const before = kept.settings && meantBy(cards, kept.settings).image;
  const now = meantBy(cards, wanted).image;
  if (before !== undefined && now !== undefined && before !== now) return ofAnotherPhoto(basename(before));
  return isOfAnotherSheet(kept, wanted, cards) ? begunAnew : undefined;
}

/** Pictures that were made with other settings would stand under its titles. */
export function isOfAnotherSheet({ frame, settings, recipe }: Kept, wanted: StageSettings, cards: Cards): boolean {
  // Where the technique is another one, the engine knows what goes on from what.
  if (!frame.sheet || !settings || settings.technique !== wanted.technique) return false;
  const [before, now] = [meantBy(cards, settings), meantBy(cards, wanted)];
  // To name the layer that the technique chose by itself is to mean the same.
  const named = now.layer === undefined || recipe?.layer === undefined ? {} : { layer: recipe.layer };
  return differing(madeWith({ ...named, ...before }), madeWith(now), "all but the pace").length > 0;
}

/** The settings to go on from this frame with: what counts from the start on stays as it was, which is said. */
export function goingOnWith(
  from: Kept | undefined,
  wanted: StageSettings,
  cards: Cards,
): { readonly settings: StageSettings; readonly said?: Note } {
  const before = from?.settings;
  const card = cards.find(({ id }) => id === wanted.technique);
  if (!card || !from || before?.technique !== wanted.technique) return { settings: wanted };
  const [then, now] = [before, wanted].map((each) => meantBy(cards, each).parameters);
  const others = Object.entries(card.parameters).flatMap(([name, parameter]) => {
    const value = then?.[name];
    const isKept = parameter.fromStart && value !== now?.[name] && isRelevant(card.parameters, then ?? {}, name);
    return isKept ? [{ name, parameter, value }] : [];
  });
  const several = rowsWanted(from, wanted, card) ? card.several : undefined;
  if (!others.length && !several) return { settings: wanted };
  const kept = Object.fromEntries(others.map(({ name, value }) => [name, value]));
  const { layer, layers, ...beside } = wanted;
  const looked = several ? before : { layer, layers };
  return {
    settings: {
      ...beside,
      ...(looked.layer !== undefined && { layer: looked.layer }),
      ...(looked.layers && { layers: looked.layers }),
      parameters: { ...wanted.parameters, ...kept },
    },
    said: stays([
      ...(several ? [`“${several.label}” stays ${from.recipe?.layer ?? "one layer"} alone`] : []),
      ...others.map(({ parameter, value }) => `“${parameter.label}” stays ${valueWords(parameter, value)}`),
    ]),
  };
}

/** Whether a picture of each of several layers is wanted by now, and this one is a picture by itself: no place among them. */
const rowsWanted = ({ frame }: Kept, { layers = [] }: StageSettings, { several }: SynthesisCard): boolean =>
  several?.inPlaceOfLayer === true && several.weights === "none" && !frame.sheet && layers.length > 1;

/** As the form says it. */
function valueWords(parameter: Parameter, value: unknown): string {
  const text = String(value);
  if (isPath(parameter)) return basename(text);
  const { options }: { readonly options?: Readonly<Record<string, string>> } = "options" in parameter ? parameter : {};
  const option = options?.[text];
  return option === undefined ? text : `“${option}”`;
}

const madeWith = ({ parameters, ...subject }: StageSettings): MadeWith => ({ subject, parameters });
