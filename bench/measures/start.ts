import { join } from "node:path";
import { root } from "../../scripts/paths.mjs";
import type { Supervisor } from "../../src/supervisor/types.ts";
import { memoryOf, withEngine } from "../engine.ts";
import { efficientnet, squeezenet, type Subject } from "../networks/index.ts";
import { clocked, megabytes, spread } from "../samples.ts";
import type { Table } from "../table.ts";

const photos = ["cat-chelsea.png", "coffee.png", "rocket.jpg"].map((name) => join(root, "samples", name));
const engines = 5;

export default async function start(): Promise<Table> {
  return {
    title: "From no engine to Grad-CAM, without VS Code",
    columns: [
      "network",
      "fork to first answer",
      "fork to Grad-CAM (cold)",
      "another class (warm)",
      "another photo (warm)",
      "engine's MB then",
    ],
    rows: [await rowOf(efficientnet), await rowOf(squeezenet)],
    notes: [
      "Through the supervisor and dist/engine.js, asked as an Explain panel asks: photo, model, prediction and map at once. EfficientNet-Lite0 is the one that a person without a model gets.",
    ],
  };
}

async function rowOf({ title, path: model }: Subject): Promise<string[]> {
  const first: number[] = [];
  const cold: number[] = [];
  const otherClass: number[] = [];
  const otherPhoto: number[] = [];
  const memory: number[] = [];
  for (let i = 0; i < engines; i++) {
    await withEngine(async (engine) => {
      first.push(await clocked(() => engine.client.techniques()));
    });
    await withEngine(async (engine) => {
      cold.push(await clocked(() => panel(engine, model, photos[0]!)));
      for (let target = 0; target < 5; target++)
        otherClass.push(await clocked(() => gradCam(engine, { model, image: photos[0]!, target })));
      for (const image of photos.slice(1)) otherPhoto.push(await clocked(() => panel(engine, model, image)));
      const held = memoryOf(engine);
      if (held) memory.push(held.now);
    });
  }
  return [title, ...[first, cold, otherClass, otherPhoto].map((each) => spread(each)), spread(memory, megabytes)];
}

/** What a panel asks for when it opens. */
async function panel(engine: Supervisor, model: string, image: string): Promise<void> {
  const { client } = engine;
  await Promise.all([
    client.photo({ image, largest: 1280 }),
    client.open({ model }),
    client.predict({ model, image }),
    client.techniques(),
    gradCam(engine, { model, image }),
  ]);
}

async function gradCam(
  { client }: Supervisor,
  subject: { readonly model: string; readonly image: string; readonly target?: number },
): Promise<void> {
  let shown = false;
  for await (const update of client.run({ ...subject, technique: "grad-cam", parameters: {} }))
    shown ||= update.kind === "heatmap";
  if (!shown) throw new Error("Grad-CAM gave no map.");
}
