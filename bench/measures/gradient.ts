import * as ort from "onnxruntime-node";
import { noise, openModel, options } from "../models.ts";
import { efficientnet, randomResnet50, randomVgg16, squeezenet, type Subject } from "../networks/index.ts";
import { clocked, inTurn, ratios, spread } from "../samples.ts";
import type { Table } from "../table.ts";

export default async function gradient(): Promise<Table> {
  const rows: string[][] = [];
  for (const subject of [squeezenet, efficientnet, randomResnet50(), randomVgg16()]) rows.push(await rowOf(subject));
  return {
    title: "Gradient of a score to the pixels",
    columns: ["network", "ONNX Runtime, forward", "Glassbox, forward", "Glassbox, gradient", "gradient / ONNX Runtime"],
    rows,
    notes: [
      "One photo of 224 × 224. ONNX Runtime: `run` on the file as it is, nothing of Glassbox in between.",
      `Every session has ${options.threads} threads that stop spinning with each run, else the three would starve each other.`,
      "The last column is taken within each turn: forward and gradient were run one after the other.",
    ],
  };
}

async function rowOf({ title, path }: Subject): Promise<string[]> {
  const model = await openModel(path);
  const session = await ort.InferenceSession.create(path, {
    intraOpNumThreads: options.threads,
    logSeverityLevel: 3,
    extra: { session: { force_spinning_stop: "1" } },
  });
  try {
    const image = noise(model.inputShape);
    const feeds = { [session.inputNames[0]!]: new ort.Tensor("float32", image.data, [...image.shape]) };
    const { score } = await model.bound(1);
    const weights = new Float32Array(score?.classes ?? 0);
    weights[0] = 1;
    const times = await inTurn(
      {
        runtime: () => clocked(() => session.run(feeds)),
        forward: () => clocked(() => model.scores(image)),
        gradient: () => clocked(() => model.gradient(image, { of: { kind: "class", weights } })),
      },
      { most: 40, seconds: 10 },
    );
    return [
      title,
      spread(times.runtime),
      spread(times.forward),
      spread(times.gradient),
      `${spread(ratios(times.gradient, times.runtime))}`,
    ];
  } finally {
    await session.release();
    await model.release();
  }
}
