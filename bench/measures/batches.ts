import type { Value } from "../../src/engine/graph/graph.ts";
import type { Bound, OpenModel } from "../../src/engine/model.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { plain } from "../../src/engine/propagation/plain.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import { float32, size, type Tensor } from "../../src/shared/tensor.ts";
import { noise, openModel, options } from "../models.ts";
import { efficientnet, squeezenet, type Subject } from "../networks/index.ts";
import { clocked, inTurn, median, processorTime, short, spread, type Samples } from "../samples.ts";
import type { Table } from "../table.ts";

const batches = [1, 4, 8, 16];

export default async function batching(): Promise<Table> {
  const rows: string[][] = [];
  for (const subject of [squeezenet, efficientnet]) rows.push(...(await rowsOf(subject)));
  return {
    title: "Many photos: what a batch saves",
    columns: ["network", "question", "clock", ...batches.map((batch) => `batch ${batch}`), "best"],
    rows,
    notes: [
      "Occlusion asks the first question for its 169 windows; SmoothGrad and integrated gradients ask the second.",
      "Milliseconds per photo. Processor time is that of all threads together. The last column: how many times as fast as one at a time the fastest batch is.",
    ],
  };
}

async function rowsOf({ title, path }: Subject): Promise<string[][]> {
  const model = await openModel(path);
  const rows: string[][] = [];
  for (const [question, program] of Object.entries(questions)) {
    const runs: { batch: number; session: Session; feeds: ReadonlyMap<Value, Tensor> }[] = [];
    for (const batch of batches) runs.push({ batch, ...(await opened(model, batch, program)) });
    for (const [what, clock] of Object.entries(clocks)) {
      const readings = runs.map(({ batch, session, feeds }) => [
        String(batch),
        async () => (await clock(() => session.run(feeds))) / batch,
      ]);
      const times = await inTurn(Object.fromEntries(readings) as Record<string, () => Promise<number>>, turns);
      rows.push([title, question, what, ...cellsOf(batches.map((batch) => times[String(batch)] ?? []))]);
    }
    for (const { session } of runs) await session.release();
  }
  await model.release();
  return rows;
}

const clocks = { time: clocked, "processor time": processorTime };
const turns = { most: 12, seconds: 4 };

/** The readings, and how much the best batch saves. */
function cellsOf(times: readonly Samples[]): string[] {
  const medians = times.map(median);
  const least = Math.min(...medians);
  const best = `batch ${batches[medians.indexOf(least)]}: ${short(medians[0]! / least)} ×`;
  return [...times.map((each) => spread(each)), best];
}

/** What is asked of the network: outputs, and what is fed beside the photos. */
type Program = (bound: Bound, score: Value) => { outputs: readonly Value[]; feeds: ReadonlyMap<Value, Tensor> };

const questions: Readonly<Record<string, Program>> = {
  "scores and a layer": ({ layers }, score) => {
    const maps = layers.findLast(({ output: { shape } }) => shape.length === 4 && (shape[2] ?? 1) > 1);
    return { outputs: maps ? [score, maps.output] : [score], feeds: new Map() };
  },
  "gradient to the pixels": ({ network: { graph, input } }, score) => {
    const seed = graph.input("seed", { dtype: "float32", shape: score.shape });
    const ones = float32(seed.shape, new Float32Array(size(seed.shape)).fill(1));
    return { outputs: differentiate(graph, score, seed, [input], plain), feeds: new Map([[seed, ones]]) };
  },
};

async function opened(model: OpenModel, batch: number, program: Program) {
  const bound = await model.bound(batch);
  const { network, score } = bound;
  if (!score) throw new TypeError(`${model.file.path} has no classes.`);
  const { outputs, feeds } = program(bound, score.value);
  const session = await Session.open(network.graph, outputs, options);
  return { session, feeds: new Map([...feeds, [network.input, noise(network.input.shape)]]) };
}
