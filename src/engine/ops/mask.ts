import { float32 } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { beforeSent } from "./sent-back.ts";
import { hasBlocks, inBlocks, isInBlocks } from "./blocks.ts";

// A comparison takes a tensor out of the layout in blocks of channels, and back: on ResNet-50 that costs as much as a fifth
// of its convolutions. A depthwise convolution of one tap with a clip does not.

/** Makes 1 or more of every difference above 1e-30, and no infinity of any below 1e8. A power of two: nothing is rounded. */
export const steep = 2 ** 100;

/** What makes no infinity of finite numbers, which zero times would be NaN: a square root's gradient at 0 does. */
const finite: ReadonlySet<string | undefined> = new Set([
  undefined, // the seed
  "Add",
  "Concat",
  "Conv",
  "ConvTranspose",
  "Relu",
  "Reshape",
  "Slice",
  "Split",
]);

/** What was kept of finite numbers. */
const masked = new WeakSet<Value>();

/** `dy` where `y` is strictly between the bounds, 0 elsewhere; a bound that is infinite is none. */
export function whereBetween(g: Builder, y: Value, low: number, high: number, dy: Value): Value {
  const found = beforeSent(y, dy, (largest, dy) => whereBetween(g, largest, low, high, dy));
  if (found) return found;
  const bounds = [
    ...(low === -Infinity ? [] : [{ bound: low, slope: steep }]),
    ...(high === Infinity ? [] : [{ bound: high, slope: -steep }]),
  ];
  if (staysBlocked(g, y, dy)) {
    const signal = isInBlocks(g.graph, y) ? inBlocks(g, dy) : dy;
    const kept = bounds.reduce((kept, { bound, slope }) => g.mul(kept, stepped(g, y, slope, bound)), signal);
    masked.add(kept);
    return kept;
  }
  const tests = bounds.map(({ bound, slope }) => (slope > 0 ? g.greater(y, bound) : g.less(y, bound)));
  return tests.length
    ? g.where(
        tests.reduce((a, b) => g.and(a, b)),
        dy,
        0,
      )
    : dy;
}

/** Whether `y` is in that layout where convolutions are, and nothing of `dy` times 0 is anything but 0. */
export const staysBlocked = (g: Builder, y: Value, dy: Value): boolean =>
  hasBlocks(y) && (masked.has(dy) || finite.has(g.graph.producer(dy)?.op));

/** 1 where `y` is on that side of the bound, 0 elsewhere: y's difference from it, enlarged and clipped. */
function stepped(g: Builder, y: Value, slope: number, bound: number): Value {
  const channels = y.shape[1]!;
  const each = (shape: readonly number[], value: number) =>
    g.constant(float32(shape, new Float32Array(channels).fill(value)));
  const inputs = [y, each([channels, 1, 1, 1], slope), ...(bound === 0 ? [] : [each([channels], -slope * bound)])];
  const enlarged = g.one("Conv", inputs, { group: channels });
  return g.one("Clip", [enlarged], { min: 0, max: 1 });
}
