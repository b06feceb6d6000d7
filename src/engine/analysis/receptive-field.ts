import { shown } from "../../shared/shown.ts";
import { numbers } from "../../shared/tensor.ts";
import { definitionOf } from "../graph/definitions.ts";
import { isHeld, type Graph, type Node, type Operand, type Value } from "../graph/graph.ts";
import { floatKin } from "../graph/quantized.ts";
import type { Reach, ReachContext } from "../ops/reach.ts";
import { both, endsOf, joined, pull, push, type Area, type Ends, type Mask, type Pair } from "./masks.ts";
import { merged, passed, pointable, type Along, type Passage, type Steps } from "./places.ts";
import { inGrid, isEverything, pixels, seenBetween, typical, type Typical } from "./windows.ts";

/** What a unit of a value sees of the picture. Rows come first, then columns; the centre of pixel 0 is at 0. */
export interface Field {
  /** In pixels, before it is clipped at the picture's border; where units differ (after upsampling), the largest. */
  readonly size: readonly [number, number];
  /** Pixels from one unit to the next; a fraction where maps are finer than the picture, or their mean. */
  readonly stride: readonly [number, number];
  /** Of unit (0, 0), in pixels; of tokens in a line, of the first patch. */
  readonly center: readonly [number, number];
  /** Every unit sees the whole picture, by a global operator: then `size` is the picture's, and `stride` is zero. */
  readonly whole: boolean;
  /** Units lie apart now so, now otherwise: `stride` is no more than a mean. */
  readonly uneven?: true;
}

export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export interface Window {
  /** As if the picture had no border. Undefined: nothing, as between the dots of a transposed convolution. */
  readonly unclipped: Rectangle | undefined;
  /** What is really read: from the first to the last row and column that count. Undefined: nothing but padding. */
  readonly clipped: Rectangle | undefined;
}

/** Which places of which input an output's depend on. */
interface Hop {
  readonly input: Value;
  readonly output: Value;
  readonly steps: Pair<Steps>;
}

/** A picture, or a map, of more rows or columns than this is no picture. */
const mostPlaces = 2 ** 16;
const tooLarge = `a picture of more than ${mostPlaces.toLocaleString("en-US")} rows or columns is not followed`;

/**
 * Receptive fields of all values, found by following rows and columns through the graph, whatever axes they are on.
 * A value that no picture reaches has none; nor has one behind an operator of which nothing is known. Exact, with two
 * limits: along an axis of more than 2¹⁸ places all count as seen together, and so does what would take more than 64
 * overlapping rectangles to tell.
 */
export class ReceptiveFields {
  readonly #places = new Map<Value, Pair<Along>>();
  /** Values of which it is not known what they see, and why: clauses. */
  readonly #unknown = new Map<Value, string>();
  readonly #hops: Hop[] = [];
  readonly #size: Pair<number>;

  constructor(
    private readonly graph: Graph,
    private readonly input: Value,
    layout: "NCHW" | "NHWC",
  ) {
    const axes = layout === "NCHW" ? ([2, 3] as const) : ([1, 2] as const);
    const along = (axis: number): Along => {
      const count = input.shape[axis] ?? 1;
      return { count, digits: [{ axis, stride: 1, extent: count, weight: 1 }], windows: pixels };
    };
    const start = [along(axes[0]), along(axes[1])] as const;
    this.#size = [start[0].count, start[1].count];
    if (Math.max(...this.#size) > mostPlaces) this.#unknown.set(input, tooLarge);
    else this.#places.set(input, start);
    for (const node of graph.nodes.map(floatKin)) node.outputs.forEach((_, output) => this.#follow(node, output));
  }

  fieldOf(value: Value): Field | undefined {
    const units = this.#units(value);
    if (!units) return undefined;
    const [rows, columns] = this.#typical(units);
    if (!rows || !columns) return undefined;
    return {
      size: [rows.size, columns.size],
      stride: [rows.stride, columns.stride],
      center: [rows.center, columns.center],
      whole: rows.whole && columns.whole,
      ...(!(rows.even && columns.even) && { uneven: true }),
    };
  }

  #typical(units: Pair<Passage>): Pair<Typical | undefined> {
    const windows = both((p) => units[p].along.windows);
    const plain = both((p) => typical(windows[p], units[p].along.count, this.#size[p]));
    if (!isLine(units) || windows.some(isEverything)) return plain;
    const grid = inGrid(...windows, units[0].along.count);
    if (grid) return both((p) => typical(grid[p], grid[p].period, this.#size[p]));
    return both((p) => plain[p] && { ...plain[p], even: plain[p].whole });
  }

  /** Why a value has no field, as a clause; undefined where it has one, or where the picture does not reach it. */
  whyNone(value: Value): string | undefined {
    const looksNowhere = this.#places.has(value) && !this.fieldOf(value);
    return this.whyUnknown(value) ?? (looksNowhere ? "none of its units looks at the picture" : undefined);
  }

  /** Why it is not known what a value sees, as a clause; undefined where that is known, be it nothing. */
  whyUnknown(value: Value): string | undefined {
    return this.#unknown.get(value);
  }

  /** Numbers of rows and columns of units. */
  unitsOf(value: Value): Pair<number> | undefined {
    const units = this.#units(value);
    return units && [units[0].along.count, units[1].along.count];
  }

  /** What the unit at [row, column] sees, or all units from there to `to`, both included. */
  windowOf(value: Value, from: Pair<number>, to: Pair<number> = from): Window | undefined {
    const units = this.#units(value);
    if (!units) return undefined;
    units.forEach(({ along }, p) => {
      for (const place of [from[p] as number, to[p] as number])
        if (!Number.isInteger(place) || place < 0 || place >= along.count)
          throw new RangeError(
            `${value.name} has ${p ? "columns" : "rows"} 0 to ${along.count - 1}; there is no ${place}.`,
          );
    });
    const asked = both((p) => {
      const { along, steps } = units[p];
      const mask = new Uint8Array(along.count).fill(1, Math.min(from[p], to[p]), Math.max(from[p], to[p]) + 1);
      return steps.reduce(pull, mask);
    });
    const ends = both((p) => {
      const [low, high] = [Math.min(from[p], to[p]), Math.max(from[p], to[p])];
      return seenBetween(units[p].along.windows, low, high, this.#size[p]);
    });
    const unclipped = ends[0] && ends[1] && rectangle(ends[0], ends[1]);
    return { unclipped, clipped: rectangleOf(this.#read(value, [asked])) };
  }

  /** The units of `value` that see the pixel at [y, x]. */
  seenBy(value: Value, pixel: Pair<number>): Rectangle | undefined {
    const units = this.#units(value);
    if (!units || pixel.some((at, p) => !Number.isInteger(at) || at < 0 || at >= this.#size[p === 0 ? 0 : 1]))
      return undefined;
    const start = both((p) => new Uint8Array(this.#size[p]).fill(1, pixel[p], pixel[p] + 1));
    const seeing = new Map<Value, Area>([[this.input, [start]]]);
    for (const { input, output, steps } of this.#hopsTo(value)) {
      const area = seeing.get(input);
      const places = this.#places.get(output);
      if (!area || !places) continue;
      const seen = area.map((part) => both((p) => push(part[p], steps[p], places[p].count)));
      seeing.set(output, joined(seeing.get(output) ?? [], seen));
    }
    const area = seeing.get(value) ?? [];
    const own = area.map((part) => both((p) => push(part[p], units[p].steps, units[p].along.count)));
    return rectangleOf(joined([], isLine(units) ? own.map(onLine) : own));
  }

  /** The pixels that are read, walking back from the places of `value` that are asked about. */
  #read(value: Value, asked: Area): Area {
    const areas = new Map<Value, Area>([[value, asked]]);
    for (const { input, output, steps } of this.#hopsTo(value).reverse()) {
      const read = areas.get(output)?.map((part) => both((p) => steps[p].reduce(pull, part[p])));
      if (read) areas.set(input, joined(areas.get(input) ?? [], read));
    }
    return areas.get(this.input) ?? [];
  }

  /** The hops on the way from the picture to `value`, in order. */
  #hopsTo(value: Value): Hop[] {
    const wanted = new Set([value]);
    return this.#hops
      .toReversed()
      .filter(({ input, output }) => wanted.has(output) && wanted.add(input))
      .reverse();
  }

  #units(value: Value) {
    const places = this.#places.get(value);
    return places && both((p) => pointable(places[p], places[1 - p] as Along, value.shape));
  }

  #follow(node: Node, index: number): void {
    const output = node.outputs[index] as Value; // it is one of them
    const captured = node.opaque?.captured ?? [];
    for (const input of [...node.inputs, ...captured]) {
      const reason = input && this.#unknown.get(input);
      if (reason === undefined) continue;
      this.#unknown.set(output, reason);
      return;
    }
    const sources: Source[] = [];
    for (const [i, input] of node.inputs.entries()) {
      const places = input && this.#places.get(input);
      if (places) sources.push({ input, places, reach: reachOf(node, i, index, this.graph) });
    }
    const [first] = sources;
    if (!first && !captured.some((input) => this.#places.has(input))) return;
    if (!first || sources.some(({ reach }) => reach === undefined)) {
      const name = node.name ? ` (node ${shown(node.name)})` : "";
      this.#unknown.set(output, `where ${shown(node.op)}${name} looks in its input is not known`);
      return;
    }
    const [rows, columns] = both((p) =>
      merged(
        sources.map(({ input, places, reach = "everywhere" }) => passed(places[p], reach, input.shape, output.shape)),
      ),
    );
    const same = first.places[0] === rows.along && first.places[1] === columns.along;
    this.#places.set(output, same ? first.places : [rows.along, columns.along]);
    for (const [k, { input }] of sources.entries())
      this.#hops.push({ input, output, steps: [rows.steps[k] as Steps, columns.steps[k] as Steps] }); // one for each
  }
}

interface Source {
  readonly input: Value;
  readonly places: Pair<Along>;
  readonly reach: Reach | undefined;
}

export const receptiveFields = (graph: Graph, input: Value, layout: "NCHW" | "NHWC" = "NCHW"): ReceptiveFields =>
  new ReceptiveFields(graph, input, layout);

/** Undefined where nothing is known of the operator. */
function reachOf(node: Node, input: number, output: number, graph: Graph): Reach | undefined {
  const reach = node.opaque ? undefined : definitionOf(node.op).reach;
  if (typeof reach !== "function") return reach;
  const constant = (value: Operand) => {
    const found = value && graph.constants.get(value);
    return found && isHeld(found) ? numbers(found) : undefined;
  };
  return reach({ ...node, input, output, numbers: constant } as unknown as ReachContext); // every node has a first input and output
}

const rectangle = ([top, bottom]: Ends, [left, right]: Ends): Rectangle => ({
  top,
  left,
  height: bottom - top + 1,
  width: right - left + 1,
});

function rectangleOf(area: Area): Rectangle | undefined {
  const ends = endsOf(area);
  return ends && rectangle(ends[0], ends[1]);
}

/** Whether rows and columns are counted along one and the same axis: tokens that are no longer a grid. */
const isLine = ([rows, columns]: Pair<Passage>) => {
  const [row, column] = [rows.along.digits[0], columns.along.digits[0]];
  return row !== undefined && row.axis === column?.axis && row.weight === column.weight && row.stride === column.stride;
};
const onLine = ([rows, columns]: Pair<Mask>): Pair<Mask> =>
  both(() => rows.map((row, place) => row & (columns[place] ?? 0)));
