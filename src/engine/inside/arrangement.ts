import type { Arrangement } from "../../shared/inside.ts";
import { shapeText, size, type Shape } from "../../shared/tensor.ts";
import type { Layer } from "../graph/layers.ts";
import type { Bound } from "../model.ts";
import { axesOf, type Axes, type Role } from "./axes.ts";

/** Where the maps of one layer are found among its numbers. */
export interface Layout {
  readonly arrangement: Arrangement;
  /** From one channel, row and column to the next. */
  readonly strides: readonly [number, number, number];
  /** Of the first number of the first image. */
  readonly offset: number;
  /** From one image of a batch to the next; undefined where they cannot be told apart. */
  readonly image: number | undefined;
  /** What its channels are is not known: those of attention are heads, or queries, keys and values. */
  readonly withoutChannels?: true;
}

interface Axis {
  readonly role: Role;
  readonly length: number;
  readonly stride: number;
}

/** `batch` is how many images the value is of. */
export function layoutOf(axes: Axes | undefined, shape: Shape, batch = 1): Layout {
  const all = shape.map((length, i): Axis => ({
    role: axes?.roles[i] ?? "other",
    length,
    stride: size(shape.slice(i + 1)),
  }));
  const images = all.find(({ role, length }) => role === "batch" && length === batch);
  const rest = all.filter((axis) => axis !== images && axis.length !== 1);
  const image = images ? images.stride : batch === 1 ? size(shape) : undefined;
  return { ...(maps(rest) ?? tokens(rest, axes) ?? numbers(rest, shape)), image };
}

/** Channels, rows and columns that a layer is shown as. */
export const mapsOf = ({ output }: Pick<Layer, "output">, bound: Bound): Arrangement["shape"] =>
  layoutOf(axesOf(bound).get(output), output.shape, bound.network.input.shape[0]).arrangement.shape;

type Placed = Omit<Layout, "image">;
const absent: Omit<Axis, "role"> = { length: 1, stride: 0 };

function maps(rest: readonly Axis[]): Placed | undefined {
  const of = (role: Role) => rest.find((axis) => axis.role === role);
  const [channel, row, column] = [of("channel"), of("row"), of("column")];
  const known = [channel, row, column].filter((axis) => axis !== undefined);
  if (known.length !== rest.length || !(row ?? column)) return undefined;
  return placed("maps", [channel ?? absent, row ?? absent, column ?? absent]);
}

/** A transformer's tokens, put back on the grid that they were cut from. */
function tokens(rest: readonly Axis[], axes: Axes | undefined): Placed | undefined {
  const along = rest.find(({ role }) => role === "token");
  const channel = rest.find(({ role }) => role === "channel");
  if (!along || !axes?.grid || rest.length !== (channel ? 2 : 1)) return undefined;
  const { before, grid } = axes;
  const [height, width] = grid;
  const extra = along.length - height * width;
  if (before < 0 || before > extra) return undefined;
  const row = { length: height, stride: along.stride * width };
  const placing = placed("tokens", [channel ?? absent, row, { ...along, length: width }], without(extra));
  return { ...placing, offset: before * along.stride };
}

const without = (extra: number): string =>
  extra === 0
    ? ""
    : extra === 1
      ? "the class token is left out"
      : `${extra} tokens without a place in the picture (class, registers) are left out`;

/** A vector's numbers are channels of one place. Of anything else, the last two axes are rows and columns. */
function numbers(rest: readonly Axis[], shape: Shape): Placed {
  const [only = absent, second] = rest;
  if (!second) return placed("numbers", [only, absent, absent]);
  const remark = `its numbers, ${shapeText(shape)}, are not laid out over the picture`;
  const channel = rest.find(({ role }) => role === "channel");
  if (rest.length === 2 && channel)
    return placed("numbers", [channel, absent, channel === only ? second : only], remark);
  const [row = absent, column = absent] = rest.slice(-2);
  const leading = rest.slice(0, -2);
  const length = leading.reduce((product, axis) => product * axis.length, 1);
  const placing = placed("numbers", [{ length, stride: leading.at(-1)?.stride ?? 0 }, row, column], remark);
  return { ...placing, withoutChannels: true };
}

function placed(
  kind: Arrangement["kind"],
  [c, y, x]: readonly [Omit<Axis, "role">, Omit<Axis, "role">, Omit<Axis, "role">],
  remark = "",
): Placed {
  return {
    arrangement: { shape: [c.length, y.length, x.length], kind, remark },
    strides: [c.stride, y.stride, x.stride],
    offset: 0,
  };
}

/** The channel that a number of one image belongs to, also where the maps leave its token out. */
export function channelAt({ arrangement, strides: [stride] }: Layout, index: number): number {
  const [channels] = arrangement.shape;
  return stride === 0 ? 0 : Math.floor(index / stride) % channels;
}

/** [C, h, w] of one image: a part of `data` where that has them in this order. */
export function arranged(layout: Layout, data: Float32Array, image = 0): Float32Array {
  const [channels, height, width] = layout.arrangement.shape;
  const [c, y, x] = layout.strides;
  const start = layout.offset + image * (layout.image ?? 0);
  const inOrder = (width === 1 || x === 1) && (height === 1 || y === width) && (channels === 1 || c === height * width);
  if (inOrder) return data.subarray(start, start + channels * height * width);
  const ordered = new Float32Array(channels * height * width);
  let at = 0;
  for (let channel = 0; channel < channels; channel++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        ordered[at++] = data[start + channel * c + row * y + column * x] ?? 0;
  return ordered;
}
