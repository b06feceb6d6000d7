import { percent } from "../../shared/percent.ts";
import { mostProbable } from "../../shared/ranking.ts";
import { throughJpeg } from "../images/jpeg.ts";
import { toTensor } from "../images/prepare.ts";
import { brightest, canvasOf, drawn, resized, sizeOf, type Canvas } from "./canvas.ts";
import { isWithin, wholeOf } from "./evaluator.ts";
import { atSize, isSameSize, type Size } from "./program.ts";
import { sizeText } from "./size-text.ts";
import type { SynthesisRun, Verdict } from "./technique.ts";
import { cut } from "./tiles.ts";
import { fittedInto } from "./views.ts";

/** What a network takes a picture for. */
export interface Opinion {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
  readonly probabilities: Float32Array;
}

type Asked = Pick<SynthesisRun, "model" | "line" | "preparation" | "labels">;

/** The most probable class of a picture that has the network's size: of one that a file holds, what is said of the file. */
export async function opinionOf(canvas: Canvas, { model, line, preparation, labels }: Asked): Promise<Opinion> {
  // A file's brightness is rounded, too, where the network sees no colours: what a step climbs is not.
  const input = isSavedAsItIs(canvas) ? toTensor(drawn(canvas), preparation) : line.toNetwork(canvas);
  const { data: probabilities } = model.probabilities(await model.scores(input));
  const index = mostProbable(probabilities);
  return { index, label: labels[index] ?? String(index), probability: probabilities[index] ?? NaN, probabilities };
}

/**
 * Whether a picture, as it is saved, is taken for the class that it was made for: asked as the network was shown it while
 * it was made, but in one piece; at the network's usual size where it takes no other. `seen`: the size at which it was climbed.
 */
export async function verdictOn(
  canvas: Canvas,
  seen: Size,
  { target: { index, label }, ...asked }: Asked & { readonly target: NonNullable<SynthesisRun["target"]> },
): Promise<Verdict> {
  const { at, ...said } = await opinionAt(rounded(canvas), seen, asked);
  const probability = said.probabilities[index] ?? NaN;
  const own = sizeOf(canvas);
  const where =
    isSameSize(at, asked.model.inputSize) && isSameSize(at, own)
      ? ""
      : ` at ${sizeText(at)} pixels${isSameSize(at, own) ? "" : howShown(own, seen, at)}`;
  const takenFor =
    said.index === index
      ? `${label} with ${percent(probability)}`
      : `${said.label} (${percent(said.probability)}), not for ${label} (${percent(probability)})`;
  const { score } = await asked.model.bound(1);
  return {
    verdict:
      score?.activation === "sigmoid"
        ? `Asked about ${label}, the network says ${answer(probability)} of the picture${where}.`
        : `The network takes the picture for ${takenFor}${where}.`,
    good: probability > 0.99,
  };
}

async function opinionAt(canvas: Canvas, seen: Size, asked: Asked): Promise<Opinion & { readonly at: Size }> {
  const usual = asked.model.inputSize;
  const askedAt = async (at: Size, model = asked.model) => ({
    ...(await opinionOf(shownAt(canvas, seen, at), { ...asked, model })),
    at,
  });
  if (isSameSize(seen, usual)) return askedAt(usual);
  try {
    const at = await wholeOf(asked.model, seen);
    const model = await atSize(asked.model, at);
    try {
      return await askedAt(at, model);
    } finally {
      await model.release();
    }
  } catch {
    return askedAt(usual); // of a network that does not take this very size
  }
}

/** As an evaluator shows it, repeated where the network sees more; what is larger than one run is reduced. */
function shownAt(canvas: Canvas, seen: Size, at: Size): Canvas {
  const own = resized(canvas, seen.height, seen.width);
  return isWithin(seen, at) ? cut(own, at) : fittedInto(seen, at).apply(own);
}

function howShown(own: Size, seen: Size, at: Size): string {
  if (isWithin(seen, at) && !isSameSize(seen, at)) return ", repeated";
  return at.height * at.width > own.height * own.width ? ", enlarged" : ", reduced";
}

const isSavedAsItIs = ({ data }: Canvas): boolean => data.every((x) => Number.isInteger(x) && x >= 0 && x <= brightest);

/** What a file keeps: 8 bits of each number. */
export const rounded = (canvas: Canvas): Canvas => canvasOf(drawn(canvas));

export const jpegQuality = 90;

export const afterJpeg = async (canvas: Canvas): Promise<Canvas> =>
  canvasOf(await throughJpeg(drawn(canvas), jpegQuality));

export const isYes = (probability: number): boolean => probability >= 0.5;

/** To one class that excludes no other. */
export const answer = (probability: number): string => `${isYes(probability) ? "yes" : "no"} (${percent(probability)})`;
