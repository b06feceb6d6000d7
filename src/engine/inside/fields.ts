import type { FieldlessLayer, LayerRequest, NamedField, NotKnown, Rectangle, SeenPart } from "../../shared/inside.ts";
import { sentence } from "../../shared/sentence.ts";
import type { Window } from "../analysis/receptive-field.ts";
import type { Value } from "../graph/graph.ts";
import { inputSizeOf } from "../library.ts";
import { allLayers } from "../lost-layers.ts";
import type { Bound } from "../model.ts";
import type { Looking } from "../subject.ts";
import { Activations } from "./activations.ts";
import { fieldsIn } from "./anatomy.ts";
import { layoutOf, type Layout } from "./arrangement.ts";
import { axesOf } from "./axes.ts";

type Place = readonly [number, number];

/** What a place of a layer sees of the picture; undefined where it sees nothing. */
export async function fieldOf(
  looking: Looking,
  { place, ...request }: LayerRequest & { readonly place: Place },
): Promise<SeenPart | NotKnown | undefined> {
  const { model, bound } = await Activations.of(looking).views.photo(request);
  return partSeen(bound, model.value(bound, request.layer), place);
}

/** The places of a layer that see a pixel of the input; undefined where none does. */
export async function seenBy(
  looking: Looking,
  { pixel, ...request }: LayerRequest & { readonly pixel: Place },
): Promise<Rectangle | NotKnown | undefined> {
  const { model, bound } = await Activations.of(looking).views.photo(request);
  const value = model.value(bound, request.layer);
  const layout = layoutIn(bound, value);
  const units = unitsAre(bound, value, layout);
  if (typeof units === "object") return units;
  const found = units && fieldsIn(bound).seenBy(value, pixel);
  if (!found) return undefined;
  const [, height, width] = layout.arrangement.shape;
  switch (units) {
    case "places":
      return edges(found);
    case "tokens":
      return placesOfTokens(edges(found), layout);
    case "one":
      return { top: 0, left: 0, bottom: height, right: width };
  }
}

/** The fields of every layer and value by name, or of one. */
export async function fields(
  looking: Looking,
  { model: path, layer }: { readonly model: string; readonly layer?: string },
): Promise<readonly NamedField[]> {
  const { model, bound } = await atItsSize(looking, path);
  if (layer !== undefined) {
    const value = model.value(bound, layer);
    const field = fieldsIn(bound).fieldOf(value);
    if (field) return [{ layer, ...field }];
    const why = fieldsIn(bound).whyNone(value) ?? "nothing of the picture reaches it";
    throw new TypeError(`${layer} of ${path} has no receptive field: ${why}.`);
  }
  const named = new Map(bound.layers.map(({ name, output }) => [name, output]));
  for (const [name, value] of bound.network.values) if (!named.has(name)) named.set(name, value);
  return [...named].flatMap(([name, value]) => {
    const field = fieldsIn(bound).fieldOf(value);
    return field ? [{ layer: name, ...field }] : [];
  });
}

/** The layers that the picture reaches, or would reach, and of which nobody can say what they see. */
export async function fieldless(
  looking: Looking,
  { model: path }: { readonly model: string },
): Promise<readonly FieldlessLayer[]> {
  const { bound } = await atItsSize(looking, path);
  return allLayers(bound).flatMap((layer) => {
    const why = "trouble" in layer ? layer.trouble : fieldsIn(bound).whyNone(layer.output);
    return why === undefined ? [] : [{ layer: layer.name, why: sentence(why) }];
  });
}

async function atItsSize(looking: Looking, path: string) {
  const entry = await looking.library.open(path);
  if (!entry.file.picture)
    throw new TypeError(`${path}: none of its inputs takes a picture. Choose a network that looks at pictures.`);
  const model = await entry.at(inputSizeOf(entry));
  return { model, bound: await model.bound(1) };
}

export function partSeen(bound: Bound, value: Value, [row, column]: Place): SeenPart | NotKnown | undefined {
  const layout = layoutIn(bound, value);
  const [, height, width] = layout.arrangement.shape;
  const fits = (n: number, count: number) => Number.isInteger(n) && n >= 0 && n < count;
  if (!fits(row, height) || !fits(column, width))
    throw new RangeError(`${value.name} has maps of ${height} × ${width}; there is no row ${row}, column ${column}.`);
  const units = unitsAre(bound, value, layout);
  if (!units || typeof units === "object") return units;
  const token = tokenAt(layout, row, column);
  const unit = { places: [row, column], tokens: [token, token], one: [0, 0] } as const;
  const window = fieldsIn(bound).windowOf(value, unit[units]);
  return window && partOf(window);
}

const layoutIn = (bound: Bound, value: Value): Layout => layoutOf(axesOf(bound).get(value), value.shape);

/**
 * What the fields of a value are counted by: the rows and columns of its maps, its tokens in a line, or nothing, as all of
 * them are one. Undefined where the picture does not reach it.
 */
function unitsAre(
  bound: Bound,
  value: Value,
  { arrangement, strides }: Layout,
): "places" | "tokens" | "one" | NotKnown | undefined {
  const why = fieldsIn(bound).whyUnknown(value);
  if (why !== undefined) return { why };
  const units = fieldsIn(bound).unitsOf(value);
  if (!units) return undefined;
  const [, height, width] = arrangement.shape;
  if (units[0] === height && units[1] === width) return "places";
  if ((units[0] === 1 && units[1] === 1) || fieldsIn(bound).fieldOf(value)?.whole) return "one";
  const tokens = value.shape.some((n, axis) => n === units[0] && strideOf(value, axis) === strides[2]);
  return arrangement.kind === "tokens" && units[0] === units[1] && tokens
    ? "tokens"
    : { why: "its numbers are not laid out over the picture" };
}

const strideOf = ({ shape }: Value, axis: number) => shape.slice(axis + 1).reduce((product, n) => product * n, 1);

/** Tokens that stand before the grid's own (a class token) are counted as well. */
const tokenAt = ({ offset, strides: [, y, x] }: Layout, row: number, column: number) =>
  (offset + row * y + column * x) / x;

/** The rows and columns of tokens from the first to the last. */
function placesOfTokens({ top, bottom }: Rectangle, layout: Layout): Rectangle | undefined {
  const [, height, width] = layout.arrangement.shape;
  const before = tokenAt(layout, 0, 0);
  const [first, last] = [Math.max(top - before, 0), Math.min(bottom - before, height * width) - 1];
  if (last < first) return undefined;
  const rows = [Math.floor(first / width), Math.floor(last / width)] as const;
  const inOneRow = rows[0] === rows[1];
  return {
    top: rows[0],
    bottom: rows[1] + 1,
    left: inOneRow ? first % width : 0,
    right: inOneRow ? (last % width) + 1 : width,
  };
}

interface Extent {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

const edges = ({ top, left, height, width }: Extent): Rectangle => ({
  top,
  left,
  bottom: top + height,
  right: left + width,
});

function partOf({ unclipped, clipped }: Window): SeenPart | undefined {
  if (!unclipped) return undefined;
  return { whole: edges(unclipped), clipped: edges(clipped ?? { ...unclipped, height: 0, width: 0 }) };
}
