import { float32 } from "../../shared/tensor.ts";
import type { OpenModel } from "../model.ts";
import { picturesOf, together, type Canvas } from "./canvas.ts";
import { demandMaps } from "./climbable.ts";
import { opened, whereMemoryDecides, wholeOf, type Evaluator } from "./evaluator.ts";
import { alikeGram, unitGram } from "./gram.ts";
import type { InputLine } from "./input-line.ts";
import { sum, type Objective } from "./objectives.ts";
import { isSameSize, Program, type Evaluation, type Size } from "./program.ts";
import { scaled } from "./several.ts";
import { sizeText } from "./size-text.ts";
import { meanTerms } from "./terms.ts";

/** What several pictures are to have each by itself, and where they are to differ. */
export interface Diverse {
  readonly objective: Objective;
  readonly layer: string;
  /** What it costs to be quite alike there, as a share of what the pictures are worth by themselves. */
  readonly weight: number;
}

/**
 * n pictures at once: the mean of what each is worth by itself, and as a loss the weight times the mean cosine between two
 * of their Gram matrices (Olah et al. 2017), as a share of that mean, since activations have another scale in every network.
 * The gradient is the exact one of both, the share taken as it was the time before (the first time, as it is), though the
 * network sees one picture at a time: all are looked at first, and what the others are is given to each.
 */
export async function diverseEvaluator(
  model: OpenModel,
  wanted: Size,
  line: InputLine,
  { objective, layer, weight }: Diverse,
): Promise<Evaluator> {
  const [, channels = 1] = demandMaps(model, await model.bound(1), layer).shape;
  const others = float32([channels, channels], new Float32Array(channels * channels));
  const goal = sum([
    [1, objective],
    [-1, alikeGram(layer, others)],
  ]);
  const { program, fixed } = await opened(model, await wholeOf(model, wanted), (at) =>
    Program.open(model, at, line, goal, unitGram(layer)),
  );
  const { size } = program;
  const because = fixed ? "" : await whereMemoryDecides(wholeOf, model, wanted);
  /** What each is worth by itself, on average. */
  const worthOf = async (pictures: readonly Canvas[]) => {
    others.data.fill(0);
    let worth = 0;
    for (const picture of pictures) worth += (await program.evaluate(picture)).objective / pictures.length;
    return worth;
  };
  let worthBefore = NaN; // nothing is known yet
  return {
    async evaluate(canvas, redirect) {
      const pictures = picturesOf(canvas);
      const grams: Float32Array[] = [];
      for (const picture of pictures) grams.push((await program.look(picture)).data);
      const all = added(grams);
      if (Number.isNaN(worthBefore)) worthBefore = Math.abs(await worthOf(pictures));
      const pairs = pictures.length * (pictures.length - 1);
      // Of each pair both pictures are moved: the cosine of a pair is in what either is told.
      const share = (2 * weight * worthBefore * pictures.length) / pairs;
      let own = 0;
      let alike = 0;
      const each: Evaluation[] = [];
      for (const [i, picture] of pictures.entries()) {
        const gram = grams[i]!;
        others.data.set(all.map((x, k) => share * (x - gram[k]!)));
        const cosines = gram.reduce((total, x, k) => total + x * (all[k]! - x), 0);
        const evaluation = await program.evaluate(picture, redirect);
        own += (evaluation.objective + share * cosines) / pictures.length;
        alike += cosines / pairs;
        each.push(evaluation);
      }
      // A step that gave no number is undone: the next one goes by what was known before it.
      if (Number.isFinite(own)) worthBefore = Math.abs(own);
      return {
        objective: own,
        gradient: scaled(together(each.map(({ gradient }) => gradient)), 1 / pictures.length),
        losses: { diversity: weight * Math.abs(own) * alike },
        ...meanTerms(each),
      };
    },
    size,
    remark: isSameSize(size, wanted) ? undefined : `The network sees them at ${sizeText(size)} pixels.${because}`,
    worthBefore: {
      read: () => worthBefore,
      take: (worth) => void (worthBefore = worth),
    },
    networkMs: () => program.lastRunMs,
    release: () => program.release(),
  };
}

function added(matrices: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(matrices[0]?.length ?? 0);
  for (const matrix of matrices) matrix.forEach((x, i) => (sum[i]! += x));
  return sum;
}
