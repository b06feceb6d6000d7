import { isNotKnown, type UnitCard, type UnitRequest } from "../../shared/inside.ts";
import { shown } from "../../shared/shown.ts";
import type { Looking } from "../subject.ts";
import { Activations, type Activation } from "./activations.ts";
import { partSeen } from "./fields.ts";
import { cut, enlarged } from "./patch.ts";
import { pictureOf } from "./seen.ts";
import type { PhotoView } from "./views.ts";

/** One number of a layer, and where it was found. */
export interface Unit {
  readonly view: PhotoView;
  readonly activation: Activation;
  readonly channel: number;
  readonly place: readonly [number, number];
  readonly strongest: boolean;
  readonly value: number;
  /** Among the layer's numbers as the runtime gave them. */
  readonly index: number;
}

/** Finds a unit on a photo; without a place, the channel's strongest. Throws RangeError where there is none such. */
export async function unitOf(looking: Looking, request: UnitRequest, signal: AbortSignal): Promise<Unit> {
  const store = Activations.of(looking);
  const view = await store.views.photo(request, signal);
  const activation = await store.named(view, request.layer, signal);
  return { view, activation, ...unitAt(activation, request) };
}

export function unitAt(
  { maps, layout }: Pick<Activation, "maps" | "layout">,
  { layer, channel, place }: Pick<UnitRequest, "layer" | "channel" | "place">,
): Omit<Unit, "view" | "activation"> {
  const [channels, height, width] = layout.arrangement.shape;
  if (!isPlace(channel, channels))
    throw new RangeError(`${shown(layer)} has the channels 0 to ${channels - 1}; there is no channel ${channel}.`);
  const plane = height * width;
  const strongest = peakOf(maps.subarray(channel * plane, (channel + 1) * plane));
  const [row, column] = place ?? [Math.floor(strongest / width), strongest % width];
  if (!isPlace(row, height) || !isPlace(column, width))
    throw new RangeError(
      `${shown(layer)} has maps of ${height} × ${width}; there is no unit at row ${row}, column ${column}.`,
    );
  const [c, y, x] = layout.strides;
  const at = row * width + column;
  return {
    channel,
    place: [row, column],
    strongest: at === strongest,
    value: maps[channel * plane + at] ?? NaN,
    index: layout.offset + channel * c + row * y + column * x,
  };
}

const isPlace = (n: number, count: number) => Number.isInteger(n) && n >= 0 && n < count;

/** Where the greatest value is; what is no number is passed over. */
const peakOf = (map: Float32Array): number => {
  let best = 0;
  for (let i = 0; i < map.length; i++) if (map[i]! > map[best]! || Number.isNaN(map[best]!)) best = i;
  return best;
};

/** A unit's value, and what it sees of the photo. */
export async function unit(looking: Looking, request: UnitRequest, signal: AbortSignal): Promise<UnitCard> {
  const { view, activation, channel, place, value, strongest } = await unitOf(looking, request, signal);
  const card = { layer: request.layer, channel, place, value, strongest };
  const seen = partSeen(view.bound, activation.value, place);
  if (isNotKnown(seen)) return { ...card, field: seen, patch: undefined };
  const part = seen?.clipped;
  const field = part && part.bottom > part.top && part.right > part.left ? part : undefined;
  const patch = field && (await enlarged(cut(pictureOf(view.image, view.seen.preparation), field)));
  return { ...card, field, patch };
}
