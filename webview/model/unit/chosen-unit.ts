import type { FeatureMaps } from "../../../src/shared/inside.ts";
import { Fetched } from "../../shared/fetched.ts";
import { heldFrom } from "../features/held.ts";
import { ordered } from "../features/order.ts";
import type { Remembered, Sort } from "../remembered.ts";
import type { Session } from "../session.ts";

type Strokes = { readonly strokes?: Session["remembered"]["strokes"] };

/** What goes along with every question about the photo. */
export const painted = ({ remembered: { strokes } }: Session): Strokes => (strokes.length ? { strokes } : {});

export interface ChosenUnit {
  /** Undefined until it is known which one comes first. */
  readonly channel: number | undefined;
  /** A person chose it. */
  readonly isWanted: boolean;
  /** The place that a person chose on that channel, where it is one of the maps'. */
  readonly place: Place | undefined;
  readonly maps: FeatureMaps | undefined;
  readonly channels: number | undefined;
}

type Place = readonly [row: number, column: number];

/** `place`, where a map of so many rows and columns has it; what is kept may be of another model's. */
export const placeWithin = (place: Place | undefined, rows: number, columns: number): Place | undefined =>
  place && place[0] < rows && place[1] < columns ? place : undefined;

/**
 * The channel that a person chose, else the one that the feature maps show first, and its map. Answers to an earlier
 * question stay in sight until the new one is there, but never another layer's.
 */
export class UnitQuestion {
  /** With the state of the model's file that it is of: another one may have other channels. */
  readonly answer: Fetched<FeatureMaps & { readonly modelKey: string }>;

  constructor(private readonly session: Session) {
    this.answer = new Fetched(() => session.changed());
  }

  ask(): void {
    const { session } = this;
    const { layer } = session;
    if (!layer) return;
    const channel = this.chosen.channel ?? 0;
    const { modelKey } = session;
    this.answer.ask(JSON.stringify([session.photoKey(), layer.name, channel]), async (signal) => ({
      ...(await session.host.features({ layer: layer.name, channels: [channel], ...painted(session) }, signal)),
      modelKey,
    }));
  }

  get chosen(): ChosenUnit {
    const { layer, modelKey, remembered } = this.session;
    const { value } = this.answer;
    const maps = value?.layer === layer?.name ? value : undefined;
    const shape = maps?.modelKey === modelKey ? maps.arrangement.shape : undefined;
    const channels = shape?.[0] ?? layer?.maps?.[0];
    const fits = (channel: number | undefined) =>
      channel !== undefined && (channels === undefined || channel < channels);
    const isWanted = fits(remembered.channel);
    const channel = isWanted ? remembered.channel : [maps && firstOf(maps, remembered)].find(fits);
    const place = isWanted ? remembered.place : undefined;
    return { channel, isWanted, place: shape ? placeWithin(place, shape[1], shape[2]) : place, maps, channels };
  }
}

/** Where the feature maps begin: in their order, of those that they show. An order that compares begins with the most active. */
export function firstOf(maps: FeatureMaps, { sort, shown }: Pick<Remembered, "sort" | "shown">): number {
  const own = sort === "most alike" || sort === "most different" ? "most active" : sort;
  return ordered(heldFrom("", maps), { sort: own, shown, chosen: undefined })[0] ?? strongestOf(maps);
}

/** What the channel is that nobody chose: why it comes first, as a clause. */
export const whyFirst = ({ sort, shown }: Pick<Remembered, "sort" | "shown">): string =>
  shown === "all" ? firstWords[sort] : "the first that the feature maps show";

const firstWords: Readonly<Record<Sort, string>> = {
  channel: "the first",
  "most active": "the most active on this photo",
  sparsest: "the sparsest on this photo",
  "most alike": "the most active on this photo",
  "most different": "the most active on this photo",
};

/** The channel with the greatest value anywhere; broken ones count for nothing. */
export function strongestOf({ statistics: { greatest } }: FeatureMaps): number {
  return greatest.reduce((best, value, channel) => (value > (greatest[best] ?? -Infinity) ? channel : best), 0);
}
