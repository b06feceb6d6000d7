import type { Value } from "../../src/engine/graph/graph.ts";
import type { Bound, OpenModel } from "../../src/engine/model.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { plain } from "../../src/engine/propagation/plain.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import { float32, size, type Tensor } from "../../src/shared/tensor.ts";
import { noise, openModel, options } from "../models.ts";
import { efficientnet, squeezenet, type Subject } from "../networks/index.ts";
import { clocked, inTurn, median, short, spread } from "../samples.ts";
import type { Table } from "../table.ts";

const batches = [1, 4, 8, 16];

export default async function batching(): Promise<Table> {
  const rows: string[][] = [];
  for (const subject of [squeezenet, efficientnet]) rows.push(...(await rowsOf(subject)));
  return {
    title: "Many photos: what a batch saves",
    columns: ["network", "question", ...batches.map((batch) => `batch ${batch}, per photo`), "best"],
    rows,
    notes: [
      "Occlusion asks the first question for its 169 windows; SmoothGrad and integrated gradients ask the second.",
      "Milliseconds per photo; the last column is how many times as fast as one at a time the fastest batch is.",
    ],
  };
}

async function rowsOf({ title, path }: Subject): Promise<string[][]> {
  const model = await openModel(path);
  const rows: string[][] = [];
  for (const [question, program] of Object.entries(questions)) {
    const sessions = new Map<string, { session: Session; feeds: Map<Value, Tensor>; batch: number }>();
    for (const batch of batches) sessions.set(String(batch), { ...(await opened(model, batch, program)), batch });
    const times = await inTurn(
      Object.fromEntries(
        [...sessions].map(([name, { session, feeds, batch }]) => [
          name,
          async () => (await clocked(() => session.run(feeds))) / batch,
        ]),
      ),
      { most: 20, seconds: 6 },
    );
    for (const { session } of sessions.values()) await session.release();
    const medians = batches.map((batch) => median(times[String(batch)]!));
    const best = medians.indexOf(Math.min(...medians));
    rows.push([
      title,
      question,
      ...batches.map((batch) => spread(times[String(batch)]!)),
      `batch ${batches[best]}: ${short(medians[0]! / medians[best]!)} ×`,
    ]);
  }
  await model.release();
  return rows;
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
