import { float32, shapeText, size, type FloatTensor, type Shape } from "../../shared/tensor.ts";
import { openOnnx } from "../formats/onnx/index.ts";
import type { ModelFile, Network } from "../formats/format.ts";
import { Builder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { normal } from "../images/arithmetic.ts";
import { descendants } from "../propagation/differentiate.ts";
import { Session } from "../runtime/session.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { channels } from "./canvas.ts";
import type { Size } from "./program.ts";

/** A network that draws: numbers in, a picture out. */
export interface GeneratorFile {
  readonly path: string;
  readonly graph: Graph;
  readonly latent: Value;
  /** [1, 3, h, w], on the scale of `range`. */
  readonly picture: Value;
  readonly size: Size;
  readonly range: readonly [low: number, high: number];
  /** What a person should know: where the range is from, inputs that are given zeros. */
  readonly remarks: readonly string[];
}

export type Range = "auto" | "-1..1" | "0..1" | "0..255";
const ranges = { "-1..1": [-1, 1], "0..1": [0, 1], "0..255": [0, 255] } as const;
type Known = keyof typeof ranges;

/** Opens a generator's file: ONNX, a latent to one picture. Throws NotApplicable with what is there where it is none. */
export async function openGenerator(path: string, declared: Range, memory: number): Promise<GeneratorFile> {
  const file = openOnnx(path);
  const given = latentOf(file);
  const network = await file.bindTo(given, (graph, outputs) => onZeros(graph, outputs, path));
  const picture = pictureOf(network, file);
  const bytes = network.graph
    .leadingTo([picture])
    .reduce((sum, { outputs }) => sum + 4 * outputs.reduce((n, { shape }) => n + size(shape), 0), 0);
  if (2 * bytes > memory)
    throw new RangeError(
      `${path} needs ${((2 * bytes) / 1e9).toFixed(1)} GB for a picture and its gradient, more than the ` +
        `${(memory / 1e9).toFixed(1)} GB that the setting glassbox.engine.memoryLimit allows.`,
    );
  const [range, why] = declared === "auto" ? await rangeOf(network, picture, path) : [declared, "as was chosen"];
  const [, , height = 1, width = 1] = picture.shape;
  return {
    path,
    graph: network.graph,
    latent: network.input,
    picture,
    size: { height, width },
    range: ranges[range],
    remarks: [
      `The generator draws ${width} × ${height} pixels from ${size(given.shape)} numbers, on a scale of ${ranges[range].join(" to ")} (${why}).`,
      ...network.problems,
    ],
  };
}

/** What exporters call a latent. */
const usualNames = /^(z|latent|noise)/i;

/** The input that is optimized: of several the one so called, else the largest; the others are conditions. */
function latentOf({ path, inputs, picture }: ModelFile): { readonly name: string; readonly shape: Shape } {
  const refuse = (why: string): never => {
    throw new NotApplicable(`${path} is no generator: ${why}. A generator makes a picture from a latent, as [1, 128].`);
  };
  const written = (shape: readonly unknown[]) => `[${shape.join(", ")}]`;
  const floats = inputs.filter(({ dtype }) => dtype === "float32" || dtype === "float16" || dtype === "float64");
  if (!floats.length) return refuse("none of its inputs is a list of numbers");
  const isPicture = picture?.channels === 3 || picture?.channels === 1;
  const [, , height, width] = picture?.written ?? [];
  if (isPicture && !(height === 1 && width === 1) && floats.length === 1)
    return refuse(`its input ${picture.name} is a picture, ${written(picture.written)}`);
  const candidates = floats.map(({ name, shape }) => ({
    name,
    shape: (shape ?? []).map((n, i) => (i === 0 && !(Number(n) > 0) ? 1 : n)),
  }));
  const fixed = candidates.filter(
    ({ shape }) => shape.length > 0 && shape.every((n) => typeof n === "number" && n > 0),
  );
  const [open] = candidates;
  if (!fixed.length)
    return refuse(`the file does not say how long its input ${open?.name ?? ""} is, ${written(open?.shape ?? [])}`);
  const known = fixed.map(({ name, shape }) => ({ name, shape: shape as Shape }));
  const latent =
    known.find(({ name }) => usualNames.test(name)) ??
    known.reduce((best, each) => (size(each.shape) > size(best.shape) ? each : best));
  if (latent.shape[0] !== 1) return refuse(`its input ${latent.name} is ${shapeText(latent.shape)}: several at once`);
  return latent;
}

/** The first output that is a picture, turned where its colours come last. */
function pictureOf({ graph, input, outputs, unresolved }: Network, { path, outputs: said }: ModelFile): Value {
  const isPlane = (shape: Shape, axis: number) => shape.length === 4 && shape[0] === 1 && shape[axis] === channels;
  const picture = outputs.find(({ dtype, shape }) => dtype === "float32" && (isPlane(shape, 1) || isPlane(shape, 3)));
  if (!picture) {
    const reason = said.map(({ name }) => unresolved.get(name)).find((each) => each !== undefined);
    const found = outputs.map(({ name, shape }) => `${name} is ${shapeText(shape)}`).join(", ");
    throw new NotApplicable(
      reason === undefined
        ? `${path} is no generator: none of its outputs is a picture in colour, [1, 3, height, width]; ${found}.`
        : `${path} cannot be used as a generator: ${reason}.`,
    );
  }
  if (!descendants(graph.nodes, [input]).has(picture))
    throw new NotApplicable(`${path} is no generator: its picture does not depend on its input ${input.name}.`);
  return isPlane(picture.shape, 1) ? picture : new Builder(graph).transpose(picture, [0, 3, 1, 2]);
}

/** Operators that leave numbers as they are. */
const passing: ReadonlySet<string> = new Set(["Reshape", "Transpose", "Identity", "Cast", "Squeeze", "Unsqueeze"]);
const samples = 4;

/** By what it ends with; else by what it draws from a few latents. */
async function rangeOf({ graph, input }: Network, picture: Value, path: string): Promise<[Known, string]> {
  let last = graph.producer(picture);
  while (last && passing.has(last.op) && last.inputs[0]) last = graph.producer(last.inputs[0]);
  if (last?.op === "Tanh") return ["-1..1", "it ends in Tanh"];
  if (last?.op === "Sigmoid") return ["0..1", "it ends in Sigmoid"];
  const session = await Session.open(graph, [picture], { file: path, threads: 1 });
  let [least, most] = [Infinity, -Infinity];
  try {
    for (let seed = 0; seed < samples; seed++) {
      const next = normal(seed);
      const latent = Float32Array.from({ length: size(input.shape) }, next);
      const [drawn] = await session.run(new Map([[input, float32(input.shape, latent)]]));
      for (const x of (drawn as FloatTensor).data) [least, most] = [Math.min(least, x), Math.max(most, x)];
    }
  } finally {
    await session.release();
  }
  const why = `it drew numbers from ${least.toPrecision(3)} to ${most.toPrecision(3)}`;
  if (most > 4) return ["0..255", why];
  return [least < -0.05 ? "-1..1" : "0..1", why];
}

async function onZeros(graph: Graph, outputs: readonly Value[], file: string) {
  const session = await Session.open(graph, outputs, { file, threads: 1 });
  try {
    return await session.run(
      new Map(graph.inputs.map((input) => [input, float32(input.shape, new Float32Array(size(input.shape)))])),
    );
  } finally {
    await session.release();
  }
}
