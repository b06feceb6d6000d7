import type { OpenModel } from "../model.ts";
import { multipleTaken, upTo } from "../multiples.ts";
import { sizeOf, type Canvas } from "./canvas.ts";
import type { InputLine } from "./input-line.ts";
import type { Objective } from "./objectives.ts";
import { isSameSize, Program, type Evaluation, type Size } from "./program.ts";
import type { SynthesisRun } from "./technique.ts";
import { fittingIn } from "./framed.ts";
import { inTiles, memoryDecides, roomOf } from "./tiles.ts";
import { sizeText } from "./size-text.ts";
import type { TakeStep } from "./whole-step.ts";

/** Smaller pictures are shown to the network repeated, or enlarged: its deeper layers have no map of fewer pixels. */
const least = 96;

/** What the network says of pictures of one size, however it has to be asked. Has to be released. */
export interface Evaluator {
  evaluate(canvas: Canvas, redirect: boolean): Promise<Evaluation>;
  /** A whole step over pixels at once, where the picture is evaluated in one piece. */
  readonly takeStep?: TakeStep | undefined;
  /** Of the pictures that it is given. */
  readonly size: Size;
  /** How it is done where that is not in one piece, in words. */
  readonly remark: string | undefined;
  /** What it remembers of the step before, where it does. */
  readonly worthBefore?: { read(): number; take(worth: number): void };
  /** Milliseconds that the network took in the latest evaluation. */
  readonly networkMs: () => number;
  release(): Promise<void>;
}

/**
 * `model`: the network at its usual size, at which it is known to work. `whole`: what is asked of a picture is there once, a
 * unit or a class: what is larger than one run is not done in tiles, but has to be reduced to the evaluator's size before.
 */
export async function evaluatorFor(
  model: OpenModel,
  size: Size,
  line: InputLine,
  objective: Objective,
  { signal, alive }: Pick<SynthesisRun, "signal" | "alive">,
  whole = false,
): Promise<Evaluator> {
  const sizeSeen = whole ? wholeOf : tileOf;
  const wanted = await sizeSeen(model, size);
  const because = await whereMemoryDecides(sizeSeen, model, size);
  const { program, fixed, multiple } = await opened(model, wanted, (at) => Program.open(model, at, line, objective));
  const tile = program.size;
  const networkMs = () => program.lastRunMs;
  const release = () => program.release();
  if (whole && !isWithin(size, tile))
    return {
      size: tile,
      evaluate: (canvas, redirect) => program.evaluate(canvas, redirect),
      remark: `The network sees the whole of it, at ${sizeText(tile)} pixels.${fixed ? "" : because}${takes(multiple)}`,
      networkMs,
      release,
    };
  const side = `${sizeText(tile)} pixels`;
  const bytes = (await roomOf(model)).bytes(atLeast(model, size)); // as it is shown
  const onlyTile = isFixed(model)
    ? `This network takes ${side} only: larger pictures are done in tiles of that size.`
    : `This network cannot be shown larger pictures at once: they are done in tiles of ${side}.`;
  const tiled = fixed
    ? onlyTile
    : `All at once would take about ${(bytes / 1e9).toFixed(1)} GB: it is done in tiles of ${side}.${because}${takes(multiple)}`;
  const repeated = multiple
    ? `${takesMultiples(multiple)}: beyond its edges the picture is repeated up to the next.`
    : undefined;
  return {
    size,
    async evaluate(canvas, redirect) {
      if (isSameSize(sizeOf(canvas), tile)) return program.evaluate(canvas, redirect);
      return inTiles(canvas, tile, (part) => program.evaluate(part, redirect), signal, alive);
    },
    // What is shown repeated, because it is smaller, is moved before that.
    takeStep: isSameSize(size, tile) ? (canvas, stride) => program.wholeStep.take(canvas, stride) : undefined,
    remark: isWithin(size, tile) ? repeated : tiled,
    networkMs,
    release,
  };
}

interface Opened {
  readonly program: Program;
  /** Whether it is at the usual size for want of the other. */
  readonly fixed: boolean;
  /** What the sides were made multiples of, because the network takes no other. */
  readonly multiple?: number;
}

/** At the wanted size where the network can be bound to it; else at the next that it takes; else at its usual one. */
export async function opened(model: OpenModel, wanted: Size, open: (size: Size) => Promise<Program>): Promise<Opened> {
  const usual = model.inputSize;
  if (isSameSize(wanted, usual)) return { program: await open(usual), fixed: false };
  const tried = (at: Size) => open(at).catch(() => undefined);
  const own = await tried(wanted);
  if (own) return { program: own, fixed: false };
  // What is wrong at every size is said of the usual one.
  const program = await open(usual);
  const multiple = await multipleTaken(wanted, async (at) => {
    const opens = await tried(at);
    await opens?.release();
    return opens !== undefined;
  });
  const next = multiple && (await tried(upTo(wanted, multiple)));
  if (!next) return { program, fixed: true };
  await program.release();
  return { program: next, fixed: false, multiple };
}

/** Whether the file says of which size pictures are. */
export const isFixed = ({ file: { picture } }: OpenModel): boolean =>
  picture?.height !== undefined && picture.width !== undefined;

export const takesMultiples = (multiple: number): string =>
  `This network takes sides that are multiples of ${multiple}`;

const takes = (multiple: number | undefined): string => (multiple ? ` ${takesMultiples(multiple)}.` : "");

/** What is shown to the network at once, of pictures of that size. */
export async function tileOf(model: OpenModel, size: Size, memory = model.memory): Promise<Size> {
  const { tile, holds } = await roomOf(model, memory);
  const own = atLeast(model, size);
  if (holds(own)) return own;
  return { height: Math.min(own.height, tile), width: Math.min(own.width, tile) };
}

/** What is shown to the network of a picture as a whole: reduced where one run takes less. */
export async function wholeOf(model: OpenModel, size: Size, memory = model.memory): Promise<Size> {
  const tile = await tileOf(model, size, memory);
  return isWithin(size, tile) ? tile : fittingIn(size, tile);
}

/** What to say of the size that a network is shown, where more memory would make it another. */
export async function whereMemoryDecides(sizeSeen: typeof tileOf, model: OpenModel, size: Size): Promise<string> {
  const isForMemory = !isSameSize(await sizeSeen(model, size), await sizeSeen(model, size, Infinity));
  return isForMemory ? ` ${memoryDecides}` : "";
}

export const isWithin = (inner: Size, outer: Size): boolean =>
  inner.height <= outer.height && inner.width <= outer.width;

/** The size, or the least one that the deeper layers have maps for; the network's usual one will do, however small. */
export const atLeast = ({ inputSize: usual }: OpenModel, { height, width }: Size): Size => ({
  height: Math.max(Math.min(least, usual.height), height),
  width: Math.max(Math.min(least, usual.width), width),
});
