import type { Step, UnitRequest } from "../../shared/inside.ts";
import { shown } from "../../shared/shown.ts";
import { readSource } from "../formats/onnx/source.ts";
import type { Node, Value } from "../graph/graph.ts";
import { floatKin } from "../graph/quantized.ts";
import type { Bound } from "../model.ts";
import type { Looking } from "../subject.ts";
import { Activations, type Activation } from "./activations.ts";
import { axesOf } from "./axes.ts";
import { fixedNumbers } from "./fixed-numbers.ts";
import { swapped, turnedStep } from "./turned-step.ts";
import { unitAt } from "./unit.ts";
import type { PhotoView } from "./views.ts";
import {
  channelsRead,
  divisorOf,
  hasWindow,
  originOf,
  picked,
  windowAt,
  windowOp,
  type WindowOp,
} from "./window-ops.ts";

type StepRequest = UnitRequest & { readonly node?: number };

/** One output place of a convolution or a pooling, as the numbers that it is made of. */
export async function step(looking: Looking, request: StepRequest, signal: AbortSignal): Promise<Step> {
  const store = Activations.of(looking);
  const view = await store.views.photo(request, signal);
  const node = nodeOf(view, request);
  const op = windowOp(node);
  const [x, , bias] = node.inputs as readonly [Value, ...(Value | undefined)[]]; // all of them have a first
  const [before, after] = [await store.of(view, x, signal), await store.of(view, node.outputs[0] as Value, signal)];
  // Places are those of the layer's maps, which lie as the picture does.
  const turned = axesOf(view.bound).get(after.value)?.roles.slice(1).join() === "channel,column,row";
  const { channel, place: asked, value } = unitAt(turned ? after : asMaps(after, op), request);
  const place = turned ? swapped(asked) : asked;
  const read = channelsRead(op, channel);
  const origin = originOf(op, place);
  const window = windowAt(op, before.numbers.data, origin, read);
  const isPooling = op.kind === "pooling";
  const found: Step = {
    node: node.name || (node.outputs[0]?.name ?? ""),
    kind: op.kind,
    op: node.op,
    place,
    channel,
    input: op.input,
    output: op.output,
    from: x.name,
    firstChannel: read[0],
    channels: read[1],
    kernel: op.kernel,
    stride: op.stride,
    dilation: op.dilation,
    padding: op.padding,
    origin,
    window,
    weights: isPooling ? new Float32Array() : weightsOf(op, await parameter(view, node.inputs[1], signal), channel),
    bias: !isPooling && bias ? ((await parameter(view, bias, signal))[channel] ?? NaN) : 0,
    value,
    picked: op.takes === "maximum" ? picked(window, value) : undefined,
    divisor: op.takes === "mean" ? divisorOf(op, origin) : undefined,
  };
  return turned ? turnedStep(found) : found;
}

/** An operator's own maps, in its own order of axes, whatever they stand for in the picture. */
function asMaps({ numbers }: Activation, { output }: WindowOp): Pick<Activation, "maps" | "layout"> {
  const [, height, width] = output;
  const layout = {
    arrangement: { shape: output, kind: "maps", remark: "" } as const,
    strides: [height * width, width, 1] as const,
    offset: 0,
    image: undefined,
  };
  return { maps: numbers.data, layout };
}

function nodeOf({ model, bound }: PhotoView, { model: path, layer: name, node: asked }: StepRequest): Node {
  if (asked !== undefined) return nodeAt(path, asked, bound);
  const layer = bound.layers.find((each) => each.name === name);
  const written = layer ? undefined : bound.network.graph.producer(model.value(bound, name));
  if (written && hasWindow(written)) return written;
  const around = layer ?? bound.layers.find(({ nodes }) => written && nodes.includes(written));
  const found = around?.nodes.find(hasWindow);
  if (!found) throw withoutWindow(`${shown(name)} has`, around?.nodes ?? []);
  return found;
}

function withoutWindow(subject: string, nodes: readonly Node[]): TypeError {
  if (nodes.some((node) => hasWindow(floatKin(node))))
    return new TypeError(
      `${subject} a convolution or a pooling of whole numbers: those are not gone through step by step.`,
    );
  const other = nodes.find(({ op }) => /Conv|Pool/.test(op));
  if (!other) return new TypeError(`${subject} no convolution and no pooling.`);
  const kind = other.op.includes("Pool") ? "pooling" : "convolution";
  return new TypeError(
    `${subject} a ${kind} of another kind, ${shown(other.op)}: only plain and transposed convolutions, and poolings ` +
      "that take the greatest number or the mean, are gone through step by step.",
  );
}

/** A node by its place in the file. */
function nodeAt(path: string, place: number, { network, reached }: Bound): Node {
  const source = readSource(path).nodes[place];
  if (!source) throw new RangeError(`${path} has no node ${place}.`);
  const written = source.outputs.map((name) => network.values.get(name)).find((value) => value !== undefined);
  const found = written && reached.has(written) ? network.graph.producer(written) : undefined;
  const words = `${shown(source.op)} (node ${shown(source.name || (source.outputs[0] ?? ""))})`;
  if (!found) throw new TypeError(`${words} is not computed from the picture.`);
  if (!hasWindow(found)) throw withoutWindow(`${words} is`, [found]);
  return found;
}

/** Of the convolution that was looked at last: a person goes over its places one by one. */
const mostKept = 64e6;
const latest = new WeakMap<Bound, Map<Value, Float32Array>>();

async function parameter(view: PhotoView, value: Value | undefined, signal: AbortSignal): Promise<Float32Array> {
  if (!value) throw new TypeError("The operator has no weights.");
  const { bound, model } = view;
  // Weights that are made of the picture are as any other value of it.
  if (bound.reached.has(value)) {
    const [made] = await model.together(view.image, () => [value]);
    return made?.data as Float32Array; // it was asked for, and is what a convolution multiplies by
  }
  const kept = latest.get(bound) ?? new Map<Value, Float32Array>();
  latest.set(bound, kept);
  const known = kept.get(value);
  if (known) return known;
  const { data } = await fixedNumbers(model, bound, value, signal);
  const bytes = [...kept.values()].reduce((sum, each) => sum + each.byteLength, data.byteLength);
  if (bytes > mostKept) kept.clear();
  if (data.byteLength <= mostKept) kept.set(value, data);
  return data;
}

/** [channels, kh, kw] of one output channel; of a transposed convolution, flipped. */
function weightsOf(op: WindowOp, data: Float32Array, channel: number): Float32Array {
  const { kind, groups, input, output, kernel } = op;
  const cells = kernel[0] * kernel[1];
  const ins = input[0] / groups;
  if (kind === "convolution") return data.slice(channel * ins * cells, (channel + 1) * ins * cells);
  const outs = output[0] / groups;
  const [first] = channelsRead(op, channel);
  const flipped = new Float32Array(ins * cells);
  for (let i = 0; i < ins; i++)
    for (let k = 0; k < cells; k++)
      flipped[i * cells + k] = data[((first + i) * outs + (channel % outs)) * cells + cells - 1 - k]!;
  return flipped;
}
