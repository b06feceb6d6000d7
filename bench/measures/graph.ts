import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/paths.mjs";
import type { NodeCard, Structure, ValueCard } from "../../src/shared/structure.ts";
import type { ModelScenario } from "../../test/ui/harness/model-fake-host.ts";
import { modelHarness } from "../../test/ui/harness/model-harness.ts";
import type { ModelHarness } from "../../test/ui/harness/model-harness.ts";
import { randomVgg16, randomVitLarge } from "../networks/index.ts";
import { median, short, spread } from "../samples.ts";
import type { Samples } from "../samples.ts";
import type { Table } from "../table.ts";

const sizes = [66, 5000];
const turns = 3;
const frames = 150;
const inPage = readFileSync(join(root, "bench/in-graph.mjs"), "utf8");

/** The graph of the model editor in Chromium, drawn by the processor: no graphics card is used. */
export default async function graph(): Promise<Table> {
  const views = await modelHarness();
  try {
    const rows: string[][] = [];
    for (const { title, path } of [randomVgg16(), randomVitLarge()])
      rows.push(await rowOf(views, title, { model: path, photo: "none" }));
    for (const size of sizes) rows.push(await rowOf(views, `${size.toLocaleString("en")} nodes`, made(size)));
    return {
      title: "The model editor's graph",
      columns: [
        "network",
        "something useful, ms",
        "first frame, ms",
        "all blocks open, ms",
        "boxes then in sight",
        "frame while panning: p50, ms",
        "worst",
        "frame while zooming: p50, ms",
        "worst",
        "frames per second, panning and zooming",
      ],
      rows,
      notes: [
        "Wanted: at least 50 frames a second with 5,000 nodes in sight. The browser makes 60 at most: 16.7 ms each.",
        `Frames are the times between ${frames} of them, 1,000 × 800 pixels of graph. Zooming passes through all levels of detail.`,
        "Something useful: names of layers that can be chosen, in the outline or drawn. Wanted: 500 ms. It and the first frame count from the page's beginning, its scripts and the graph's way through the test's wire included.",
        "The named networks are files that the engine reads once before, and have 553 MB and 1.2 GB of random weights; the others are made of residual blocks, and all of their 5,000 nodes cross the wire.",
      ],
    };
  } finally {
    await views.close();
  }
}

interface Shown {
  readonly boxes: number;
  readonly at: number;
}

interface Frames {
  readonly pan: Samples;
  readonly zoom: Samples;
}

async function rowOf(views: ModelHarness, title: string, scenario: ModelScenario): Promise<string[]> {
  const [useful, first, opened, pan, zoom]: number[][] = [[], [], [], [], []];
  let boxes = 0;
  for (let turn = 0; turn < turns; turn++) {
    const page = await views.open({ width: 2010, height: 880, scenario });
    // Once more, with the clock in the page from its beginning.
    await page.addInitScript(`sessionStorage.clear(); addEventListener("DOMContentLoaded", () => {${inPage}})`);
    await page.reload();
    useful!.push(await page.evaluate<number>("graphUseful"));
    const beginning = await page.evaluate<Shown>("graphShown(0)");
    first!.push(beginning.at);
    const start = performance.now();
    await page.click("[aria-label='Open all blocks']");
    ({ boxes } = await page.evaluate<Shown>(`graphShown(${beginning.boxes})`));
    opened!.push(performance.now() - start);
    await page.click(".graph-tools [aria-label^='Show all']");
    await page.waitForTimeout(500);
    const read = await page.evaluate<Frames>(`graphMoved(${frames})`);
    pan!.push(...read.pan);
    zoom!.push(...read.zoom);
  }
  const worst = (samples: Samples) => short(Math.max(...samples));
  const rate = (samples: Samples) => short((1000 * samples.length) / samples.reduce((sum, n) => sum + n, 0));
  return [
    title,
    spread(useful!),
    spread(first!),
    spread(opened!),
    boxes.toLocaleString("en"),
    short(median(pan!)),
    worst(pan!),
    short(median(zoom!)),
    worst(zoom!),
    `${rate(pan!)}, ${rate(zoom!)}`,
  ];
}

/** A graph that no engine has read. */
function made(size: number): ModelScenario {
  const structure = structureOf(size);
  return {
    answers: { structure: () => Promise.resolve(structure) },
    refuse: { card: { name: "UnsupportedOp", message: "Only the graph is measured here." } },
    photo: "none",
  };
}

/** Residual blocks, one after the other, with names as a framework gives them. */
function structureOf(size: number): Structure {
  const nodes: NodeCard[] = [];
  const values: ValueCard[] = [];
  const tensor = (name: string) => values.push({ name, dtype: "float32", shape: [1, 64, 56, 56], weight: false }) - 1;
  let last = tensor("input");
  const inputs = [last];
  const ops = ["Conv", "BatchNormalization", "Relu", "Conv", "BatchNormalization", "Add"];
  for (let block = 0; nodes.length < size; block++) {
    const stage = `stage${Math.floor(block / 40)}.${block % 40}`;
    const entry = last;
    for (const [i, op] of ops.entries()) {
      if (nodes.length === size) break;
      const made = tensor(`${stage}.${i}`);
      const name = `${stage}.${["conv1", "bn1", "relu1", "conv2", "bn2", "add"][i]}`;
      nodes.push({
        op,
        domain: "",
        name,
        scope: name,
        layer: -1,
        inputs: op === "Add" ? [last, entry] : [last],
        outputs: [made],
        detail: op === "Conv" ? `3 × 3, ${block + 64} filters` : "",
      });
      last = made;
    }
  }
  return { nodes, values, inputs, outputs: [last], cycle: [] };
}
