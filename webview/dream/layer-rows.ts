import { layerCalled } from "../../src/shared/layer-called.ts";
import { rangeWords } from "../../src/shared/parameters.ts";
import { demandedBy } from "../../src/shared/relevance.ts";
import { h } from "../shared/dom.ts";
import { visible } from "../shared/words.ts";
import { field, wholeNumber } from "./fields.ts";
import { areSeveral, layerDropdown, layerList, layersListed, layersWithMaps } from "./layer-list.ts";
import type { Session } from "./session.ts";

/** No layer's name; and not empty, which a list would take for chosen whatever is. */
const automatic = "\u0000automatic";

/** Which layer, which channel and place of it; or which several. */
export function layerRows(session: Session): readonly HTMLElement[] {
  const { needs, technique, settings } = session;
  const several = areSeveral(session);
  const [channels, rows, columns] = mapsOf(session, several ? layersListed(session)[0]?.name : undefined);
  const why = settings?.layer === undefined ? technique?.whyLayer : undefined;
  return [
    ...(needs.includes("layer") && !several ? [field(layerLabel(session), layerPicker(session), why)] : []),
    ...(needs.includes("channel") && !several ? [field("Channel", channelField(session, channels))] : []),
    ...(technique?.several ? [layerList(session, technique.several)] : []),
    ...(needs.includes("place") ? [field("Place", placeFields(session, rows, columns))] : []),
  ];
}

const layerLabel = ({ technique }: Session): string => technique?.several?.besideLayer ?? "Layer";

function layerPicker(session: Session): HTMLElement {
  const { settings, state } = session;
  const used = state?.layerUsed;
  const byItself = {
    value: automatic,
    text: used === undefined || settings?.layer !== undefined ? "Automatic" : `${visible(used)} (automatic)`,
  };
  return layerDropdown(session, {
    label: layerLabel(session),
    first: [byItself],
    chosen: settings?.layer ?? automatic,
    take: (name) =>
      session.change({ layer: name === automatic ? undefined : name, channel: undefined, place: undefined }),
  });
}

/** Of the layer of this name; else of the one that is chosen, or that was found by itself. */
function mapsOf(session: Session, layer = session.settings?.layer ?? session.state?.layerUsed): readonly number[] {
  return layerCalled(layersWithMaps(session), layer)?.maps ?? [];
}

function channelField(session: Session, count = Infinity): HTMLElement {
  const { technique, settings } = session;
  const isDemanded = technique && settings && demandedBy(technique, settings.parameters).includes("channel");
  return wholeNumber({
    name: "Channel",
    label: `Channel, ${rangeWords(0, count - 1)}; empty for the whole layer, or the first where there must be one`,
    placeholder: isDemanded ? "the first" : "the whole layer",
    value: session.settings?.channel,
    least: 0,
    most: count - 1,
    take: (channel) => session.change({ channel, place: undefined }),
  });
}

/** Row and column in the layer's map, empty for its centre. Where only one is given, the other is the centre's. */
function placeFields(session: Session, rows: number | undefined, columns: number | undefined): HTMLElement {
  const { place } = session.settings ?? {};
  const [middleRow, middleColumn] = [rows, columns].map((size) => Math.floor((size ?? 1) / 2)) as [number, number]; // of two, two
  const take = (row: number | undefined, column: number | undefined) =>
    session.change({
      place: row === undefined && column === undefined ? undefined : [row ?? middleRow, column ?? middleColumn],
    });
  const one = (label: string, size = Infinity, index: 0 | 1, set: (value: number | undefined) => void) =>
    wholeNumber({
      name: label,
      label: `${label}, ${rangeWords(0, size - 1)}; empty for the centre`,
      placeholder: label.toLowerCase(),
      value: place?.[index],
      least: 0,
      most: size - 1,
      take: set,
    });
  return h(
    "div",
    { class: "place-fields" },
    one("Row", rows, 0, (row) => take(row, row === undefined ? undefined : session.settings?.place?.[1])),
    one("Column", columns, 1, (column) =>
      take(column === undefined ? undefined : session.settings?.place?.[0], column),
    ),
  );
}
