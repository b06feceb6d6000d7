import type { Step } from "../../../src/shared/inside.ts";
import { valueAt } from "../unit/channel-map.ts";
import type { ChannelMap } from "../unit/channel-map.ts";
import { mapCanvas } from "../unit/map-canvas.ts";
import { frame } from "../unit/frame.ts";
import type { Box, Frame } from "../unit/frame.ts";
import { ground, isPadding, under } from "./arithmetic.ts";

export interface InputPicture {
  readonly element: HTMLElement;
  show(
    step: Step,
    map: ChannelMap,
    cell: number | undefined,
    pixel: readonly [number, number] | undefined,
    onDark: boolean,
  ): void;
}

/** What the window goes over: the input with its padding around it, or with zeros between for a transposed convolution. */
export function inputPicture(
  chosen: (pixel: readonly [number, number]) => void,
  pointed: (text: string, value: number | undefined) => void,
): InputPicture {
  let shown: { readonly step: Step; readonly map: ChannelMap; readonly margin: Margin } | undefined;
  const pixelAt = (row: number, column: number): readonly [number, number] | undefined => {
    if (!shown) return undefined;
    const [y, x] = [row - shown.margin[0], column - shown.margin[1]];
    const apart = shown.step.kind === "transposed convolution" ? shown.step.stride : ([1, 1] as const);
    if (y % apart[0] || x % apart[1]) return undefined;
    const place = [y / apart[0], x / apart[1]] as const;
    return place[0] >= 0 && place[1] >= 0 && place[0] < shown.map.rows && place[1] < shown.map.columns
      ? place
      : undefined;
  };
  const picture: Frame = frame({
    chosen(row, column) {
      const pixel = pixelAt(row, column);
      if (pixel) chosen(pixel);
    },
    pointed(place) {
      const pixel = place && pixelAt(...place);
      if (!place) return pointed("", undefined);
      if (!pixel || !shown) return pointed("padding, or a zero between", undefined);
      pointed(pixel.join(", "), valueAt(shown.map, pixel));
    },
  });
  let drawn: { readonly key: readonly unknown[]; readonly canvas: HTMLCanvasElement } | undefined;
  return {
    element: picture.element,
    show(step, map, cell, pixel, onDark) {
      const margin = marginOf(step);
      shown = { step, map, margin };
      const apart = step.kind === "transposed convolution" ? step.stride : ([1, 1] as const);
      const key = [map, onDark, ...margin, ...apart];
      if (!drawn?.key.every((each, i) => each === key[i]))
        drawn = { key, canvas: mapCanvas(map, onDark, margin, apart) };
      const [rows, columns] = ground(step);
      const at = (row: number, column: number, kind: Box["kind"], height = 1, width = 1): Box => {
        const [top, left] = [row + margin[0], column + margin[1]];
        return { top, left, bottom: top + height, right: left + width, kind };
      };
      const { kernel, dilation, origin } = step;
      const window = at(...origin, "window", dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1);
      const hasPadding = margin.some((each) => each > 0);
      picture.show({
        canvas: drawn.canvas,
        rows: rows + margin[0] + margin[2],
        columns: columns + margin[1] + margin[3],
        boxes: [
          ...(hasPadding ? [at(0, 0, "padding", rows, columns)] : []),
          ...(pixel ? [at(pixel[0] * apart[0], pixel[1] * apart[1], "field")] : []),
          window,
          ...(cell === undefined ? [] : [at(...under(step, cell), "cell")]),
        ],
        place: pixel && [pixel[0] * apart[0] + margin[0], pixel[1] * apart[1] + margin[1]],
        label: `Input map with the window at row ${origin[0]}, column ${origin[1]}; choose a pixel to go backwards from`,
      });
    },
  };
}

type Margin = readonly [number, number, number, number];

/** Room for the padding that a window can hang over, at every border alike over all places. */
function marginOf(step: Step): Margin {
  if (step.kind !== "transposed convolution") {
    const [top, left, bottom, right] = step.padding;
    return [top, left, Math.max(bottom, overhang(step, 0)), Math.max(right, overhang(step, 1))];
  }
  const { kernel, dilation } = step;
  const reach = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)] as const;
  return [reach[0], reach[1], reach[0], reach[1]];
}

/** How far this window reaches beyond the end of an axis, as one rounded up does without any padding there. */
function overhang(step: Step, axis: 0 | 1): number {
  const last = step.kernel[0] * step.kernel[1] - 1;
  return isPadding(step, last) ? Math.max(0, under(step, last)[axis] - ground(step)[axis] + 1) : 0;
}
