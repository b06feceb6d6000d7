import { float32, shapeText, type FloatTensor } from "../../../shared/tensor.ts";
import { shown } from "../../../shared/shown.ts";
import type { Value } from "../../graph/graph.ts";
import type { Picture } from "../../images/picture.ts";
import { resize } from "../../images/resize.ts";
import { ModelChanged, type OpenModel } from "../../model.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { brightest, canvasOf, channels, sizeOf, type Canvas } from "../canvas.ts";
import { fittingIn, framed, unframed } from "../framed.ts";
import type { InputLine } from "../input-line.ts";
import { inOnePiece } from "../one-piece.ts";
import { paintedOutput, whiteOf } from "../painted-output.ts";
import { isSameSize, type Size } from "../program.ts";
import { sizeText } from "../size-text.ts";
import { synthesisTechnique } from "../technique.ts";

/** What sides are a multiple of that can be halved five times. */
const halvings = 32;

export default synthesisTechnique({
  title: "Style network",
  summary: "The photo as a network repaints it that was made for that: one run, nothing is climbed.",
  convention:
    "the photo in its own size where the network takes any, else within its size, mirrored beyond its edges; the first output with three channels, as it is: 0 to 255, or 0 to 1 where no number is above 2; red, green, blue or the other way round, as the network takes the photo",
  citation: {
    authors: "Johnson, Alahi, Fei-Fei",
    title: "Perceptual losses for real-time style transfer and super-resolution",
    venue: "ECCV",
    year: 2016,
    url: "https://arxiv.org/abs/1603.08155",
  },
  fromPhoto: true,
  needs: [],
  parameters: {},
  order: 75,

  async *run({ photo, model, bound, line, preparation, signal }) {
    if (!photo) throw new NotApplicable("A photo is needed to be repainted.");
    yield aheadOf(1, 1, undefined);
    const output = paintedOutput(bound);
    if (!output)
      throw new NotApplicable(
        `The picture whose style is wanted is missing; only a network that was made to paint needs none. This one's outputs are ${bound.network.outputs.map(({ name, shape }) => `${shown(name)} ${shapeText(shape)}`).join(", ")}.`,
      );
    const { values, remark } = await paintedWhole(model, photo, line, output, signal);
    if (remark !== undefined) yield { key: "size", said: remark };
    const canvas = inColors(values, preparation.color === "BGR");
    const { shape, data } = canvas;
    const checkpoint = () => ({ kind: "picture" as const, octave: 1, step: 1, shape, values: data });
    const { height, width } = sizeOf(canvas);
    yield { step: 1, losses: {}, canvas, octave: 1, octaves: 1, steps: 1, done: 1, total: 1, checkpoint };
    yield {
      verdict: `${shown(output.name)} as a picture, ${width} × ${height}: one run, nothing was climbed.`,
      good: true,
    };
  },
});

/** What it makes of the whole photo. */
interface Whole {
  readonly values: FloatTensor;
  /** Where the size is not the photo's own, why. */
  readonly remark?: string | undefined;
}

/** In its own size, within the next that can be halved a few times, or within the usual one: which it takes may show only when it runs. */
async function paintedWhole(
  usual: OpenModel,
  photo: Picture,
  line: InputLine,
  output: Value,
  signal: AbortSignal,
): Promise<Whole> {
  const even = { height: halvable(photo.height), width: halvable(photo.width) };
  let otherwise: Size | undefined;
  let failure: string | undefined;
  for (const wanted of isSameSize(even, photo) ? [photo] : [photo, even]) {
    const { model, size, isOnlySize, remark } = await inOnePiece(usual, wanted, []);
    try {
      // At a size that it does not take it is known up to where it fails.
      const { outputs } = (await model.bound(1)).network;
      if (isOnlySize || !outputs.some(({ name }) => name === output.name)) continue;
      const inner = fittingIn(photo, size, 1);
      const values = await model.activations(line.toNetwork(framed(sized(photo, inner), size)), output.name);
      const made = sizeOf(values);
      if (isAsLarge(made, size, sizeOfMaps(output), usual.inputSize))
        return {
          values: unframed(values, inner, size),
          remark: remark ?? (wanted === photo ? undefined : `${takesNo(photo, failure)} ${fills(inner, size)}`),
        };
      otherwise ??= made;
    } catch (error) {
      if (signal.aborted || error instanceof ModelChanged) throw error;
      // What it cannot do at this size it is shown at another; what fails at every size fails at the usual one.
      failure ??= error instanceof Error ? error.message : String(error);
    } finally {
      await model.release();
    }
  }
  const size = usual.inputSize;
  const inner = fittingIn(photo, size);
  const values = await usual.activations(line.toNetwork(framed(sized(photo, inner), size)), output.name);
  return {
    values: unframed(values, inner, size),
    remark: `${whyUsual(usual, photo, otherwise, failure)} ${fills(inner, size)}`,
  };
}

function whyUsual(
  { file: { picture }, inputSize }: OpenModel,
  photo: Size,
  made: Size | undefined,
  failure: string | undefined,
): string {
  const isFixed = picture?.height !== undefined && picture.width !== undefined;
  if (isFixed) return `This network takes pictures of ${sizeText(inputSize)} pixels only.`;
  return made ? `Of ${sizeText(photo)} pixels this network paints ${sizeText(made)} only.` : takesNo(photo, failure);
}

const takesNo = (photo: Size, failure: string | undefined): string =>
  failure === undefined
    ? `This network takes no pictures of ${sizeText(photo)} pixels.`
    : `Shown the photo at its own size this network fails: ${failure.replace(/\.$/, "")}.`;

const fills = (inner: Size, size: Size): string =>
  isSameSize(inner, size)
    ? `It is shown the photo at ${sizeText(size)}.`
    : `It is shown the photo at ${sizeText(inner)}, mirrored beyond its edges.`;

const sized = (photo: Picture, { height, width }: Size): Canvas => {
  const whole = { left: 0, top: 0, width: photo.width, height: photo.height };
  return canvasOf(resize(photo, whole, width, height));
};

const sizeOfMaps = ({ shape: [, , height = 0, width = 0] }: Value): Size => ({ height, width });

/** Networks that halve their maps and put them together again take sizes that can be halved as often. */
const halvable = (side: number): number => halvings * Math.ceil(side / halvings);

/** Whether what it paints is as many times as large as what it sees as at its usual size: else a part was cut off. */
const isAsLarge = (made: Size, seen: Size, usuallyMade: Size, usual: Size): boolean =>
  made.height * usual.height === usuallyMade.height * seen.height &&
  made.width * usual.width === usuallyMade.width * seen.width;

function inColors(painted: FloatTensor, isBlueFirst: boolean): Canvas {
  const { shape, data } = painted;
  const scale = brightest / whiteOf(painted);
  const plane = data.length / channels;
  const ordered = data.map((_, i) => {
    const channel = Math.floor(i / plane);
    const from = isBlueFirst ? channels - 1 - channel : channel;
    return scale * data[from * plane + (i % plane)]!;
  });
  return float32(shape, ordered);
}
