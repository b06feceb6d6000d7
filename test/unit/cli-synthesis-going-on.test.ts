import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { dream } from "../../src/cli/dream.ts";
import { asPicture } from "../../src/host/dream-film.ts";
import { recipeIn } from "../../src/engine/synthesis/recipe-png.ts";
import { RemoteError } from "../../src/shared/rpc.ts";
import type { SynthesisRequest } from "../../src/shared/synthesis.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { client, squeezenet } from "./support/cli-pictures.ts";
import { samplesFolder } from "./support/engine.ts";

describe("a picture whose engine ends while it is made, on the command line", function () {
  this.timeout(60_000);

  const killed = new RemoteError({ name: "EngineCrashed", message: "The engine ended (SIGKILL) while making it." });
  const words = ["--octaves", "2", "--steps", "4", "--out"];
  let image: string;
  before(async () => {
    image = join(folder(), "small.png");
    await sharp(join(samplesFolder, "coffee.png")).resize(60, 40, { fit: "fill" }).png().toFile(image);
  });

  /** A dream, whose engine ends after so many steps of each try, as far as `steps` says; of the last `bare` ones nothing goes on. */
  async function dreamt(
    out: string,
    steps: readonly number[],
    { failure = killed, model = squeezenet, ending = () => {}, bare = 0 } = {},
  ) {
    const asked: SynthesisRequest[] = [];
    const mortal: typeof client = {
      ...client,
      async *synthesize(request, signal) {
        const last = steps[asked.push(request) - 1] ?? Infinity;
        const frames = request.frames === "film" ? "film" : "all";
        if (last > 0)
          for await (const update of client.synthesize({ ...request, frames }, signal)) {
            const isBare = update.kind === "frame" && update.done > last - bare;
            yield isBare ? asPicture(update) : update;
            if (update.kind === "frame" && update.done >= last) break;
          }
        if (last === Infinity) return;
        ending();
        throw failure;
      },
    };
    let [text, error] = ["", ""];
    const { write } = process.stderr;
    process.stderr.write = (piece: string | Uint8Array) => (error += String(piece)) !== "";
    try {
      await dream([model, image, ...words, out], mortal, (piece) => (text += piece));
    } finally {
      process.stderr.write = write;
    }
    return { asked, text, error };
  }

  const pixelsOf = (file: string) => sharp(file, { pages: -1 }).raw().toBuffer();

  it("goes on from the last frame, which is said, and comes to the same picture", async () => {
    const [whole, mended] = ["whole.png", "mended.png"].map((name) => join(folder(), name)) as [string, string];
    const undisturbed = await dreamt(whole, []);
    assert.deepEqual([undisturbed.asked.length, undisturbed.error], [1, ""]);
    const { asked, text, error } = await dreamt(mended, [6]);
    assert.deepEqual(
      asked.map(({ from }) => from && [from.octave, from.step]),
      [undefined, [2, 2]],
    );
    assert.equal(error, `glassbox: ${killed.message} The picture goes on from octave 2 of 2, step 2 of 4.\n`);
    assert.match(text, / 8 steps in all in [\d.]+ s, objective \S+ in the last octave\n/, "what it began with is gone");
    assert.deepEqual(await pixelsOf(mended), await pixelsOf(whole));
    assert.deepEqual(recipeIn(readFileSync(mended)), recipeIn(readFileSync(whole)));
    const { text: between } = await dreamt(mended, [2]);
    assert.match(between, /, objective \S+ → \S+ in the last octave\n/);
  });

  it("makes a film of it that shows each step once", async () => {
    const [whole, mended] = ["whole.gif", "mended.gif"].map((name) => join(folder(), name)) as [string, string];
    await dreamt(whole, []);
    for (const [end, bare] of [
      [5, 2],
      [8, 0],
    ] as const) {
      const { asked } = await dreamt(mended, [end], { bare });
      assert.equal(asked.length, 2);
      assert.equal((await sharp(mended).metadata()).pages, 8);
      assert.deepEqual(await pixelsOf(mended), await pixelsOf(whole));
    }
  });

  it("does so once, and only where there is something to go on from", async () => {
    const out = join(folder(), "none.png");
    for (const steps of [[3, 5], [3, 0], [0]]) await assert.rejects(dreamt(out, steps), killed);
    // What hangs would hang again; after the last step the engine has nothing to go on with.
    const silent = new RemoteError({ name: "DeadlineExceeded", message: "No sign of life." });
    await assert.rejects(dreamt(out, [3], { failure: silent }), silent);
    assert.equal(existsSync(out), false);
  });

  it("does not go on with a model that was replaced meanwhile, and writes nothing", async () => {
    const out = join(folder(), "none.png");
    const model = join(folder(), "model.onnx");
    copyFileSync(squeezenet, model);
    const seen = new RemoteError({ name: "ModelChanged", message: "It changed on disk." });
    await assert.rejects(dreamt(out, [3], { model, failure: seen }), seen);
    const ending = () => utimesSync(model, 1, 1);
    await assert.rejects(dreamt(out, [3], { model, ending }), {
      message: `${killed.message} model.onnx changed on disk meanwhile: it does not go on with another.`,
    });
    assert.equal(existsSync(out), false);
  });
});
