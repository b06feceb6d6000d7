import { mostProbable } from "../../shared/ranking.ts";
import { throughJpeg } from "../images/jpeg.ts";
import { canvasOf, drawn, resized, sizeOf, type Canvas } from "./canvas.ts";
import { atSize, type Size } from "./program.ts";
import { sizeText } from "./size-text.ts";
import type { SynthesisRun, Verdict } from "./technique.ts";

/** What a network takes a picture for. */
export interface Opinion {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
  readonly probabilities: Float32Array;
}

type Asked = Pick<SynthesisRun, "model" | "line" | "labels">;

/** The most probable class of a picture that has the network's size. */
export async function opinionOf(canvas: Canvas, { model, line, labels }: Asked): Promise<Opinion> {
  const { data: probabilities } = model.probabilities(await model.scores(line.toNetwork(canvas)));
  const index = mostProbable(probabilities);
  return { index, label: labels[index] ?? String(index), probability: probabilities[index] ?? NaN, probabilities };
}

/**
 * Whether a picture, as it is saved, is taken for the class that it was made for: asked at the size at which the network was
 * shown it while it was made, or at the network's usual one where it takes no other.
 */
export async function verdictOn(
  canvas: Canvas,
  shown: Size,
  { target: { index, label }, ...asked }: Asked & { readonly target: NonNullable<SynthesisRun["target"]> },
): Promise<Verdict> {
  const { probabilities, at } = await opinionAt(rounded(canvas), shown, asked);
  const probability = probabilities[index] ?? NaN;
  const where =
    isSame(at, asked.model.inputSize) && isSame(at, sizeOf(canvas)) ? "" : ` ${atWhich(at, sizeOf(canvas))}`;
  return {
    verdict: `The network takes the picture for ${label} with ${(100 * probability).toFixed(2)} %${where}.`,
    good: probability > 0.99,
  };
}

async function opinionAt(canvas: Canvas, shown: Size, asked: Asked): Promise<Opinion & { readonly at: Size }> {
  const usual = asked.model.inputSize;
  const askedAt = async (at: Size, model = asked.model) => ({
    ...(await opinionOf(resized(canvas, at.height, at.width), { ...asked, model })),
    at,
  });
  if (isSame(shown, usual)) return askedAt(usual);
  try {
    const model = await atSize(asked.model, shown);
    try {
      return await askedAt(shown, model);
    } finally {
      await model.release();
    }
  } catch {
    return askedAt(usual); // where it could not be climbed at another size either
  }
}

const isSame = (a: Size, b: Size): boolean => a.height === b.height && a.width === b.width;

const atWhich = (at: Size, own: Size): string =>
  `at ${sizeText(at)} pixels${isSame(at, own) ? "" : at.height * at.width > own.height * own.width ? ", enlarged" : ", reduced"}`;

/** What a file keeps: 8 bits of each number. */
export const rounded = (canvas: Canvas): Canvas => canvasOf(drawn(canvas));

export const jpegQuality = 90;

export const afterJpeg = async (canvas: Canvas): Promise<Canvas> =>
  canvasOf(await throughJpeg(drawn(canvas), jpegQuality));

export const percent = (share: number): string => `${(100 * share).toFixed(share >= 0.1 ? 1 : 2)} %`;
