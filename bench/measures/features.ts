import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serialize } from "node:v8";
import { root } from "../../scripts/paths.mjs";
import { Builder } from "../../src/engine/graph/builder.ts";
import { Graph } from "../../src/engine/graph/graph.ts";
import { features } from "../../src/engine/inside/features.ts";
import { glance } from "../../src/engine/inside/glance.ts";
import { predictPainted } from "../../src/engine/inside/seen.ts";
import { encode } from "../../src/engine/runtime/encode.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { Looking } from "../../src/engine/subject.ts";
import type { Stroke } from "../../src/shared/inside.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { noise } from "../models.ts";
import { efficientnet, randomResnet50, randomVgg16, squeezenet, type Subject } from "../networks/index.ts";
import { clocked, inTurn, spread } from "../samples.ts";
import type { Table } from "../table.ts";

const never = new AbortController().signal;
const turns = { most: 12, seconds: 6 };

export default async function featureMaps(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-bench-"));
  try {
    const rows: string[][] = [];
    for (const subject of [squeezenet, efficientnet, randomResnet50(), randomVgg16()])
      rows.push(await rowOf(subject, folder));
    return {
      title: "Feature maps of a layer",
      columns: [
        "network",
        "forward pass",
        "maps, new photo",
        "maps of another layer",
        "glance, new photo",
        "glance at another layer",
        "one change by the brush",
      ],
      rows,
      notes: [
        "In the engine's process; 224 × 224. A new photo is a tensor's file, read and run for all layers at once; then every other layer is at hand.",
        "A glance is what a hover over a layer in the tree asks of the engine: at another layer, it is the warm one, of which 150 ms are wanted.",
        "A change by the brush: one more point of a blurring stroke, then the prediction and one layer's maps.",
        `Maps of 512 channels of 56 × 56 as they cross to the view: ${(await bytesOfMaps(folder)).toLocaleString("en-US")} bytes.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rowOf({ title, path }: Subject, folder: string): Promise<string[]> {
  const looking = new Looking(samplesIn(join(root, "samples")));
  const model = await (await looking.library.open(path)).at({ height: 224, width: 224 });
  const names = (await model.bound(1)).layers.filter(({ output }) => output.shape.length === 4).map(({ name }) => name);
  const image = noise(model.inputShape);
  let count = 0;
  const another = () => names[count++ % names.length] ?? "";
  const photo = () => {
    const file = join(folder, `${count++}.npy`);
    writeFileSync(file, encodeNpy(noise(model.inputShape)));
    return file;
  };
  const same = photo();
  const maps = (file: string, layer: string) =>
    clocked(() => features(looking, { model: path, image: file, layer }, never));
  const glanced = (file: string, layer: string) =>
    clocked(() => glance(looking, { model: path, image: file, layer }, never));
  const points: [number, number][] = [];
  const brush = () => {
    points.push([20 + ((points.length * 3) % 180), 100]);
    const strokes: Stroke[] = [{ tool: "blur", radius: 20, points: [...points] }];
    const subject = { model: path, image: same, strokes };
    return clocked(() =>
      Promise.all([predictPainted(looking, subject), features(looking, { ...subject, layer: names[2] ?? "" }, never)]),
    );
  };
  try {
    const times = await inTurn(
      {
        forward: () => clocked(() => model.scores(image)),
        maps: () => maps(photo(), another()),
        glance: () => glanced(photo(), another()),
        brush,
        warmMaps: async () => {
          await features(looking, { model: path, image: same, layer: another() }, never);
          return maps(same, another());
        },
        warmGlance: () => glanced(same, another()),
      },
      turns,
    );
    const { forward, maps: cold, warmMaps, glance: coldGlance, warmGlance, brush: change } = times;
    return [title, ...[forward, cold, warmMaps, coldGlance, warmGlance, change].map((each) => spread(each))];
  } finally {
    await model.release();
  }
}

/** Structured clone is what a message to the view costs. */
async function bytesOfMaps(folder: string): Promise<number> {
  const g = new Builder(new Graph());
  const image = g.graph.input("image", { dtype: "float32", shape: [1, 1, 56, 56] });
  const weights = g.graph.constant(noise([512, 1, 1, 1]), "weights");
  const maps = g.relu(g.one("Conv", [image, weights]));
  const [model, picture] = [join(folder, "wide.onnx"), join(folder, "wide.npy")];
  writeFileSync(model, encode(g.graph, [maps]).bytes);
  writeFileSync(picture, encodeNpy(float32([1, 1, 56, 56], noise([56 * 56]).data)));
  const looking = new Looking(samplesIn(join(root, "samples")));
  const sent = await features(looking, { model, image: picture, layer: maps.name }, never);
  if (sent.channels.length !== 512) throw new Error(`Only ${sent.channels.length} of 512 channels were sent.`);
  return serialize(sent).length;
}
