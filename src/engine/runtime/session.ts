import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type * as Ort from "onnxruntime-node";
import type { DType, Tensor, TensorData } from "../../shared/tensor.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { encode, outputName } from "./encode.ts";

let loading: Promise<typeof Ort> | undefined;

/** Loaded when something runs for the first time: where it cannot be had, files can still be looked into. */
function runtime(): Promise<typeof Ort> {
  loading ??= import("onnxruntime-node").then(
    (ort) => {
      // Its warnings are about how a model is written, not about what a person asked.
      ort.env.logLevel = "error";
      return ort;
    },
    (error: unknown) => {
      throw new RuntimeMissing(error);
    },
  );
  return loading;
}

/** This platform has no build of ONNX Runtime, or what that needs is not installed. */
export class RuntimeMissing extends Error {
  override name = "RuntimeMissing";
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    super(
      `ONNX Runtime cannot be loaded on ${process.platform} ${process.arch} (${reason}). It is built for Linux with glibc 2.28 ` +
        "or later, Windows and macOS on Apple silicon; on Windows it needs the Visual C++ runtime. Models can be looked into, not run.",
      { cause },
    );
  }
}

/** Characters of the runtime's own words that are passed on. */
const longest = 400;

/** ONNX Runtime refused a program or failed in it. Its own words are kept. */
export class RuntimeFailure extends Error {
  override name = "RuntimeFailure";
  constructor(doing: string, reason: unknown) {
    const words = reason instanceof Error ? reason.message : String(reason);
    super(`ONNX Runtime could not ${doing}: ${words.length > longest ? `${words.slice(0, longest)}…` : words}`);
  }
}

export interface SessionOptions {
  readonly threads: number;
  /** Weights are read into memory instead of being mapped: for a file that keeps changing. */
  readonly copyWeights?: boolean;
}

/** A graph compiled by ONNX Runtime for a fixed set of outputs. Has to be released. */
export class Session {
  readonly #inputs: ReadonlySet<string>;

  private constructor(
    private readonly ort: typeof Ort,
    private readonly session: Ort.InferenceSession,
    private readonly outputs: readonly (Value & { readonly key: string })[],
  ) {
    this.#inputs = new Set(session.inputNames);
  }

  static async open(
    graph: Graph,
    outputs: readonly Value[],
    { threads, copyWeights = false }: SessionOptions,
  ): Promise<Session> {
    const { bytes, files } = encode(graph, outputs);
    const folders = new Set([...files].map((file) => dirname(file)));
    // One folder is what the runtime maps from; weights that lie elsewhere are handed over as bytes.
    const [folder] = copyWeights ? [] : folders;
    const mapped = folder === undefined ? {} : { model_external_initializers_file_folder_path: folder };
    const externalData = [...files]
      .filter((file) => dirname(file) !== folder)
      .map((file) => ({ path: basename(file), data: readFileSync(file) }));
    const ort = await runtime();
    try {
      const session = await ort.InferenceSession.create(bytes, {
        graphOptimizationLevel: "all",
        intraOpNumThreads: threads,
        logSeverityLevel: 3,
        ...(externalData.length && { externalData }),
        // Threads that spin after a run starve the next session's (several live side by side here).
        extra: {
          session: { intra_op: { allow_spinning: "0" }, ...mapped },
          // Pad_Fusion makes zeros before a max pooling its padding, which counts as less than anything (1.30).
          optimization: { disable_specified_optimizers: "Pad_Fusion" },
        },
      });
      return new Session(
        ort,
        session,
        outputs.map((output) => ({ ...output, key: outputName(graph, output) })),
      );
    } catch (error) {
      throw new RuntimeFailure("prepare this network", error);
    }
  }

  /** Feeds that the program does not need are ignored. */
  async run(feeds: ReadonlyMap<Value, Tensor>): Promise<Tensor[]> {
    const inputs: Record<string, Ort.Tensor> = {};
    for (const [value, tensor] of feeds) if (this.#inputs.has(value.name)) inputs[value.name] = toOrt(this.ort, tensor);
    try {
      const results = await this.session.run(inputs);
      return this.outputs.map(({ key, dtype }) => fromOrt(results[key] as Ort.Tensor, dtype)); // every output was asked for
    } catch (error) {
      throw new RuntimeFailure("run this network", error);
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

const toOrt = (ort: typeof Ort, { dtype, data, shape }: Tensor): Ort.Tensor =>
  new ort.Tensor(dtype as "float32", data as Float32Array, [...shape]); // the overloads are per type; ours is a union of them

/** An output whose type is not known yet has the one that the runtime finds. */
const fromOrt = (tensor: Ort.Tensor, dtype: DType): Tensor => ({
  dtype: dtype === "unknown" ? (tensor.type as DType) : dtype, // the names are the same
  shape: [...tensor.dims],
  data: tensor.data as TensorData,
});
