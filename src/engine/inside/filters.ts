import type { FilterCard, FilterCardRequest, FilterRequest } from "../../shared/inside.ts";
import type { Preparation } from "../../shared/preparation.ts";
import { shown } from "../../shared/shown.ts";
import { float32, type Shape } from "../../shared/tensor.ts";
import type { Quantized } from "../../shared/updates.ts";
import { quantize } from "../images/arithmetic.ts";
import { floatKin } from "../graph/quantized.ts";
import { inputSizeOf, type ModelEntry } from "../library.ts";
import type { Bound, OpenModel } from "../model.ts";
import { possiblePreparations } from "../preparation/resolve.ts";
import { descendants } from "../propagation/differentiate.ts";
import type { Looking } from "../subject.ts";
import { picturesOf } from "./filter-pictures.ts";
import { deadFilters, smoothness } from "./filter-verdicts.ts";
import { kernelsOf, type Kernels } from "./kernels.ts";
import { sameFilters } from "./same-filters.ts";

/** What a layer's weights look like, and what is wrong with them. */
export async function filters(looking: Looking, request: FilterCardRequest, signal: AbortSignal): Promise<FilterCard> {
  const { entry, bound, kernels } = await opened(looking, request, signal);
  const { shape, groups, data, weight } = kernels;
  const each = data.length / Math.max(shape[0], 1);
  const all = Array.from({ length: shape[0] }, (_, o) => data.subarray(o * each, (o + 1) * each));
  const norms = Float32Array.from(all, (filter) => Math.sqrt(filter.reduce((sum, value) => sum + value * value, 0)));
  const kind = kindOf(kernels, bound);
  const colors = kind === "color" && shape[1] === 3 ? await colorsOf(looking, entry, request, signal) : undefined;
  signal.throwIfAborted();
  const { pairs, complete } = await sameFilters(all, norms, groups, signal);
  return {
    layer: request.layer,
    weight: weight.name,
    shape,
    groups,
    kind,
    ...picturesOf(kind, data, shape, colors?.order === "BGR"),
    ...(colors && { colors }),
    norms,
    ...smoothness(all, shape),
    dead: deadFilters(norms),
    duplicates: pairs,
    allCompared: complete,
  };
}

/** One output channel's kernels, [I, kh, kw], on one scale around 0. */
export async function filter(
  looking: Looking,
  { channel, ...request }: FilterRequest & { readonly channel: number },
  signal: AbortSignal,
): Promise<{ readonly slices: Quantized; readonly shape: Shape }> {
  const { kernels } = await opened(looking, request, signal);
  const [outs, ...rest] = kernels.shape;
  if (!Number.isInteger(channel) || channel < 0 || channel >= outs)
    throw new RangeError(
      `${shown(request.layer)} has the output channels 0 to ${outs - 1}; there is no channel ${channel}.`,
    );
  const each = kernels.data.length / outs;
  const slices = float32(rest, kernels.data.slice(channel * each, (channel + 1) * each));
  return { slices: quantize(slices, true), shape: rest };
}

interface Opened {
  readonly entry: ModelEntry;
  readonly bound: Bound;
  readonly kernels: Kernels;
}

/** The filters that were looked at last, if they are not too large: a person goes through the channels of one layer. */
const mostKept = 64e6;
const latest = new WeakMap<OpenModel, { readonly layer: string; readonly kernels: Kernels }>();

async function opened(looking: Looking, { model: path, layer }: FilterRequest, signal: AbortSignal): Promise<Opened> {
  const entry = await looking.library.open(path);
  if (!entry.file.picture)
    throw new TypeError(`${path}: none of its inputs takes a picture. Choose a network that looks at pictures.`);
  const model = await entry.at(inputSizeOf(entry));
  const bound = await model.bound(1);
  const known = latest.get(model);
  const kernels = known?.layer === layer ? known.kernels : await kernelsOf(model, bound, layer, signal);
  if (kernels.data.byteLength <= mostKept) latest.set(model, { layer, kernels });
  return { entry, bound, kernels };
}

function kindOf(kernels: Kernels, bound: Bound): FilterCard["kind"] {
  const [, ins, height, width] = kernels.shape;
  if (kernels.isMatrix) return "linear";
  if (kernels.groups === 1 && (ins === 3 || ins === 1) && height * width > 1 && readsPicture(kernels, bound))
    return "color";
  if (ins === 1) return "depthwise";
  return height * width === 1 ? "pointwise" : "deep";
}

/** Whether nothing that was learned stands between the picture and these weights, but for how it was normalised. */
function readsPicture({ node, weight }: Kernels, { network: { graph, input } }: Bound): boolean {
  const source = node.inputs.find((value) => value !== weight);
  if (!source) return false;
  const before = graph.leadingTo([source]);
  const reached = descendants(before, [input]);
  const learned = before.filter(
    (each) => isWeighted.has(floatKin(each).op) && each.outputs.some((value) => reached.has(value)),
  );
  return learned.length === 0 && source.shape[1] === input.shape[1];
}

const isWeighted: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);

/** The order of colours in which the network gets its photos: as chosen, as known, else as its preparation is guessed. */
async function colorsOf(
  looking: Looking,
  entry: ModelEntry,
  { model, image, preparation }: FilterCardRequest,
  signal: AbortSignal,
): Promise<NonNullable<FilterCard["colors"]>> {
  const { file, sidecar, description } = entry;
  const orderOf = (prepared: Preparation | undefined) => (prepared?.color === "BGR" ? "BGR" : "RGB");
  if (preparation) return { order: orderOf(preparation), guessed: false };
  const input = file.picture && { ...file.picture, ...inputSizeOf(entry) };
  const { candidates } = input
    ? possiblePreparations(file.path, input, sidecar, description.input)
    : { candidates: [] };
  const possible = new Set(candidates.map(orderOf));
  const [first = "RGB"] = possible;
  if (possible.size === 1) return { order: first, guessed: false };
  // A network that does not run has filters all the same: then the more common order is the guess.
  const guess = await looking.guess({ model, image }, signal).catch(() => undefined);
  return { order: guess ? orderOf(guess) : first, guessed: true };
}
