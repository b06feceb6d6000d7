// Makes no picture, but comes, goes on and fails as the engine does: so quickly that a test need not wait.
import type { Start } from "../../../src/host/dream-run.ts";
import type { Drawn, Frame, Recipe, SynthesisUpdate } from "../../../src/shared/synthesis.ts";

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
}

export function staged({ octaves = 2, steps = 5, step = 20, failsAt, notes = [], waits }: Staging = {}): Start {
  let failed = false;
  return async function* (settings, { from }, signal) {
    await waits;
    const total = octaves * steps;
    const first = from ? (from.octave - 1) * steps + from.step : 0;
    for (let done = first + 1; done <= total; done++) {
      await new Promise((resolve) => setTimeout(resolve, step));
      if (signal.aborted) return;
      if (done === failsAt && !failed) {
        failed = true;
        throw Object.assign(new Error("The engine crashed while making deep-dream of cat-chelsea.png."), {
          name: "EngineCrashed",
        });
      }
      yield frameAt(done, octaves, steps, settings.seed);
      if (done === first + 2) yield* notes;
    }
    const recipe = { ...settings, model: "squeezenet1.1.onnx", layer: "fire8/concat" } as unknown as Recipe; // as far as a page reads it
    yield {
      kind: "finished",
      picture: picture(total, total, settings.seed),
      recipe,
      objective: [1, total],
      steps: total,
      seconds: 1,
    };
  };
}

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
    checkpoint: { octave, step, shape: [1], values: Float32Array.of(done) },
  };
}

/** Colours that move from step to step. */
function picture(done: number, total: number, seed: number): Drawn {
  const [width, height] = [90, 60];
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels.set([(x * 255) / width, (y * 255) / height, (255 * done) / total + 40 * seed], (y * width + x) * 3);
  return { width, height, pixels };
}
