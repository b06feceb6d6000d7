import { climb, type Climb } from "../../src/engine/synthesis/climb.ts";
import { chances, within } from "../../src/engine/synthesis/chance.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { channelMean, energy, type Objective } from "../../src/engine/synthesis/objectives.ts";
import { adam, ascent } from "../../src/engine/synthesis/optimizers.ts";
import { fourier } from "../../src/engine/synthesis/parameterizations/fourier.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { roll } from "../../src/engine/synthesis/transformations/roll.ts";
import { lucidView } from "../../src/engine/synthesis/views.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { noise, openModel, options } from "../models.ts";
import { randomResnet50, squeezenet, type Subject } from "../networks/index.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";

const preparation: Preparation = {
  size: [224, 224],
  fit: "stretch",
  color: "RGB",
  range: [0, 1],
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
  layout: "NCHW",
};
const warmUp = 4;
const counted = 40;

type Ways = Pick<Climb, "parameterization" | "transformation" | "optimizer">;

interface Row {
  readonly title: string;
  readonly subject: Subject;
  readonly side: number;
  readonly objective: Objective;
  readonly ways: (side: number) => Promise<Ways>;
  /** Steps more, over which memory is watched. */
  readonly further: number;
}

/** As google/deepdream: pixels, jitter undone, steps by the mean of |g|. */
const dreaming = async (side: number): Promise<Ways> =>
  Promise.resolve({
    parameterization: pixels(noise([1, 3, side, side])),
    transformation: (step) => {
      const next = chances(0, 1, step);
      return roll(within(next, 32), within(next, 32));
    },
    optimizer: ascent(1.5, "mean"),
  });

/** As Lucid: Fourier, decorrelated colours, shift, scale, turn, shift; Adam. */
const visualizing = async (side: number): Promise<Ways> => ({
  parameterization: await fourier({ height: side, width: side, threads: options.threads, seed: 0 }),
  transformation: lucidView(0, { height: side, width: side }, { height: side, width: side }),
  optimizer: adam(0.05),
});

export default async function dream(): Promise<Table> {
  const resnet = randomResnet50();
  const deep = "fire6/concat";
  const middle = await middleOf(resnet);
  const rows: readonly Row[] = [
    { title: "DeepDream", subject: squeezenet, side: 448, objective: energy(deep), ways: dreaming, further: 200 },
    { title: "DeepDream", subject: resnet, side: 448, objective: energy(middle), ways: dreaming, further: 0 },
    ...[128, 224].map((side) => ({
      title: "Fourier and transformations",
      subject: squeezenet,
      side,
      objective: channelMean(deep, 10),
      ways: visualizing,
      further: side === 128 ? 2000 : 0,
    })),
  ];
  const cells: string[][] = [];
  for (const row of rows) cells.push(await cellsOf(row));
  return {
    title: "One step of making a picture",
    columns: ["picture", "network", "pixels", "step", "network's share", "steps a second", "memory over the steps"],
    rows: cells,
    notes: [
      `The engine's own loop, the whole of a step; the network's gradient is one run of ONNX Runtime. ${counted} steps after ${warmUp} that do not count.`,
      `SqueezeNet to ${deep}; ResNet-50 (random weights) to ${middle}.`,
      "Memory: how much the process grew over further steps, of what it held after a tenth of them.",
    ],
  };
}

/** Three fifths of the way. */
async function middleOf({ path }: Subject): Promise<string> {
  const model = await openModel(path);
  const { layers } = await model.bound(1);
  await model.release();
  return layers[Math.floor(0.6 * layers.length)]?.name ?? "";
}

async function cellsOf({ title, subject, side, objective, ways, further }: Row): Promise<string[]> {
  const model = await openModel(subject.path);
  const program = await Program.open(model, { height: side, width: side }, inputLine(preparation), objective);
  const chosen = await ways(side);
  const network: number[] = [];
  const steps: number[] = [];
  let grown = NaN;
  const plan: Climb = {
    ...chosen,
    what: title,
    steps: warmUp + counted + further,
    async evaluate(canvas, redirect) {
      const found = await program.evaluate(canvas, redirect);
      network.push(program.lastRunMs);
      return found;
    },
  };
  try {
    let latest = performance.now();
    let held = 0;
    for await (const { step } of climb(plan, new AbortController().signal)) {
      const now = performance.now();
      if (step > warmUp && step <= warmUp + counted) steps.push(now - latest);
      if (step === warmUp + counted + Math.floor(further / 10)) held = process.memoryUsage.rss();
      if (step === plan.steps) grown = process.memoryUsage.rss() / held - 1;
      latest = performance.now();
    }
  } finally {
    await chosen.parameterization.release();
    await program.release();
    await model.release();
  }
  const own = network.slice(warmUp, warmUp + counted);
  const sum = (times: readonly number[]) => times.reduce((a, b) => a + b, 0);
  return [
    title,
    subject.title,
    `${side} × ${side}`,
    spread(steps),
    `${Math.round((100 * sum(own)) / sum(steps))} %`,
    (1000 / (sum(steps) / counted)).toFixed(1),
    further ? `${grown >= 0 ? "+" : "−"}${Math.abs(100 * grown).toFixed(1)} % in ${further}` : "–",
  ];
}
