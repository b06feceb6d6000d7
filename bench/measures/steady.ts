import { climb } from "../../src/engine/synthesis/climb.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { channelMean, energy, type Objective } from "../../src/engine/synthesis/objectives.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { dreaming, layerOfDreams, preparation, visualizing, type Ways } from "../climbs.ts";
import { openModel } from "../models.ts";
import { squeezenet } from "../networks/index.ts";
import { megabytes, trend } from "../samples.ts";
import type { Table } from "../table.ts";

/** Steps before those that are watched: the heap for what lives shortly takes its size in the first thousand. */
const settling = 1000;

interface Watch {
  readonly title: string;
  readonly side: number;
  readonly objective: Objective;
  readonly ways: (side: number) => Promise<Ways>;
  readonly steps: number;
}

/** Whether memory is flat over many steps. */
export default async function steady(): Promise<Table> {
  const watches: readonly Watch[] = [
    {
      title: "Fourier and transformations",
      side: 128,
      objective: channelMean(layerOfDreams, 10),
      ways: visualizing,
      steps: 10_000,
    },
    { title: "DeepDream", side: 448, objective: energy(layerOfDreams), ways: dreaming, steps: 2000 },
  ];
  const rows: string[][] = [];
  for (const watch of watches) rows.push(await rowOf(watch));
  return {
    title: "Memory over many steps",
    columns: ["picture", "pixels", "steps", "MB, least–greatest", "more at the end"],
    rows,
    notes: [
      `What the process holds after each step, SqueezeNet 1.1 to ${layerOfDreams}, after ${settling.toLocaleString("en")} steps that do not count. Wanted: less than 3 % more over 2,000 steps.`,
      "More at the end: by the straight line through all readings. What lives shortly is freed in bursts, which lie above and below it: of small pictures 2,000 steps take a few seconds and have few bursts, so that more are watched.",
    ],
  };
}

async function rowOf({ title, side, objective, ways, steps }: Watch): Promise<string[]> {
  const model = await openModel(squeezenet.path);
  const program = await Program.open(model, { height: side, width: side }, inputLine(preparation), objective);
  const chosen = await ways(side);
  const held: number[] = [];
  try {
    const plan = {
      ...chosen,
      what: title,
      steps: settling + steps,
      evaluate: program.evaluate.bind(program),
      takeStep: program.wholeStep.take.bind(program.wholeStep),
    };
    for await (const { step } of climb(plan, new AbortController().signal))
      if (step > settling) held.push(process.memoryUsage.rss());
  } finally {
    await chosen.parameterization.release();
    await program.release();
    await model.release();
  }
  const grown = trend(held);
  const most = held.reduce((a, b) => Math.max(a, b));
  const least = held.reduce((a, b) => Math.min(a, b));
  return [
    title,
    `${side} × ${side}`,
    steps.toLocaleString("en"),
    `${megabytes(least)}–${megabytes(most)}`,
    `${grown >= 0 ? "+" : "−"}${Math.abs(100 * grown).toFixed(1)} %`,
  ];
}
