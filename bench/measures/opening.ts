import { statSync } from "node:fs";
import { openOnnx } from "../../src/engine/formats/onnx/index.ts";
import { memoryOf, withEngine } from "../engine.ts";
import {
  efficientnet,
  randomResnet50,
  randomVgg16,
  randomVitLarge,
  squeezenet,
  type Subject,
} from "../networks/index.ts";
import { clocked, megabytes, spread, type Samples } from "../samples.ts";
import type { Table } from "../table.ts";

const times = 5;

export default async function opening(): Promise<Table> {
  const rows: string[][] = [];
  for (const subject of [squeezenet, efficientnet, randomResnet50(), randomVgg16(), randomVitLarge()])
    rows.push(await rowOf(subject));
  return {
    title: "Opening a model: to its layers and shapes",
    columns: [
      "network",
      "MB on disk",
      "engine's answer",
      "the graph to draw",
      "reading alone",
      "engine's MB before",
      "engine's MB at most",
    ],
    rows,
    notes: [
      "Wanted for 553 MB: an answer within 300 ms, below 150 MB. A new engine each time, which has answered one call before; its memory is what is resident.",
      "The graph to draw: every node with its layer, attributes and shapes, asked of an engine that has not opened the model yet. Wanted: within 500 ms to something useful.",
      "Reading alone: the file's structure, in a process that has read it before.",
    ],
  };
}

async function rowOf({ title, path }: Subject): Promise<string[]> {
  const answers: number[] = [];
  const before: number[] = [];
  const most: number[] = [];
  for (let i = 0; i < times; i++)
    await withEngine(async (engine) => {
      await engine.client.techniques();
      const idle = memoryOf(engine);
      answers.push(await clocked(() => engine.client.open({ model: path })));
      const then = memoryOf(engine);
      if (idle) before.push(idle.now);
      if (then) most.push(then.most);
    });
  const drawn: number[] = [];
  for (let i = 0; i < times; i++)
    await withEngine(async (engine) => {
      await engine.client.techniques();
      drawn.push(await clocked(() => engine.client.structure({ model: path })));
    });
  const reading: number[] = [];
  for (let i = 0; i <= times; i++) reading.push(await clocked(async () => openOnnx(path)));
  const size = megabytes(statSync(path).size);
  const memory = (samples: Samples) => spread(samples, megabytes);
  return [title, size, spread(answers), spread(drawn), spread(reading.slice(1)), memory(before), memory(most)];
}
