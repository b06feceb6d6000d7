import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { Digests } from "../../src/engine/digests.ts";
import { ofDigest } from "../../src/host/dream-recipe-files.ts";
import * as requests from "../../src/host/dream-requests.ts";
import type { PathKind } from "../../src/shared/parameters.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, makerEngine } from "./support/making.ts";

const model = join(samplesFolder, "squeezenet1.1.onnx");
const fixtures = join(import.meta.dirname, "../fixtures/onnx");
const never = new AbortController().signal;

describe("what tells a recipe's files from others of their names", function () {
  this.timeout(60_000);
  let place: string;
  const at = (...names: readonly string[]) => join(place, ...names);
  /** Two photos in two folders each, of the same names. */
  before(async () => {
    place = await mkdtemp(join(tmpdir(), "glassbox-digests-"));
    for (const [folder, photo, sea] of [
      ["a", "cat-chelsea.png", "coffee.png"],
      ["b", "coffee.png", "cat-chelsea.png"],
    ] as const) {
      // prettier-ignore
      await mkdir(at(folder));
      await sharp(join(samplesFolder, photo)).resize(60, 48, { fit: "fill" }).toFile(at(folder, "cat.png"));
      await sharp(join(samplesFolder, sea)).resize(50, 40, { fit: "fill" }).toFile(at(folder, "sea.png"));
    }
  });
  after(() => rm(place, { recursive: true }));

  const dream = (image: string, guide = "") =>
    made({ technique: "deep-dream", model, image, layer: "fire2/concat", parameters: { octaves: 1, steps: 1, guide }, checkpoints: true }); // prettier-ignore
  const digestOf = (path: string, kind: PathKind) => makerEngine.digestOf({ path, kind }, never);

  it("is in the recipe: of network, photo and parameters", async () => {
    const [one, other] = [await dream(at("a", "cat.png"), at("a", "sea.png")), await dream(at("b", "cat.png"))];
    const { digests = {}, ...said } = one.finished.recipe;
    assert.notDeepEqual(one.finished.recipe.digests, other.finished.recipe.digests);
    assert.equal(said.image, other.finished.recipe.image);
    assert.equal(digests.model, createHash("sha256").update(await readFile(model)).digest("hex").slice(0, 16)); // prettier-ignore
    assert.equal(digests.image, await digestOf(at("a", "cat.png"), "photo"));
    assert.deepEqual(digests.parameters, { guide: await digestOf(at("a", "sea.png"), "photo") });
    assert.deepEqual(requests.recipeOf(one.finished.recipe).digests, digests, "it is taken over");
    assert.throws(() => requests.recipeOf({ ...one.finished.recipe, digests: { model: 3 } as never }), {
      name: "Refused",
    });
  });

  it("is each stage's own: two guides of one name are two", async () => {
    const first = await dream(at("a", "cat.png"), at("a", "sea.png"));
    const { checkpoint } = first.frames.at(-1)!;
    const parameters = { octaves: 1, steps: 2, guide: at("b", "sea.png") };
    const asked = { technique: "deep-dream", model, image: at("a", "cat.png"), layer: "fire2/concat", parameters } as const; // prettier-ignore
    const { recipe } = (await made({ ...asked, from: checkpoint! })).finished;
    const [stage] = recipe.before ?? [];
    assert.equal(stage?.guide, recipe.guide);
    assert.deepEqual(
      [stage?.digests?.parameters, recipe.digests?.parameters],
      [{ guide: await digestOf(at("a", "sea.png"), "photo") }, { guide: await digestOf(at("b", "sea.png"), "photo") }],
    );
  });

  it("finds the one among several of a name, and says where none is", async () => {
    const paths = [at("a", "cat.png"), at("b", "cat.png")];
    const find = async (digest: string | undefined) => ofDigest(paths, digest, (path) => digestOf(path, "photo"));
    const digest = await digestOf(paths[1]!, "photo");
    assert.deepEqual(await find(digest), { path: paths[1], isAnother: false });
    assert.deepEqual(await find("0123456789abcdef"), { path: paths[0], isAnother: true });
    assert.deepEqual(await find(undefined), { path: paths[0], isAnother: false }, "an earlier version said nothing");
    assert.deepEqual(await ofDigest([], digest, assert.fail), { path: undefined, isAnother: false });
  });

  it("is that of a network's weights beside it, too", async () => {
    const digests = new Digests();
    const names = ["external.onnx", "external-a.bin", "external-b.bin"];
    const copied = async (folder: string) => {
      await mkdir(at(folder));
      for (const name of names) await cp(join(fixtures, name), at(folder, name));
      return at(folder, "external.onnx");
    };
    const [one, other] = [await copied("one"), await copied("other")];
    assert.equal(await digests.of(one, "network"), await digests.of(other, "network"), "wherever it lies");
    const weights = await readFile(at("other", "external-b.bin"));
    weights[0]! ^= 1;
    await writeFile(at("other", "external-b.bin"), weights);
    assert.notEqual(await digests.of(one, "network"), await digests.of(other, "network"));
    await rm(at("other", "external-b.bin"));
    assert.equal(await digests.of(other, "network"), undefined);
  });

  it("is that of a folder's photos, and of a file as it is by now; what cannot be read has none", async () => {
    const digests = new Digests();
    const [a, b] = [await digests.of(at("a"), "folder"), await digests.of(at("b"), "folder")];
    assert.match(a ?? "", /^[0-9a-f]{16}$/);
    assert.notEqual(a, b);
    await cp(at("a"), at("copy"), { recursive: true });
    assert.equal(await digests.of(at("copy"), "folder"), a);
    const photo = at("copy", "cat.png");
    const before = await digests.of(photo, "photo");
    await cp(at("b", "cat.png"), photo);
    await utimes(photo, 1e9, 1e9);
    assert.notEqual(await digests.of(photo, "photo"), before);
    for (const kind of ["photo", "network", "folder"] as const)
      assert.equal(await digests.of(at("gone"), kind), undefined);
    assert.equal(await digests.of(at("a"), "photo"), undefined);
  });
});
