import { shapeText } from "../../shared/tensor.ts";
import { shown } from "../../shared/shown.ts";
import type { LayerDiff, ModelDiff } from "../../shared/structure.ts";
import { readSource } from "../formats/onnx/source.ts";
import type { Source, SourceWeight } from "../formats/source.ts";
import { kindText, type Layer } from "../graph/layers.ts";
import type { Library, ModelEntry } from "../library.ts";
import type { Bound } from "../model.ts";
import { boundOf } from "./bound.ts";
import { weightsOfLayer } from "./layer-weights.ts";
import { inChunks } from "./weights.ts";

/** One model's side of the comparison. */
interface Side {
  readonly entry: ModelEntry;
  readonly bound: Bound;
  readonly source: Source;
}

/**
 * Layer by layer: what was added, removed, changed in kind, shape or weights. Layers are matched by name; those that only
 * one of two equally long networks has, by their place. A constant's own name does not matter, only what it holds.
 */
export async function diff(
  library: Library,
  { a, b }: { readonly a: string; readonly b: string },
  signal: AbortSignal,
): Promise<ModelDiff> {
  const [one, other] = [await sideOf(library, a), await sideOf(library, b)];
  const layers: LayerDiff[] = [];
  for (const [before, after] of matched(one.bound.layers, other.bound.layers)) {
    signal.throwIfAborted();
    layers.push(await compared(before && { layer: before, side: one }, after && { layer: after, side: other }, signal));
  }
  return { a, b, facts: factsOf(one, other), layers };
}

async function sideOf(library: Library, model: string): Promise<Side> {
  const entry = await library.open(model);
  const bound = await boundOf(entry);
  if (!bound) throw new TypeError(`${model}: none of its inputs takes a picture, so its layers are not known.`);
  return { entry, bound, source: readSource(model) };
}

type Pair = readonly [Layer | undefined, Layer | undefined];

/** In the order of the first, what only the second has where it stands there. */
function matched(a: readonly Layer[], b: readonly Layer[]): Pair[] {
  const byName = new Map(b.map((layer) => [layer.name, layer]));
  const common = a.filter(({ name }) => byName.has(name)).length;
  // An exporter may name everything anew: then the order tells more than the names.
  if (a.length === b.length && common < a.length / 2) return a.map((layer, i) => [layer, b[i]]);
  const pairs: Pair[] = [];
  const done = new Set<Layer>();
  const order = new Map(b.map((layer, i) => [layer, i]));
  let next = 0;
  for (const layer of a) {
    const other = byName.get(layer.name);
    if (other) {
      for (const added of b.slice(next, order.get(other)))
        if (!done.has(added) && !isNamed(a, added)) pairs.push([undefined, added]);
      next = Math.max(next, (order.get(other) ?? 0) + 1);
      done.add(other);
    }
    pairs.push([layer, other]);
  }
  for (const added of b.slice(next)) if (!done.has(added) && !isNamed(a, added)) pairs.push([undefined, added]);
  return pairs;
}

const isNamed = (layers: readonly Layer[], { name }: Layer) => layers.some((layer) => layer.name === name);

interface Placed {
  readonly layer: Layer;
  readonly side: Side;
}

async function compared(a: Placed | undefined, b: Placed | undefined, signal: AbortSignal): Promise<LayerDiff> {
  const parameters = { a: a?.layer.parameters ?? 0, b: b?.layer.parameters ?? 0 };
  const plain = { parameters, relative: undefined, largest: undefined };
  if (!a || !b) {
    const only = a ?? b;
    const layer = only?.layer.name ?? "";
    return { layer, change: a ? "removed" : "added", words: only ? textOf(only.layer) : "", ...plain };
  }
  const { name: layer } = a.layer;
  const renamed = a.layer.name === b.layer.name ? "" : `now called ${shown(b.layer.name)}; `;
  const [before, after] = [kindText(a.layer), kindText(b.layer)];
  if (before !== after) return { layer, change: "kind", words: `${renamed}${before} became ${after}`, ...plain };
  const [mine, theirs] = [weightsIn(a), weightsIn(b)];
  const differing = mine.find((weight, i) => shapeText(weight.shape) !== shapeText(theirs[i]?.shape ?? []));
  const [out, outNow] = [shapeText(a.layer.output.shape), shapeText(b.layer.output.shape)];
  if (mine.length !== theirs.length || differing) {
    const other = theirs[mine.indexOf(differing as SourceWeight)]; // undefined gives none, as it should
    const words = differing
      ? `weights of ${shapeText(differing.shape)} became ${other ? shapeText(other.shape) : "none"}`
      : `${mine.length} weights became ${theirs.length}`;
    return { layer, change: "shape", words: renamed + words, ...plain };
  }
  if (out !== outNow) return { layer, change: "shape", words: `${renamed}output ${out} became ${outNow}`, ...plain };
  const { squares, ofFirst, largest } = await distance(mine, theirs, signal);
  const relative = squares === 0 ? 0 : Math.sqrt(squares / ofFirst);
  const same = squares === 0;
  const words = same ? `${renamed}${mine.length ? "the same weights" : "no weights"}` : `${renamed}other weights`;
  return {
    layer,
    change: same ? "same" : "weights",
    words,
    relative: mine.length ? relative : undefined,
    largest: mine.length ? largest : undefined,
    parameters,
  };
}

const textOf = (layer: Layer) => `${kindText(layer)}, output ${shapeText(layer.output.shape)}`;

const weightsIn = ({ layer, side: { bound, source } }: Placed): readonly SourceWeight[] =>
  weightsOfLayer(layer, bound).flatMap(({ name }) => {
    const weight = source.weights.get(name);
    return weight && weight.broken === undefined ? [weight] : [];
  });

async function distance(a: readonly SourceWeight[], b: readonly SourceWeight[], signal: AbortSignal) {
  const sums = { squares: 0, ofFirst: 0, largest: 0 };
  for (const [i, one] of a.entries()) {
    const other = b[i];
    if (!other) continue;
    let at = 0;
    for await (const values of inChunks(one, signal)) {
      const theirs = other.values(at, values.length);
      at += values.length;
      values.forEach((value, k) => {
        const there = theirs[k] ?? NaN;
        // Two that are both no number say the same.
        const difference = Object.is(value, there) ? 0 : Math.abs(value - there);
        sums.squares += difference ** 2;
        sums.ofFirst += value ** 2;
        if (!(difference <= sums.largest) && !Number.isNaN(sums.largest)) sums.largest = difference;
      });
    }
  }
  return sums;
}

function factsOf(a: Side, b: Side): ModelDiff["facts"] {
  const facts: readonly (readonly [string, (side: Side) => string])[] = [
    ["format", ({ entry: { file } }) => `${file.format} ${file.opset}`],
    ["written by", ({ entry: { file } }) => file.producer],
    ["inputs", ({ entry: { file } }) => file.inputs.map(tensorText).join("; ")],
    ["outputs", ({ entry: { file } }) => file.outputs.map(tensorText).join("; ")],
    ["layers", ({ bound }) => String(bound.layers.length)],
    [
      "parameters",
      ({ bound }) => bound.layers.reduce((sum, layer) => sum + layer.parameters, 0).toLocaleString("en-US"),
    ],
    ["bytes", ({ entry: { file } }) => file.bytes.toLocaleString("en-US")],
  ];
  return facts.map(([name, text]) => ({ name, a: text(a), b: text(b) }));
}

const tensorText = ({ name, dtype, shape }: ModelEntry["file"]["inputs"][number]) =>
  `${shown(name)} ${dtype} [${shape.map((n) => n ?? "?").join(", ")}]`;
