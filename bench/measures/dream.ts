import { channels } from "../../src/engine/synthesis/canvas.ts";
import { climb, type Climb } from "../../src/engine/synthesis/climb.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { channelMean, content, energy, sum, type Objective } from "../../src/engine/synthesis/objectives.ts";
import { adam } from "../../src/engine/synthesis/optimizers.ts";
import { gramsOf, texture } from "../../src/engine/synthesis/gram.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { atSize, Program } from "../../src/engine/synthesis/program.ts";
import { totalVariation } from "../../src/engine/synthesis/regularizers.ts";
import { dreaming, layerOfDreams as deep, preparation, visualizing, type Ways } from "../climbs.ts";
import { noise, openModel, options } from "../models.ts";
import { randomResnet50, randomVgg16, squeezenet, type Subject } from "../networks/index.ts";
import { PyTorch } from "../pytorch/steps.ts";
import { median, short, spread } from "../samples.ts";
import type { Table } from "../table.ts";

interface Row {
  readonly title: string;
  readonly subject: Subject;
  readonly side: number;
  readonly objective: () => Promise<Objective>;
  readonly ways: (side: number) => Promise<Ways>;
  /** What steps.py calls the same. */
  readonly pytorch: string;
  /** So many steps of ours, then as many of PyTorch's, and so on: what else the machine does meanwhile slows both. */
  readonly block: number;
  readonly blocks: number;
}

/** As Gatys et al. 2016, by Adam. */
const painting = async (side: number): Promise<Ways> =>
  Promise.resolve({
    parameterization: pixels(noise([1, 3, side, side])),
    optimizer: adam(5),
    penalties: [totalVariation(1, 2)],
  });

/** The layers of VGG-16 that Gatys et al. compare, as they are called here: after each rectifier. */
const styles = ["features.0", "features.5", "features.10", "features.17", "features.24"];
const contents = "features.19";

async function gatys({ path }: Subject, side: number): Promise<Objective> {
  const like = await openModel(path);
  const model = await atSize(like, { height: side, width: side });
  try {
    const photo = noise([1, 3, side, side]);
    const layers = styles.map((name) => ({ name, weight: 1 }));
    const grams = await gramsOf(model, inputLine(preparation), photo, layers);
    const reference = await model.activations(inputLine(preparation).toNetwork(photo), contents);
    return sum([
      [1, texture(layers, grams)],
      [1, content(contents, reference)],
    ]);
  } finally {
    await model.release();
    await like.release();
  }
}

export default async function dream(): Promise<Table> {
  const [resnet, vgg] = [randomResnet50(), randomVgg16()];
  const middle = "layer3.2";
  const dreamed = { title: "DeepDream", side: 448, ways: dreaming };
  const rows: readonly Row[] = [
    {
      ...dreamed,
      subject: squeezenet,
      objective: async () => Promise.resolve(energy(deep)),
      pytorch: "dream squeezenet",
      block: 10,
      blocks: 8,
    },
    {
      ...dreamed,
      subject: resnet,
      objective: async () => Promise.resolve(energy(middle)),
      pytorch: "dream resnet50",
      block: 5,
      blocks: 5,
    },
    {
      title: "Style transfer",
      subject: vgg,
      side: 512,
      objective: () => gatys(vgg, 512),
      ways: painting,
      pytorch: "style vgg16",
      block: 5,
      blocks: 2,
    },
    ...[128, 224].map((side) => ({
      title: "Fourier and transformations",
      subject: squeezenet,
      side,
      objective: async () => Promise.resolve(channelMean(deep, 10)),
      ways: visualizing,
      pytorch: "fourier squeezenet",
      block: 40,
      blocks: 8,
    })),
  ];
  const pytorch = await PyTorch.start().catch((error: unknown) => {
    console.log(`PyTorch cannot be had: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  try {
    const cells: string[][] = [];
    for (const row of rows) cells.push(await cellsOf(row, pytorch));
    return {
      title: "One step of making a picture",
      columns: [
        "picture",
        "network",
        "pixels",
        "step",
        "the network's share",
        "twice forward",
        "steps a second",
        "PyTorch's step",
        "times PyTorch's rate",
      ],
      rows: cells,
      notes: [
        `The engine's own loop, the whole of a step. Of a DeepDream all of it is one program of ONNX Runtime; of a spectrum, from what is seen to its gradient is one, from there to the next picture another, and what is seen is turned and moved between them; of pixels by Adam that are to be smooth, too, the first alone is. The network's share is that of the program which has it. 5 to 40 steps of ours and as many of PyTorch's in turn, after a turn that does not count; ours begin when its threads have stopped spinning.`,
        `SqueezeNet to ${deep}; ResNet-50 (random weights) to ${middle}; VGG-16 (random weights) to relu5_1, Gatys' layers.`,
        pytorch
          ? `PyTorch ${pytorch.version}, as many threads, no gradients of weights, norms folded. The rate's ratio is taken within each turn.`
          : "PyTorch could not be had on this machine.",
        "Twice forward: to the objective and no further, and as long again. Backwards the network multiplies as often, so that a step that does nothing else still takes about so long.",
        "Wanted: 1.5 times PyTorch's rate on SqueezeNet and ResNet-50, never below it.",
      ],
    };
  } finally {
    pytorch?.end();
  }
}

async function cellsOf(row: Row, pytorch: PyTorch | undefined): Promise<string[]> {
  const { title, subject, side, block, blocks } = row;
  const model = await openModel(subject.path);
  const size = { height: side, width: side };
  const objective = await row.objective();
  const program = await Program.open(model, size, inputLine(preparation), objective, objective);
  const chosen = await row.ways(side);
  const network: number[] = [];
  const forward: number[] = [];
  const picture = noise([1, channels, side, side]);
  const [steps, theirs, ratios]: [number[], number[], number[]] = [[], [], []];
  const counted = block * (blocks + 1);
  const plan: Climb = {
    ...chosen,
    what: title,
    steps: counted,
    async evaluate(canvas, redirect) {
      const found = await program.evaluate(canvas, redirect);
      network.push(program.lastRunMs);
      return found;
    },
    async takeStep(canvas, stride) {
      const taken = await program.wholeStep.take(canvas, stride);
      if (taken) network.push(program.lastRunMs);
      return taken;
    },
  };
  try {
    let latest = performance.now();
    for await (const { step } of climb(plan, new AbortController().signal)) {
      const now = performance.now();
      steps.push(now - latest);
      if (step % block === 0)
        for (let i = 0; i < block; i++) {
          await program.look(picture);
          forward.push(program.lastRunMs);
        }
      if (pytorch && step % block === 0) {
        const turn = await pytorch.steps(row.pytorch, side, block, options.threads);
        theirs.push(...turn);
        ratios.push(median(turn) / median(steps.slice(-block)));
      }
      latest = performance.now();
    }
  } finally {
    await chosen.parameterization.release();
    await program.release();
    await model.release();
  }
  const own = steps.slice(block);
  const total = (times: readonly number[]) => times.reduce((a, b) => a + b, 0);
  return [
    title,
    subject.title,
    `${side} × ${side}`,
    spread(own),
    `${Math.round((100 * total(network.slice(block))) / total(own))} %`,
    short(2 * median(forward.slice(block))),
    (1000 / median(own)).toFixed(1),
    spread(theirs.slice(block)),
    spread(ratios.slice(1), short),
  ];
}
