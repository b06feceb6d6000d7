import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { multipleTaken, upTo } from "../../src/engine/multiples.ts";
import { evaluatorFor } from "../../src/engine/synthesis/evaluator.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { energy } from "../../src/engine/synthesis/objectives.ts";
import { inOnePiece, sizesWithMaps } from "../../src/engine/synthesis/one-piece.ts";
import { isSameSize, Program, type Size } from "../../src/engine/synthesis/program.ts";
import { cut } from "../../src/engine/synthesis/tiles.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { SynthesisRequest } from "../../src/shared/synthesis.ts";
import { made } from "./support/making.ts";
import { noisy } from "./support/one-size-net.ts";
import { integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";

const preparation = { ...untouched, size: [20, 20] } as const;

function prepared(path: string): string {
  const { size, fit, color, range, mean, deviation } = preparation;
  const input = { size, fit, color, range, mean, deviation };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify({ input }));
  return path;
}

/** Halves its maps twice, doubles them as often, and puts each beside those of its size: "joined" is there for multiples of 4. */
function uNet(side: number | string = "S"): string {
  const halved = { strides: [2, 2], pads: [1, 1, 1, 1] };
  const double = { mode: "nearest" };
  return prepared(
    onnxFile({
      nodes: [
        node("Conv", ["x", "k1"], "half", halved),
        node("Conv", ["half", "k2"], "quarter", halved),
        node("Resize", ["quarter", "", "twice"], "again", double),
        node("Concat", ["again", "half"], "beside", { axis: 1 }),
        node("Resize", ["beside", "", "twice"], "whole", double),
        node("Concat", ["whole", "x"], "joined", { axis: 1 }),
        node("Conv", ["joined", "k3"], "out"),
      ],
      weights: [
        weight("k1", [4, 3, 3, 3], random(1, 4 * 27)),
        weight("k2", [4, 4, 3, 3], random(2, 4 * 36)),
        weight("k3", [4, 11, 1, 1], random(3, 44)),
        weight("twice", [4], [1, 1, 2, 2]),
      ],
      inputs: [value("x", [1, 3, side, side])],
      outputs: [value("out", [1, 4, side, side])],
    }),
  );
}

/** Any size by what its file says, and one by what its last layer takes. */
const headed = () =>
  prepared(
    onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "c", { pads: [1, 1, 1, 1] }),
        node("Reshape", ["c", "to"], "flat"),
        node("Reshape", ["flat", "back"], "out"),
      ],
      weights: [
        weight("k", [4, 3, 3, 3], random(1, 4 * 27)),
        integers("to", [1, 4 * 400]),
        integers("back", [1, 4, 20, 20]),
      ],
      inputs: [value("x", [1, 3, "S", "S"])],
      outputs: [value("out", [1, 4, "S", "S"])],
    }),
  );

describe("what a network's sides have to be multiples of", () => {
  const divisible = (by: number) => async (size: Size) =>
    Promise.resolve(size.height % by === 0 && size.width % by === 0);

  for (const by of [2, 4, 8, 16, 32])
    it(`is found to be ${by}, of sizes that are multiples of more, too`, async () => {
      for (const size of [
        { height: 133, width: 200 },
        { height: 451, width: 300 },
        { height: 193, width: 64 },
        { height: 240 + by / 2, width: 239 },
      ]) {
        assert.equal(await multipleTaken(size, divisible(by)), by, `${size.height} × ${size.width}`);
        assert.ok(await divisible(by)(upTo(size, by)));
      }
    });

  it("is not known where a size is too small, too large, or the only one", async () => {
    const size = { height: 133, width: 200 };
    const unknown = async (takes: (size: Size) => boolean) =>
      assert.equal(await multipleTaken(size, async (at) => Promise.resolve(takes(at))), undefined);
    await unknown(({ height }) => height >= 134);
    await unknown((at) => isSameSize(at, { height: 224, width: 224 }));
    assert.equal(await multipleTaken({ height: 20, width: 200 }, divisible(4)), undefined, "nothing smaller to ask");
  });
});

describe("a network whose sides have to be multiples of 4", function () {
  this.timeout(60_000);
  afterEach(releaseModels);
  const line = inputLine(preparation);
  const alive = async () => Promise.resolve();

  const said = async (request: Omit<SynthesisRequest, "parameters"> & Partial<SynthesisRequest>) => {
    const { notes, finished } = await made(request);
    const { width, height } = finished.picture;
    return { width, height, notes: notes.map(({ text }) => text), objective: finished.objective };
  };

  for (const whole of [false, true])
    it(`is shown the next size that it takes, ${whole ? "as a whole" : "in one tile"}: the picture, repeated`, async () => {
      const model = await openModel(uNet());
      const objective = energy("joined");
      const wanted = { height: 133, width: 198 };
      const run = { signal: new AbortController().signal, alive };
      const evaluator = await evaluatorFor(model, wanted, line, objective, run, whole);
      const next = { height: 136, width: 200 };
      const program = await Program.open(model, next, line, objective);
      try {
        assert.match(evaluator.remark ?? "", /^This network takes sides that are multiples of 4: beyond its edges /);
        const canvas = float32([1, 3, wanted.height, wanted.width], random(5, 3 * 133 * 198));
        const { objective: worth, gradient } = await evaluator.evaluate(canvas, false);
        const seen = await program.evaluate(cut(canvas, next));
        assert.equal(worth, seen.objective);
        assert.deepEqual(gradient.shape, canvas.shape);
        const total = (data: Float32Array) => data.reduce((sum, x) => sum + x, 0);
        assert.ok(Math.abs(total(gradient.data) / total(seen.gradient.data) - 1) < 1e-4, "nothing of it is lost");
      } finally {
        await evaluator.release();
        await program.release();
      }
    });

  it("dreams at the photo's own size, and says once why the photo is repeated", async () => {
    const image = await noisy(150, 133);
    const parameters = { octaves: 2, steps: 4, jitter: 0 };
    const { notes, objective, ...size } = await said({
      technique: "deep-dream",
      model: uNet(),
      layer: "joined",
      image,
      parameters,
    });
    assert.deepEqual(notes, [
      "This network takes sides that are multiples of 4: beyond its edges the picture is repeated up to the next.",
    ]);
    assert.deepEqual(size, { width: 150, height: 133 });
    assert.ok(objective[1] > objective[0], `${objective.join(" → ")}`);
  });

  it("makes textures and styles at the next size, not at its usual one or one much larger", async () => {
    const layers = [{ name: "joined", weight: 1 }];
    const image = await noisy(70, 45);
    const texture = await said({
      technique: "texture-synthesis",
      model: uNet(),
      image,
      layers,
      parameters: { size: 50, steps: 1 },
    });
    assert.equal(texture.width, 52);
    assert.ok(
      texture.notes.includes("This network takes sides that are multiples of 4: it is made at 52 × 52."),
      texture.notes.join("\n"),
    );
    const style = await said({
      technique: "style-transfer",
      model: uNet(),
      image,
      layers,
      layer: "joined",
      parameters: { style: await noisy(61, 47), size: "photo", octaves: 1, steps: 1 },
    });
    assert.deepEqual([style.width, style.height], [72, 48]);
    assert.ok(style.notes.includes("This network takes sides that are multiples of 4: it is made at 72 × 48."));
  });

  it("begins a style with the smallest size: it has maps of it", async () => {
    const usual = await openModel(uNet(224));
    const sizes = [33, 67, 135].map((side) => ({ height: side, width: side }));
    assert.deepEqual(await sizesWithMaps(usual, sizes, ["joined"]), sizes);
  });

  it("is shown a small picture at a size not much larger, be that less than tells the multiples", async () => {
    const model = await openModel(uNet(224));
    for (const [wanted, taken] of [
      [
        { height: 18, width: 18 },
        { height: 32, width: 32 },
      ],
      [
        { height: 18, width: 41 },
        { height: 32, width: 64 },
      ],
    ] as const) {
      const piece = await inOnePiece(model, wanted, ["joined"]);
      await piece.model.release();
      assert.deepEqual(piece.size, taken);
      assert.match(piece.remark ?? "", /^This network does not take \d+ × 18 pixels: it is made at \d+ × 32\.$/);
    }
  });

  it("is not said to take one size only where its file says so and it takes others", async () => {
    const model = await openModel(uNet(20));
    const piece = await inOnePiece(model, { height: 50, width: 50 }, ["joined"]);
    await piece.model.release();
    assert.deepEqual(piece.size, { height: 52, width: 52 });
  });
});

describe("a network of any size by its file, of which a layer takes one", () => {
  it("is not said to take that one only", async () => {
    const [model, image] = [headed(), await noisy(50, 45)];
    const notes = async (request: Omit<SynthesisRequest, "parameters" | "model"> & Partial<SynthesisRequest>) =>
      (await made({ ...request, model, image })).notes.map(({ text }) => text).join("\n");
    assert.equal(
      await notes({ technique: "deep-dream", layer: "out", parameters: { octaves: 2, steps: 1 } }),
      "This network cannot be shown larger pictures at once: they are done in tiles of 20 × 20 pixels.",
    );
    assert.match(
      await notes({
        technique: "texture-synthesis",
        layers: [{ name: "out", weight: 1 }],
        parameters: { size: 50, steps: 1 },
      }),
      /This network does not take 50 × 50 pixels: it is made at 20 × 20\./,
    );
  });
});
