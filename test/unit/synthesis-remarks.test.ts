import assert from "node:assert/strict";
import { grow } from "../../src/engine/synthesis/grow.ts";
import { ascent } from "../../src/engine/synthesis/optimizers.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import type { Ahead, Grown } from "../../src/engine/synthesis/technique.ts";
import { told } from "../../src/engine/synthesis/telling.ts";
import type { Recipe } from "../../src/shared/synthesis.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { never } from "./support/engine.ts";

const canvas = float32([1, 3, 1, 1], [128, 128, 128]);

describe("remarks on steps", () => {
  const anew: Ahead = { ahead: { done: 0, total: 99 } };
  const standing = { kind: "picture", octave: 1, step: 1, shape: canvas.shape, values: canvas.data } as const;
  const step = (octave: number, remark?: string): Grown => ({
    ...{ step: 1, steps: 9, octave, octaves: 9, done: octave, total: 99, objective: 0, losses: {}, canvas },
    checkpoint: () => standing,
    ...(remark !== undefined && { remark }),
  });

  /** What stands in the end: what is said under the same key, or once more, takes the other's place. */
  async function said(...grown: readonly (Grown | Ahead)[]): Promise<readonly string[]> {
    async function* each() {
      yield* await Promise.resolve(grown);
    }
    const notes = new Map<string, string>();
    const ends = { signal: never, pausing: never, leave: () => undefined };
    const about = { recipe: {} as Recipe, made: { subject: {}, parameters: {} }, title: "" }; // nothing of the recipe is read
    for await (const update of told(each(), { technique: "a", model: "", parameters: {} }, about, ends))
      if (update.kind === "note") {
        for (const [key, text] of notes) if (text === update.text) notes.delete(key);
        notes.set(update.key, update.text);
      }
    return [...notes.values()];
  }

  it("are said once, whatever the picture", async () => {
    assert.deepEqual(await said(anew, step(1, "waking"), step(1, "broken"), step(2, "waking")), ["waking", "broken"]);
  });

  it("make room, where the way is given up, for what is said of the next one", async () => {
    assert.deepEqual(
      await said(anew, step(1, "in tiles"), step(1, "waking"), anew, step(1, "raised"), step(1, "stuck")),
      ["in tiles", "raised", "stuck"],
    );
  });

  it("make room in each of several pictures, also for what is said already", async () => {
    const givenUp = (octave: number) => [step(octave, "waking"), anew, step(octave, "raised")];
    assert.deepEqual(await said(anew, ...givenUp(1), ...givenUp(2), ...givenUp(3)), ["raised"]);
  });

  it("stand where they hold of a picture before", async () => {
    const givenUp = [step(2, "waking"), anew, step(2, "raised")];
    assert.deepEqual(await said(anew, step(1, "waking"), ...givenUp), ["waking", "raised"]);
  });

  it("come one by one, the stage's first, and none is lost", async () => {
    const remarks = async (steps: number) => {
      const plan = {
        parameterization: pixels(canvas),
        evaluate: async (_: unknown, redirect: boolean) =>
          Promise.resolve({ objective: 0, gradient: { ...canvas, data: new Float32Array(3).fill(redirect ? 1 : 0) } }),
        optimizer: ascent(1, "mean"),
        what: "The hill",
        steps,
      };
      const found: (string | undefined)[] = [];
      const stage = { octave: 1, octaves: 1, remark: "In tiles." };
      for await (const { remark } of grow(plan, stage, never)) found.push(remark?.replace(/(?<=through) .*/, "."));
      return found;
    };
    assert.deepEqual(await remarks(3), ["In tiles.", "No gradient gets through.", undefined]);
    assert.deepEqual(await remarks(1), ["In tiles. No gradient gets through."]);
  });
});
