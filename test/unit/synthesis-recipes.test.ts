import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { pictureFile, recipeIn } from "../../src/engine/synthesis/recipe-png.ts";
import type {
  Checkpoint,
  Finished,
  Frame,
  Recipe,
  RecipeSettings,
  SynthesisRequest,
  SynthesisSettings,
} from "../../src/shared/synthesis.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { made, makerEngine } from "./support/making.ts";
import { smallNet } from "./support/small-net.ts";

const image = join(folder(), "small.png");
const style = join(folder(), "painted.png");
const model = smallNet();
const files = [image, style, model, join(samplesFolder, "squeezenet1.1.onnx")];
const fileOf = (name: string) => files.find((path) => basename(path) === name) ?? assert.fail(name);

type Asked = Omit<SynthesisRequest, "parameters"> & Partial<SynthesisRequest>;

/** What a recipe stands for where its files are those of this test. */
function asked({ guide: _, label: _label, ...recipe }: RecipeSettings): SynthesisSettings {
  const { style: painted, guide } = recipe.parameters;
  const paths = {
    ...(painted !== undefined && { style }),
    ...(guide !== "" && guide !== undefined && { guide: style }),
  };
  return {
    ...recipe,
    model: fileOf(recipe.model),
    ...(recipe.image !== undefined && { image: fileOf(recipe.image) }),
    parameters: { ...recipe.parameters, ...paths },
  };
}

/** The recipe as a picture of its own carries it into another program. */
async function carried(recipe: Recipe, picture: Frame["picture"]): Promise<Recipe> {
  const read = recipeIn(await pictureFile(picture, recipe));
  assert.deepEqual(read, recipe);
  return read;
}

/** What comes of a recipe alone. */
async function played({ before = [], until, continued, ...settings }: Recipe) {
  assert.equal(continued, undefined);
  const stages = before.map((stage) => ({ ...asked(stage), until: stage.until, leaves: stage.leaves }));
  return made({ ...asked(settings), before: stages, ...(until && { until }), checkpoints: true });
}

async function givesAgain(finished: Finished): Promise<void> {
  const again = await played(await carried(finished.recipe, finished.picture));
  assert.deepEqual(again.finished.recipe, finished.recipe);
  assert.deepEqual(again.finished.picture, finished.picture);
  assert.deepEqual(again.finished.floats?.data, finished.floats?.data);
}

const copied = (checkpoint: Checkpoint | undefined): Checkpoint => structuredClone(checkpoint ?? assert.fail("none"));
/** As a film keeps a frame that is no longer the newest. */
const asPicture = ({ state: _, ...picture }: Checkpoint): Checkpoint => picture;

const dream = { technique: "deep-dream", model, image, layer: "conv1", parameters: { octaves: 2, steps: 3 }, checkpoints: true } as const; // prettier-ignore
const ofClass = { technique: "class-visualization", model, target: 3, parameters: { size: 32, steps: 8 }, checkpoints: true } as const; // prettier-ignore
const painted = { technique: "style-transfer", model, image, parameters: { style, size: 48, octaves: 2, steps: 4 }, checkpoints: true } as const; // prettier-ignore
const guided = { ...dream, parameters: { ...dream.parameters, guide: style } };

/** One picture after the other: what each is asked for, and after how many steps it is left, with what. */
type Way = readonly (readonly [asked: Asked, after?: number, leaves?: "all" | "picture"])[];

const ways: Readonly<Record<string, Way>> = {
  "a dream that was steered in an octave": [[dream, 2, "all"], [{ ...dream, seed: 5, layer: "conv2" }]],
  "a dream that was steered twice": [[dream, 1, "all"], [guided, 4, "all"], [{ ...dream, parameters: { ...dream.parameters, jitter: 3 } }]], // prettier-ignore
  "a dream with other numbers of steps": [[dream, 4, "all"], [{ ...dream, parameters: { octaves: 2, steps: 2 } }]],
  "a finished dream that got more steps": [[dream, 6, "all"], [{ ...dream, parameters: { octaves: 2, steps: 5 } }]],
  "a zoom that was steered in its second picture": [
    [{ ...dream, parameters: { ...dream.parameters, zoom: 3 } }, 8, "all"],
    [{ ...dream, seed: 2, parameters: { ...dream.parameters, zoom: 3 } }],
  ],
  "a class, branched with all that Adam had learned": [[ofClass, 3, "all"], [{ ...ofClass, target: 7 }]],
  "a class of SqueezeNet, branched with all that Adam had learned": [
    [{ ...ofClass, model: fileOf("squeezenet1.1.onnx") }, 3, "all"],
    [{ ...ofClass, model: fileOf("squeezenet1.1.onnx"), target: 7 }],
  ],
  "a class, branched from the picture alone": [[ofClass, 3, "picture"], [{ ...ofClass, target: 7 }]],
  "a class that went on from the picture with the same": [[ofClass, 3, "picture"], [ofClass]],
  "a style with L-BFGS, steered and branched": [
    [painted, 2, "all"],
    [{ ...painted, parameters: { ...painted.parameters, "style-weight": 2 } }, 5, "picture"],
    [painted],
  ],
  "a dream of what another technique has made": [[ofClass, 5, "all"], [dream]],
  "a class that began as a dream": [[dream, 4, "picture"], [ofClass, 2, "all"], [{ ...ofClass, target: 9 }]],
};

/** As a person makes it: each goes on from a frame of the one before. */
async function wayMade(way: Way) {
  let from: Checkpoint | undefined;
  for (const [request, after, leaves] of way) {
    const whole = await made({ ...request, ...(from && { from }) });
    const frame = whole.frames.find(({ done }) => done === after);
    if (after === undefined) return whole;
    from = copied(frame?.checkpoint);
    if (leaves === "picture") from = asPicture(from);
  }
  return assert.fail("it ends nowhere");
}

describe("a recipe", function () {
  this.timeout(120_000);
  before(async () => {
    for (const [from, path] of [
      ["cat-chelsea.png", image],
      ["coffee.png", style],
    ] as const)
      // prettier-ignore
      await sharp(join(samplesFolder, from)).resize(90, 60, { fit: "fill" }).toFile(path);
  });

  for (const [name, way] of Object.entries(ways))
    it(`gives the picture again to the byte: ${name}`, async () => {
      const { finished } = await wayMade(way);
      const { before = [], until } = finished.recipe;
      assert.deepEqual(
        before.map((stage) => [stage.until.done, stage.leaves]),
        way.slice(0, -1).map(([, after, leaves]) => [after, leaves]),
      );
      assert.equal(until, undefined, "it is through");
      await givesAgain(finished);
    });

  it("says nothing of a pause after which it went on as if there had been none, also in a later stage", async () => {
    const whole = await made(ofClass);
    const resumed = await made({ ...ofClass, from: copied(whole.frames[4]?.checkpoint) });
    assert.deepEqual(resumed.finished.recipe, whole.finished.recipe);
    assert.equal(resumed.finished.recipe.before, undefined);
    const other = { ...ofClass, target: 7 };
    const branched = await made({ ...other, from: copied(whole.frames[2]?.checkpoint) });
    const paused = await made({ ...other, from: copied(branched.frames[1]?.checkpoint) });
    assert.deepEqual(paused.finished.recipe, branched.finished.recipe);
    assert.equal(paused.finished.recipe.before?.length, 1);
    await givesAgain(paused.finished);
  });

  it("of a stopped picture ends where that did", async () => {
    const first = await made(dream);
    const second = await made({ ...dream, seed: 3, from: copied(first.frames[1]?.checkpoint) });
    for (const frame of [first.frames[3], second.frames[1]]) {
      const recipe = frame?.checkpoint?.recipe ?? assert.fail("no recipe");
      const again = await played(await carried(recipe, frame!.picture));
      assert.deepEqual(again.finished.picture, frame?.picture);
      assert.deepEqual(again.finished.recipe, recipe);
      assert.equal(again.finished.steps, frame?.done);
      assert.deepEqual(again.frames.at(-1)?.picture, frame?.picture, "its last frame is the picture");
    }
  });

  it("that is played can be paused in any stage, and goes on with the rest", async () => {
    const { finished } = await wayMade(ways["a class that began as a dream"]!);
    const { before = [], ...settings } = finished.recipe;
    const request = {
      ...asked(settings),
      before: before.map((stage) => ({ ...asked(stage), until: stage.until, leaves: stage.leaves })),
      checkpoints: true,
    };
    const { frames } = await made(request);
    assert.deepEqual(new Set(frames.map(({ checkpoint }) => checkpoint?.stage)), new Set([0, 1, 2]));
    for (const [i, frame] of frames.entries()) {
      if (i % 3 && frame.checkpoint?.stage === frames[i + 1]?.checkpoint?.stage) continue; // where a stage ends, and some others
      if (i === frames.length - 1) continue;
      const rest = await made({ ...request, from: copied(frame.checkpoint) });
      assert.equal(rest.frames.length, frames.length - i - 1);
      assert.deepEqual(rest.floats.data, finished.floats?.data);
      assert.deepEqual(rest.finished.recipe, finished.recipe);
    }
  });

  it("that is played ends with the step at which it is asked to pause", async () => {
    const { finished } = await wayMade(ways["a dream that was steered in an octave"]!);
    const { before = [], ...settings } = finished.recipe;
    const stages = before.map((stage) => ({ ...asked(stage), until: stage.until, leaves: stage.leaves }));
    const request: SynthesisRequest = { ...asked(settings), before: stages, frames: "all", run: "played" };
    for (const done of [0, 1, 2, 3]) {
      const at: (number | undefined)[][] = [];
      for await (const update of makerEngine.synthesize(request, never)) {
        if (update.kind === "frame") at.push([update.done, update.checkpoint?.stage]);
        if (update.kind === "begun" ? done === 0 : update.kind === "frame" && update.done === done)
          await makerEngine.pauseSynthesis({ run: "played" }, never);
        assert.notEqual(update.kind, "finished");
      }
      // In the midst of the next step everything stands as the step before has left it.
      const [last = 0, stage] = at.at(-1) ?? [];
      assert.ok(last === done + 1 || last === done, String(at));
      assert.equal(stage, last > 2 ? 1 : 0);
    }
  });

  it("that ends with the step at which it is asked to pause is through", async () => {
    const request: SynthesisRequest = { ...dream, until: { done: 2 }, frames: "all", run: "ending" };
    const ended: string[] = [];
    for await (const update of makerEngine.synthesize(request, never)) {
      if (update.kind === "frame" && update.done === 1) await makerEngine.pauseSynthesis({ run: "ending" }, never);
      if (update.kind === "frame") ended.push(String(update.done));
      if (update.kind === "finished") ended.push("finished");
    }
    // In the midst of the second step everything stands as the first has left it.
    assert.match(ended.join(), /^1,1$|^1,2,finished$/);
  });

  it("of a search, and of a way that was given up, ends in the way that it means", async () => {
    const parameters = { attack: "iterated", epsilon: "smallest", steps: 2, counts: "numbers" };
    const search = { technique: "adversarial-example", model, image, parameters, checkpoints: true } as const;
    const { frames } = await made(search);
    const result = frames.at(-1)!;
    const last = frames.at(-2)!;
    assert.deepEqual([result.done, result.returns, last.returns], [last.done, 1, undefined]);
    for (const frame of [result, last]) {
      const again = await played(frame.checkpoint?.recipe ?? assert.fail("no recipe"));
      assert.deepEqual(again.finished.picture, frame.picture);
    }
  });

  it("that its settings no longer reach is said to give another picture", async () => {
    const until = { done: 9 };
    const longer = { ...dream, parameters: { octaves: 2, steps: 4 } };
    const { finished, notes } = await made({ ...longer, before: [{ ...dream, until, leaves: "all" }], until });
    const said = notes.flatMap(({ key, text }) =>
      key === "ended-before" ? [/after 9 .* after (\d)/.exec(text)?.[1]] : [],
    );
    assert.deepEqual(said, ["6", "8"]);
    assert.equal(finished.recipe.until, undefined);
  });

  it("has words where it went on from what nobody can make again", async () => {
    const { frames } = await made(dream);
    const { recipe: _, ...earlier } = copied(frames[1]?.checkpoint);
    const { finished } = await made({ ...dream, from: earlier });
    assert.deepEqual([finished.recipe.continued, finished.recipe.before], ["from octave 1, step 2", undefined]);
    const on = await made({
      ...dream,
      seed: 2,
      from: { ...earlier, recipe: { ...finished.recipe, until: { done: 2 } } },
    });
    assert.equal(on.finished.recipe.continued, "from octave 1, step 2; from octave 1, step 2");
    const place = join(folder(), "guide.png");
    copyFileSync(style, place);
    const guided = { ...dream, parameters: { ...dream.parameters, guide: place } };
    const begun = await made(guided);
    copyFileSync(image, place);
    const from = copied(begun.frames[1]?.checkpoint);
    assert.equal((await made({ ...guided, from })).finished.recipe.continued, "from octave 1, step 2, before another guide.png came"); // prettier-ignore
    assert.equal((await made({ ...dream, from })).finished.recipe.before?.length, 1, "it is looked at no more");
  });

  it("has words where it went on among other photos of a folder than it began with", async () => {
    const place = folder();
    copyFileSync(style, join(place, "one.png"));
    const parameters = { method: "fourier", size: 32, steps: 3, "color-folder": place };
    const colored = { technique: "class-visualization", model, target: 3, checkpoints: true, parameters };
    const from = copied((await made(colored)).frames[1]?.checkpoint);
    copyFileSync(image, join(place, "two.png"));
    const { continued } = (await made({ ...colored, from })).finished.recipe;
    assert.equal(continued, `from octave 1, step 2, before there were other photos in ${basename(place)}`);
  });
});
