import type { DreamRun } from "../../../src/host/dream-run.ts";
import type { Start } from "../../../src/host/dream-start.ts";
import type { DreamSettings, DreamUpdate } from "../../../src/shared/dream-panel.ts";
import type { Recipe } from "../../../src/shared/synthesis.ts";

// What the tests of a dream's run have in common.

export const settings: DreamSettings = {
  technique: "deep-dream",
  model: "/m.onnx",
  image: "/p.png",
  parameters: {},
  seed: 0,
};
export const ended = async (run: DreamRun, ...phases: readonly string[]) => {
  while (!phases.includes(run.phase)) await new Promise((resolve) => setTimeout(resolve, 5));
};
/** Until so many are there, of those that came after this one. */
export const frames = async (run: DreamRun, count: number, after = -1) => {
  while (run.film.all.filter(({ id }) => id > after).length < count)
    await new Promise((resolve) => setTimeout(resolve, 2));
};
export const doneOf = (run: DreamRun) => run.film.all.map(({ done }) => done);

export const recipe = { ...settings, layer: "fire8/concat" } as unknown as Recipe; // as far as a run reads it

/** The same, and what it was asked to go on from. */
export function watched(start: Start): {
  readonly start: Start;
  readonly asked: { from: number; seed: number; frames: string }[];
} {
  const asked: { from: number; seed: number; frames: string }[] = [];
  return {
    asked,
    start(settings, more, signal) {
      asked.push({ from: more.from?.values[0] ?? 0, seed: settings.seed, frames: more.frames });
      return start(settings, more, signal);
    },
  };
}

/** Each octave as a picture of its own, as in an endless zoom. */
export const inTurn = (start: Start): Start =>
  async function* (...asked) {
    for await (const update of start(...asked)) {
      if (update.kind !== "frame") yield update;
      else {
        const { octave, octaves, step, steps } = update;
        yield {
          ...update,
          octave: 1,
          octaves: 1,
          making: { picture: octave, pictures: octaves, isWhole: step === steps },
        };
      }
    }
  };

export async function updates(run: DreamRun, count: number): Promise<DreamUpdate[]> {
  const end = new AbortController();
  const got: DreamUpdate[] = [];
  for await (const update of run.watch(end.signal)) {
    got.push(update);
    if (got.length >= count) break;
  }
  return got;
}
