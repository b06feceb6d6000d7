import { mostProbable } from "../../shared/ranking.ts";
import { throughJpeg } from "../images/jpeg.ts";
import { canvasOf, drawn, type Canvas } from "./canvas.ts";
import type { SynthesisRun } from "./technique.ts";

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

/** What a file keeps: 8 bits of each number. */
export const rounded = (canvas: Canvas): Canvas => canvasOf(drawn(canvas));

export const jpegQuality = 90;

export const afterJpeg = async (canvas: Canvas): Promise<Canvas> =>
  canvasOf(await throughJpeg(drawn(canvas), jpegQuality));

export const percent = (share: number): string => `${(100 * share).toFixed(share >= 0.1 ? 1 : 2)} %`;
