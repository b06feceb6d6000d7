import type { ChannelStatistics, LayerGlance, LayerScale } from "../../shared/inside.ts";
import type { Prepared } from "../../shared/preparation.ts";
import type { Subject } from "../../shared/protocol.ts";
import { preparedOf, type Looking } from "../subject.ts";
import { Activations } from "./activations.ts";
import { countOf, statisticsOf, tallyOf } from "./channels.ts";
import { layerScale, mostActive } from "./sheet-scale.ts";
import { barStrip, contactSheet } from "./sheet.ts";

interface GlanceRequest {
  readonly model: string;
  readonly image?: string;
  readonly preparation?: Subject["preparation"];
  readonly layer: string;
}

/** A layer's maps in the order in which they are worth a look, and the scale that they have in common. */
export interface Drawable {
  readonly maps: Float32Array;
  readonly shape: readonly [number, number, number];
  /** Of channels: the most active first; a vector's numbers as they come. */
  readonly order: readonly number[];
  readonly isVector: boolean;
  /** Undefined where no value is a number. */
  readonly scale: LayerScale | undefined;
  readonly statistics: ChannelStatistics;
  readonly prepared?: Prepared | undefined;
  readonly remark: string;
}

export async function drawable(looking: Looking, request: GlanceRequest, signal: AbortSignal): Promise<Drawable> {
  const { model, image, preparation, layer } = request;
  const store = Activations.of(looking);
  const subject = { model, ...(preparation && { preparation }) };
  const photo = image === undefined ? undefined : await store.views.photo({ ...subject, image }, signal);
  const view = photo ?? (await store.views.noise(subject));
  const { maps, layout, rectifier } = await store.named(view, layer, signal);
  const { shape, remark } = layout.arrangement;
  const [channels, height, width] = shape;
  const tally = tallyOf(maps, channels, rectifier);
  const isVector = height * width === 1;
  const order = isVector ? Array.from({ length: channels }, (_, c) => c) : mostActive(tally);
  return {
    maps,
    shape,
    order,
    isVector,
    scale: layerScale(maps, height * width, order, tally),
    statistics: statisticsOf(tally, rectifier),
    prepared: photo && preparedOf(photo.seen),
    remark,
  };
}

/** A layer in one small picture and a few numbers, for a hover. */
export async function glance(looking: Looking, request: GlanceRequest, signal: AbortSignal): Promise<LayerGlance> {
  const { maps, shape, order, isVector, scale, statistics, prepared, remark } = await drawable(
    looking,
    request,
    signal,
  );
  const sheet = await (scale && (isVector ? barStrip(maps, scale) : contactSheet(maps, shape, order, scale)));
  return {
    png: sheet?.png,
    width: sheet?.width ?? 0,
    height: sheet?.height ?? 0,
    shown: sheet?.shown ?? 0,
    tiles: order.slice(0, sheet?.shown ?? 0),
    channels: shape[0],
    dead: countOf(statistics, "dead"),
    broken: countOf(statistics, "broken"),
    ...(scale ?? { low: NaN, high: NaN, clipped: false }),
    ...(prepared && { prepared }),
    remark: [request.image === undefined ? "no photo is chosen: this is what noise gives" : "", remark]
      .filter(Boolean)
      .join("; "),
  };
}
