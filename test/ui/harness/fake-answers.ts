import type { PreparationChoice } from "../../../src/shared/protocol.ts";
import { describePreparation } from "../../../src/shared/preparation.ts";
import type { Preparation } from "../../../src/shared/preparation.ts";
import type { Update } from "../../../src/shared/updates.ts";
import {
  classMap,
  gradCam,
  heatmap,
  occlusion,
  probability,
  quantized,
  saliency,
  signed,
  strongest,
} from "./sample-maps.ts";

export const guessed: Preparation = {
  size: [224, 224],
  fit: "stretch",
  color: "RGB",
  range: [0, 255],
  mean: [127, 127, 127],
  deviation: [128, 128, 128],
  layout: "NHWC",
};

export const preparations = (labels: readonly string[]): readonly PreparationChoice[] => {
  const imagenet: Preparation = {
    ...guessed,
    range: [0, 1],
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  };
  const choice = (
    preparation: Preparation,
    index: number,
    probability: number,
    entropy: number,
  ): PreparationChoice => ({
    preparation,
    from: "guess",
    words: describePreparation(preparation),
    top: { index, label: labels[index] ?? "", probability, score: 9 },
    entropy,
  });
  return [
    choice(guessed, 281, 0.769, 0.82),
    choice({ ...guessed, fit: "crop" }, 281, 0.71, 0.95),
    choice(imagenet, 285, 0.33, 2.4),
    choice({ ...guessed, color: "BGR" }, 282, 0.24, 3.1),
  ];
};

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What a technique streams; `speed` 0 answers at once. */
export async function* answers(technique: string, target: number, speed: number): AsyncGenerator<Update> {
  const seed = target % 17;
  switch (technique) {
    case "grad-cam":
      await pause(9 * speed);
      return yield gradCam((seed - 9) / 60);
    case "saliency":
      await pause(11 * speed);
      return yield saliency(seed);
    case "smoothgrad":
      return yield* counted(25, "samples", 8 * speed, () => saliency(seed + 3));
    case "integrated-gradients":
      yield* counted(50, "steps", 5 * speed, () => signed(seed));
      return yield {
        kind: "note",
        key: "completeness",
        title: "Completeness",
        level: "warning",
        text: "The map adds up to 6.5 of the 9.8 that the score rises by (66 %).",
        mend: { label: "Use 200 steps", parameters: { steps: 200 } },
      };
    case "guided-backpropagation":
      await pause(12 * speed);
      yield signed(seed + 7);
      return yield {
        kind: "note",
        key: "smooth",
        title: "Smooth activations",
        level: "info",
        text: "The network has 3 SiLU activations, for which this is the plain gradient.",
      };
    case "cam":
      await pause(6 * speed);
      throw new Error(
        "CAM does not apply to this network: no linear layer follows its global average pooling; its last convolution gives one map per class, which Grad-CAM shows.",
      );
    case "guided-grad-cam":
      await pause(15 * speed);
      return yield heatmap(
        "map",
        "Guided Grad-CAM",
        quantized(224, 224, () => 0),
        { signed: true },
      );
    case "occlusion":
      for (const [done, cells] of [
        [9, 3],
        [49, 7],
        [169, 13],
      ] as const) {
        yield { kind: "progress", done, total: 169, unit: "windows" };
        yield occlusion(cells);
        await pause(120 * speed);
      }
      yield probability;
      yield classMap;
      yield strongest;
      return yield heatmap("projection", "Projection of channel 287 of head", signed(seed + 2).values, {
        signed: true,
      });
    default:
      await pause(10 * speed);
      return yield signed(seed + technique.length);
  }
}

async function* counted(total: number, unit: string, ms: number, result: () => Update): AsyncGenerator<Update> {
  for (let done = 1; done <= total; done++) {
    await pause(ms);
    yield { kind: "progress", done, total, unit };
    if (done === Math.ceil(total / 4)) yield result();
  }
  yield result();
}
