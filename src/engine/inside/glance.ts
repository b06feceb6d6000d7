import type { ChannelStatistics, LayerGlance } from "../../shared/inside.ts";
import type { Subject } from "../../shared/protocol.ts";
import type { Looking } from "../subject.ts";
import { Activations } from "./activations.ts";
import { countOf, statisticsOf, tallyOf, type Tally } from "./channels.ts";
import { sheetScale, type SheetScale } from "./sheet-scale.ts";
import { barStrip, contactSheet, mostDrawn } from "./sheet.ts";

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
  readonly scale: SheetScale | undefined;
  readonly statistics: ChannelStatistics;
  readonly remark: string;
}

export async function drawable(looking: Looking, request: GlanceRequest, signal: AbortSignal): Promise<Drawable> {
  const { model, image, preparation, layer } = request;
  const store = Activations.of(looking);
  const subject = { model, ...(preparation && { preparation }) };
  const view = await (image === undefined ? store.views.noise(subject) : store.views.photo({ ...subject, image }));
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
    scale: isVector ? wholeScale(tally) : sheetScale(maps, height * width, order.slice(0, mostDrawn), tally),
    statistics: statisticsOf(tally, rectifier),
    remark,
  };
}

/** A layer in one small picture and a few numbers, for a hover. */
export async function glance(looking: Looking, request: GlanceRequest, signal: AbortSignal): Promise<LayerGlance> {
  const { maps, shape, order, isVector, scale, statistics, remark } = await drawable(looking, request, signal);
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
    remark: [request.image === undefined ? "no photo is chosen: this is what noise gives" : "", remark]
      .filter(Boolean)
      .join("; "),
  };
}

/** Bars stand on zero, and can be compared whatever their length; of maps, one loud channel would leave the others dark. */
function wholeScale({ least, greatest }: Tally): SheetScale | undefined {
  const low = least.reduce((a, b) => Math.min(a, b), Infinity);
  const high = greatest.reduce((a, b) => Math.max(a, b), -Infinity);
  return low <= high ? { low: Math.min(low, 0), high: Math.max(high, 0), clipped: false } : undefined;
}

/** By the mean of the magnitude. */
function mostActive({ channels, magnitude, places }: Tally): readonly number[] {
  const mean = Float64Array.from(magnitude, (sum, c) => (places[c]! > 0 ? sum / places[c]! : -1));
  return Array.from({ length: channels }, (_, c) => c).sort((a, b) => mean[b]! - mean[a]! || a - b);
}
