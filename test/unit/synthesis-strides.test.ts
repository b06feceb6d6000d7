import assert from "node:assert/strict";
import { RuntimeFailure } from "../../src/engine/runtime/failure.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import type { Canvas } from "../../src/engine/synthesis/canvas.ts";
import { climb } from "../../src/engine/synthesis/climb.ts";
import { adam, type Optimizer } from "../../src/engine/synthesis/optimizers.ts";
import { fourier } from "../../src/engine/synthesis/parameterizations/fourier.ts";
import { laplacian } from "../../src/engine/synthesis/parameterizations/laplacian.ts";
import type { Parameterization } from "../../src/engine/synthesis/parameterizations/parameterization.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { never } from "./support/engine.ts";
import { random } from "./support/random.ts";

const [height, width] = [24, 20];
const shape = [1, 3, height, width];
const options = { height, width, threads: 1, seed: 3 };
const around = float32(
  shape,
  random(4, size(shape)).map((x) => 128 + 60 * x),
);
const goal = random(8, size(shape)).map((x) => 128 + 90 * x);

/** Minus the squared distance from another picture. */
const likeness = ({ data }: Canvas) => {
  const gradient = float32(
    shape,
    data.map((x, i) => goal[i]! - x),
  );
  return Promise.resolve({ objective: -gradient.data.reduce((sum, d) => sum + d * d, 0) / 2, gradient });
};

interface Climbed {
  readonly picture: Float32Array;
  readonly learned: ReturnType<Optimizer["state"]>;
  readonly atOnce: number;
}

/** Six steps towards the other picture, each at once or in its parts. */
async function climbed(
  open: () => Promise<Parameterization>,
  atOnce: boolean,
  evaluate = likeness,
  optimizer = adam(0.05),
): Promise<Climbed> {
  const opened = await open();
  let count = 0;
  const { ahead: _, ...inParts } = opened;
  const parameterization: Parameterization = {
    ...inParts,
    ...(atOnce && {
      async ahead(gradient, step) {
        const values = await opened.ahead?.(gradient, step);
        if (values) count++;
        return values;
      },
    }),
  };
  try {
    const plan = { parameterization, evaluate, optimizer, what: "The hill", steps: 6 };
    for await (const step of climb(plan, never)) assert.ok(step.step <= 6);
    const { data } = await parameterization.picture();
    return { picture: data, learned: optimizer.state(), atOnce: count };
  } finally {
    await parameterization.release();
  }
}

describe("from a picture's gradient to the next picture", () => {
  for (const [name, open] of [
    ["a spectrum", () => fourier(options)],
    ["a spectrum about a photo", () => fourier({ ...options, around })],
    ["a pyramid", () => laplacian(options)],
  ] as const)
    it(`leads at once where its parts lead, of ${name}`, async () => {
      const [one, other] = [await climbed(open, true), await climbed(open, false)];
      assert.deepEqual([one.atOnce, other.atOnce], [6, 0]);
      near(one.picture, other.picture, 1e-3);
      assert.deepEqual(one.learned.numbers, other.learned.numbers);
      one.learned.vectors.forEach((vector, i) => near(vector, other.learned.vectors[i]!, 1e-3));
    });

  it("shows the picture of the numbers that it led to", async () => {
    const spectrum = await fourier(options);
    try {
      const optimizer = adam(0.05);
      const { gradient } = await likeness(await spectrum.picture());
      const values = await spectrum.ahead?.(gradient, optimizer.inProgram!);
      spectrum.set(values!);
      const told = (await spectrum.picture()).data;
      spectrum.set(values!.slice()); // as if they came from elsewhere
      assert.deepEqual((await spectrum.picture()).data, told);
    } finally {
      await spectrum.release();
    }
  });

  it("takes no step, and learns nothing, where the gradient is no number", async () => {
    const spectrum = await fourier(options);
    try {
      const optimizer = adam(0.05);
      const nowhere = float32(shape, new Float32Array(size(shape)).fill(NaN));
      const before = spectrum.values.slice();
      assert.equal(await spectrum.ahead?.(nowhere, optimizer.inProgram!), undefined);
      assert.deepEqual(spectrum.values, before);
      assert.equal(optimizer.state().numbers[0], 0);
    } finally {
      await spectrum.release();
    }
  });

  it("undoes a step that led to NaN, and takes half of it", async () => {
    let asked = 0;
    const broken = async (canvas: Canvas) => {
      const { objective, gradient } = await likeness(canvas);
      return ++asked === 4 ? { objective: NaN, gradient } : { objective, gradient };
    };
    const { learned } = await climbed(() => fourier(options), true, broken);
    const [steps, halvings] = learned.numbers;
    assert.deepEqual([steps, halvings, asked], [6, 1, 9], "the step that was undone is not counted");
  });

  it("leaves no program behind where a run of it fails", async () => {
    const { run, release } = Session.prototype;
    const released = new Set<Session>();
    const opened = new Set<Session>();
    Session.prototype.run = function (feeds) {
      opened.add(this);
      const failure = new RuntimeFailure("net.onnx", "run", new Error("out of memory"));
      return [...feeds.keys()].some(({ name }) => name === "uphill") ? Promise.reject(failure) : run.call(this, feeds);
    };
    Session.prototype.release = function () {
      released.add(this);
      return release.call(this);
    };
    try {
      const { atOnce } = await climbed(() => fourier(options), true);
      assert.deepEqual([atOnce, opened.size, released.size], [0, 3, 3]);
    } finally {
      Object.assign(Session.prototype, { run, release });
    }
  });

  it("is taken in its parts where the runtime cannot do it at once", async () => {
    const open = Session.open.bind(Session);
    let opened = 0;
    const spectrum = () => fourier(options);
    const usual = await climbed(spectrum, false);
    Session.open = (...given) =>
      ++opened > 2
        ? Promise.reject(new RuntimeFailure("net.onnx", "prepare", new Error("out of memory")))
        : open(...given);
    try {
      const { picture, atOnce } = await climbed(spectrum, true);
      assert.deepEqual([atOnce, opened], [0, 3]); // it is tried once
      assert.deepEqual(picture, usual.picture);
    } finally {
      Session.open = open;
    }
  });
});
