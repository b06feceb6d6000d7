import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Film, type Kept } from "../../src/host/dream-film.ts";
import { networksIn } from "../../src/host/dream-networks.ts";
import { besideRecipe } from "../../src/host/dream-recipe-files.ts";
import { fitting, withoutPlaces } from "../../src/host/dream-recipe-fit.ts";
import { DreamStore } from "../../src/host/dream-store.ts";
import { choice, network, number, photo, toggle, type Given, type PathKind } from "../../src/shared/parameters.ts";
import type { Recipe } from "../../src/shared/synthesis.ts";
import * as requests from "../../src/host/dream-requests.ts";
import { browseRequest } from "../../src/host/requests.ts";
import { frameAt } from "../ui/harness/dream-staged.ts";

const settings = { technique: "deep-dream", model: "/m.onnx", parameters: { steps: 3 }, seed: 2 };

describe("what is kept of a dream", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "glassbox-dreams-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("comes back as it was", async () => {
    const frame = frameAt(3, 2, 5);
    await new DreamStore(folder).keep("one", { settings, phase: "running", frame });
    const left = await new DreamStore(folder).read("one");
    assert.deepEqual(left?.settings, settings);
    assert.deepEqual(left?.frame?.checkpoint?.values, Float32Array.of(3));
    assert.deepEqual(left?.frame?.picture.pixels, frame.picture.pixels);
    assert.equal(left?.phase, "running");
    const chosen = { ...settings, seed: 7 };
    await new DreamStore(folder).keep("other", { settings, phase: "running", chosen, frame });
    assert.deepEqual((await new DreamStore(folder).read("other"))?.chosen, chosen);
    const recipe = { technique: "deep-dream", seed: 3 } as Recipe;
    await new DreamStore(folder).keep("two", { settings, phase: "finished", frame, recipe });
    const { phase, recipe: kept } = (await new DreamStore(folder).read("two")) ?? {};
    assert.deepEqual([phase, kept], ["finished", recipe]);
  });

  it("is not written more often than the disk can take, but for the last frame", async () => {
    const store = new DreamStore(folder);
    await store.keep("one", { settings, phase: "running", frame: frameAt(1, 2, 5) });
    await store.keep("one", { settings, phase: "running", frame: frameAt(2, 2, 5) });
    assert.equal((await store.read("one"))?.frame?.done, 1);
    await store.keep("one", { settings, phase: "running", frame: frameAt(3, 2, 5) }, true);
    assert.equal((await store.read("one"))?.frame?.done, 3);
  });

  it("is the picture alone where what it takes to go on from it is too large", async () => {
    const frame = frameAt(3, 2, 5);
    const bytes = frame.picture.pixels.byteLength + 4;
    await new DreamStore(folder, bytes - 1).keep("large", { settings, phase: "running", frame });
    const left = await new DreamStore(folder).read("large");
    assert.deepEqual(left?.frame?.picture.pixels, frame.picture.pixels);
    assert.equal(left?.frame?.checkpoint, undefined);
    await new DreamStore(folder, bytes).keep("small", { settings, phase: "running", frame });
    assert.ok((await new DreamStore(folder).read("small"))?.frame?.checkpoint);
  });

  it("has the strip of what rests, as far as there is room for it, and its newest frame whole", async () => {
    const film = new Film();
    let last: Kept | undefined;
    for (let done = 1; done <= 10; done++) last = film.add(frameAt(done, 1, 10), last);
    const { frame, id: newest } = last!;
    const left = { settings, phase: "running", frame, film: { frames: film.all, newest } } as const;
    await new DreamStore(folder).keep("growing", left);
    assert.equal((await new DreamStore(folder).read("growing"))?.film, undefined);
    const kept = async (bytes: number) => {
      await new DreamStore(folder, bytes).keep("resting", left, true);
      const { film } = (await new DreamStore(folder).read("resting")) ?? {};
      return film?.frames.map(({ done, frame }) => [done, frame.checkpoint !== undefined]);
    };
    const picture = frame.picture.pixels.byteLength;
    const ten = Array.from({ length: 10 }, (_, i) => i + 1);
    assert.deepEqual(await kept(10 * (picture + 4)), ten.map((done) => [done, true])); // prettier-ignore
    assert.deepEqual(await kept(10 * picture + 4), ten.map((done) => [done, done === 10])); // prettier-ignore
    assert.deepEqual(await kept(3 * picture + 4), [[1, false], [5, false], [10, true]]); // prettier-ignore
    assert.equal(await kept(picture), undefined, "of the frame itself the picture alone has room");
  });

  it("is written although something beside it cannot be looked at", async () => {
    await symlink(join(folder, "nowhere"), join(folder, "leads-nowhere"));
    const store = new DreamStore(folder);
    await store.keep("one", { settings, phase: "running", frame: frameAt(1, 2, 5) });
    assert.equal((await store.read("one"))?.frame?.done, 1);
  });

  it("is nothing where the file is damaged, missing or forgotten, and no id leads out of the folder", async () => {
    const store = new DreamStore(join(folder, "dreams"));
    await store.keep("../../out", { settings, phase: "running", frame: frameAt(1, 2, 5) });
    assert.deepEqual(await readdir(folder), ["dreams"]);
    await writeFile(join(folder, "dreams", "bad.dream"), "no dream");
    assert.equal(await store.read("bad"), undefined);
    assert.equal(await store.read("none"), undefined);
    await store.forget("../../out");
    assert.equal(await store.read("../../out"), undefined);
  });
});

describe("the files that a recipe names", () => {
  it("are looked for beside it, each by its kind, and never are the folder itself or one above it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "glassbox-recipes-"));
    try {
      await mkdir(join(folder, "photos"));
      await writeFile(join(folder, "cat.png"), "");
      const found = (name: string, kind: PathKind) => besideRecipe(folder, name, kind);
      assert.equal(await found("cat.png", "photo"), join(folder, "cat.png"));
      assert.equal(await found("photos", "folder"), join(folder, "photos"));
      assert.equal(await found("cat.png", "folder"), undefined);
      assert.equal(await found("photos", "photo"), undefined);
      assert.equal(await found("photos", "network"), undefined);
      for (const name of ["..", ".", "", "photos/..", "/", "x/.", "no\0name"])
        assert.equal(await found(name, "folder"), undefined, name);
      assert.equal(await found("../../cat.png", "photo"), join(folder, "cat.png"));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the other networks that a technique runs", () => {
  const prior = choice({ label: "", default: "folder", options: { folder: "", generator: "" } });
  const when = { parameter: "prior", is: ["generator"] } as const;
  const parameters = {
    prior,
    generator: network({ label: "", default: "", when }),
    second: network({ label: "", default: "" }),
  };
  const found = (given: Given) => networksIn({ parameters }, { parameters: given });

  it("are those that have a say; one that was chosen for another option is none", () => {
    assert.deepEqual(found({ prior: "generator", generator: "/g.onnx" }), ["/g.onnx"]);
    assert.deepEqual(found({ prior: "folder", generator: "/g.onnx" }), []);
    assert.deepEqual(found({ generator: "/g.onnx", second: "/h.onnx" }), ["/h.onnx"]);
  });

  it("are those, too, of which one cannot tell", () => {
    assert.deepEqual(found({ prior: "toString", generator: "/g.onnx" }), ["/g.onnx"]);
    assert.deepEqual(found({ prior: 3, generator: "/g.onnx" }), ["/g.onnx"]);
  });
});

describe("a recipe", () => {
  const preparation = { size: [8, 8], fit: "crop", color: "RGB", range: [0, 1], mean: [0], deviation: [1], layout: "NCHW" } as const; // prettier-ignore
  const recipe: Recipe = {
    technique: "inversion",
    model: "m.onnx",
    image: "p.png",
    preparation,
    parameters: {},
    seed: 4,
  };

  it("keeps its several layers, and how the picture came about", () => {
    const layers = [
      { name: "a", weight: 1 },
      { name: "b", weight: 0.5 },
    ];
    const continued = "from octave 1, step 3";
    assert.deepEqual(requests.recipeOf({ ...recipe, layers, continued }), { ...recipe, layers, continued });
    assert.throws(() => requests.recipeOf({ ...recipe, layers: [{}] as never }), { name: "Refused" });
  });
});

describe("a recipe of another version, or one written by hand,", () => {
  const schema = {
    octaves: number({ label: "Octaves", default: 4, min: 1, max: 8, step: 1 }),
    rate: number({ label: "Step size", default: 2, min: 0.1, max: 10 }),
    mode: choice({ label: "Mode", default: "a", options: { a: "A", b: "B" } }),
    jitter: toggle({ label: "Jitter", default: true }),
    style: photo({ label: "Style", default: "" }),
  };

  it("keeps the parameters that are known and allowed, in their order, and tells the others with their values", () => {
    const fine = { style: "sea.png", octaves: 8, jitter: false, mode: "b", rate: 0.5 };
    assert.deepEqual(fitting(schema, fine), { parameters: fine, unfit: [] });
    assert.deepEqual(Object.keys(fitting(schema, fine).parameters), Object.keys(fine));
    const odd = { octaves: 1e9, rate: -5, mode: "c", jitter: "yes", style: "sea.png", evil: 1, toString: true };
    assert.deepEqual(fitting(schema, odd), {
      parameters: { style: "sea.png" },
      unfit: ["Octaves: 1000000000", "Step size: -5", "Mode: c", "Jitter: yes", "evil: 1", "toString: true"],
    });
    assert.deepEqual(fitting(schema, { octaves: 2.5 }).unfit, ["Octaves: 2.5"]);
  });

  it("has names that are as long as they like, and is told of in short", () => {
    const { unfit } = fitting(schema, { ["x".repeat(1000)]: 1, "\u202Eevil": 2 });
    assert.ok(
      unfit.every((one) => one.length <= 68),
      unfit.join(),
    );
    assert.equal(unfit[1], "\\u{202e}evil: 2");
  });

  it("goes without where it looks, as far as it says so", () => {
    const asked = { technique: "deep-dream", parameters: {}, seed: 4, target: 3 };
    const places = { layers: [{ name: "b", weight: 1 }], layer: "a", channel: 3, place: [1, 2] as const };
    assert.deepEqual(withoutPlaces({ ...asked, ...places }), {
      change: asked,
      left: ["layer", "layers", "channel", "place"],
    });
    assert.deepEqual(withoutPlaces({ ...asked, layer: "a" }), { change: asked, left: ["layer"] });
    assert.deepEqual(withoutPlaces(asked), { change: asked, left: [] });
  });
});

describe("what a Dream panel's page asks", () => {
  const refused = (ask: () => unknown) => assert.throws(ask, { name: "Refused" });

  it("is taken where it makes sense", () => {
    const change = {
      technique: "deep-dream",
      parameters: { steps: 3 },
      seed: 5,
      layer: "a",
      channel: 4,
      target: 2,
      place: [1, 2],
    };
    assert.deepEqual(requests.changeRequest(change), change);
    const layers = [
      { name: "a", weight: 2 },
      { name: "b", weight: -1.5, channel: 3 },
    ];
    assert.deepEqual(requests.changeRequest({ ...change, layers }).layers, layers);
    assert.deepEqual(requests.fromRequest({}), {});
    assert.deepEqual(requests.frameRequest({ frame: 3 }), { frame: 3 });
    const film = { frame: 3, kind: "apng", framesPerSecond: 12 };
    assert.deepEqual(requests.filmRequest(film), film);
    assert.deepEqual(requests.channelRequest({ frame: 7, channel: 2, model: "/m" }), { frame: 7, channel: 2 });
  });

  it("is refused where it does not, and files are never its own to name", () => {
    const change = { technique: "deep-dream", parameters: {}, seed: 0 };
    refused(() => requests.changeRequest({ ...change, seed: 0.5 }));
    refused(() => requests.changeRequest({ ...change, channel: -1 }));
    refused(() => requests.changeRequest({ ...change, place: [1] }));
    refused(() => requests.changeRequest({ ...change, parameters: { steps: NaN } }));
    for (const wrong of [
      "a",
      [{ name: "a" }],
      [{ name: "a", weight: NaN }],
      [{ name: 3, weight: 1 }],
      [{ name: "a", weight: 1, channel: -1 }],
      Array.from({ length: 1001 }, () => ({ name: "a", weight: 1 })),
    ])
      refused(() => requests.changeRequest({ ...change, layers: wrong }));
    refused(() => requests.changeRequest(undefined));
    refused(() => requests.frameRequest({}));
    refused(() => requests.channelRequest({ frame: 7, channel: 1.5 }));
    refused(() => browseRequest({ kind: "printer" }));
    refused(() => requests.filmRequest({ frame: 0, kind: "mp4", framesPerSecond: 10 }));
    refused(() => requests.filmRequest({ frame: 0, kind: "gif", framesPerSecond: 0 }));
    assert.ok(!("model" in requests.changeRequest({ ...change, model: "/etc/other.onnx" })));
  });

  it("of a panel's state is used only where it is whole", () => {
    const panel = { id: "x", settings };
    assert.deepEqual(requests.stateOf({ panel }), panel);
    for (const opened of [{ of: "dream.png" }, { of: "dream.png", makesAnother: true }]) {
      const ofRecipe = { id: "x", settings: { ...settings, opened } };
      assert.deepEqual(requests.stateOf({ panel: ofRecipe }), ofRecipe);
    }
    assert.equal(requests.stateOf({ panel: { id: "x", settings: { ...settings, opened: { of: 3 } } } }), undefined);
    assert.equal(requests.stateOf({ panel: { ...panel, id: "" } }), undefined);
    assert.equal(requests.stateOf({ panel: { id: "x" } }), undefined);
    assert.equal(requests.stateOf(null), undefined);
  });
});
