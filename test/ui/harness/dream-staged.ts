// Makes no picture, but comes, goes on and fails as the engine does: so quickly that a test need not wait.
import { basename } from "node:path";
import type { Start } from "../../../src/host/dream-start.ts";
import type { Beside, Drawn, Frame, Recipe, Sheet, SynthesisUpdate, Term } from "../../../src/shared/synthesis.ts";

export interface Staging {
  readonly octaves?: number;
  readonly steps?: number;
  /** Milliseconds of a step. */
  readonly step?: number;
  /** Throws or notes at this step of all, the first time only. */
  readonly failsAt?: number;
  readonly notes?: readonly SynthesisUpdate[];
  /** Nothing comes before this settles. */
  readonly waits?: Promise<void>;
  /** Each frame is several pictures in one. */
  readonly sheet?: Sheet;
  /** What the objective is the sum of in the first step; the nearer to 0, the later. */
  readonly terms?: readonly Term[];
  /** What the finished picture brings with it. */
  readonly beside?: readonly Beside[];
}

export function staged({
  octaves = 2,
  steps = 5,
  step = 20,
  failsAt,
  notes = [],
  waits,
  sheet,
  terms,
  beside,
}: Staging = {}): Start {
  let failed = false;
  return async function* (settings, { from }, signal) {
    await waits;
    const total = octaves * steps;
    const first = from ? (from.octave - 1) * steps + from.step : 0;
    const recipe = { ...settings, model: "squeezenet1.1.onnx", layer: "fire8/concat" } as unknown as Recipe; // as far as a page reads it
    yield {
      kind: "begun",
      recipe: { ...recipe, ...(settings.image !== undefined && { image: basename(settings.image) }) },
    };
    for (let done = first + 1; done <= total; done++) {
      await new Promise((resolve) => setTimeout(resolve, step));
      if (signal.aborted) return;
      if (done === failsAt && !failed) {
        failed = true;
        throw Object.assign(new Error("The engine crashed while making DeepDream of cat-chelsea.png."), {
          name: "EngineCrashed",
        });
      }
      yield {
        ...frameAt(done, octaves, steps, settings.seed),
        ...(sheet && { sheet }),
        ...(terms && { terms: terms.map((term) => ({ ...term, value: term.value / done })) }),
      };
      if (done === first + 2) yield* notes;
    }
    yield {
      kind: "finished",
      picture: picture(total, total, settings.seed),
      recipe,
      objective: [1, total],
      steps: total,
      seconds: 1,
      ...(beside && { beside }),
    };
  };
}

const standing = { kind: "picture", technique: "deep-dream", made: { subject: {}, parameters: {} } } as const;

export function frameAt(done: number, octaves: number, steps: number, seed = 0): Frame {
  const octave = Math.ceil(done / steps);
  const step = done - (octave - 1) * steps;
  return {
    kind: "frame",
    picture: picture(done, octaves * steps, seed),
    octave,
    octaves,
    step,
    steps,
    done,
    total: octaves * steps,
    objective: 2 + done - octave / 2 + seed,
    losses: { L2: 3 / done },
    checkpoint: { ...standing, octave, step, shape: [1], values: Float32Array.of(done) },
  };
}

/** Six pictures in one, of the channels 10 to 15. */
export const sixChannels: Sheet = {
  columns: 3,
  rows: 2,
  cell: [28, 28],
  gap: 3,
  cells: Array.from({ length: 6 }, (_, i) => ({ title: `Channel ${10 + i}`, channel: 10 + i })),
};

/** As a style transfer has them. */
export const styleTerms: readonly Term[] = [
  { name: "style", value: -10 },
  ...["conv1", "fire2/concat", "fire4/concat", "fire6/concat"].map((layer, i) => ({
    name: `Gram matrix of ${layer}`,
    value: -1 - i,
    of: "style",
  })),
  { name: "content in fire4/concat", value: -2 },
];

/** Colours that move from step to step. */
export function picture(done: number, total: number, seed: number): Drawn {
  const [width, height] = [90, 60];
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels.set([(x * 255) / width, (y * 255) / height, (255 * done) / total + 40 * seed], (y * width + x) * 3);
  return { width, height, pixels };
}

/** A recipe's stages one after the other, as the engine plays them; one alone where there are no others. */
export const inStages = (start: Start): Start =>
  async function* ({ before = [], ...last }, more, signal) {
    for (const [stage, settings] of [...before, last].entries()) {
      const isLast = stage === before.length;
      for await (const update of start(settings, more, signal)) {
        if (update.kind === "begun") yield { ...update, stage };
        else if (update.kind !== "finished" || isLast) yield update;
      }
      if (signal.aborted) return;
    }
  };
