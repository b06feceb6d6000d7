import type * as Ort from "onnxruntime-node";
import type { DType, Tensor, TensorData } from "../../shared/tensor.ts";
import type { Graph, Value } from "../graph/graph.ts";
import type { DeviceName } from "./device.ts";
import { encode, outputName } from "./encode.ts";
import { RuntimeFailure } from "./failure.ts";
import { onnxruntime } from "./onnxruntime.ts";
import { readPlace, WeightsUnreadable } from "./weights.ts";

export interface SessionOptions {
  /** The model's file, for what has to be said of it. */
  readonly file?: string;
  readonly threads: number;
  /** Weights are read into memory instead of being mapped: for a file that keeps changing. */
  readonly copyWeights?: boolean;
  readonly device?: DeviceName;
}

/** A graph compiled by ONNX Runtime for a fixed set of outputs. Has to be released. */
export class Session {
  readonly #inputs: ReadonlySet<string>;

  private constructor(
    private readonly ort: typeof Ort,
    private readonly session: Ort.InferenceSession,
    private readonly outputs: readonly (Value & { readonly key: string })[],
    private readonly file: string,
  ) {
    this.#inputs = new Set(session.inputNames);
  }

  static async open(
    graph: Graph,
    outputs: readonly Value[],
    { file = "this network", threads, copyWeights = false, device = "cpu" }: SessionOptions,
  ): Promise<Session> {
    const { bytes, weights } = encode(graph, outputs, copyWeights);
    const { folder, copies } = weights;
    const mapped = folder === undefined ? {} : { model_external_initializers_file_folder_path: folder };
    const ort = await onnxruntime();
    try {
      const externalData = [...copies].map(([path, place]) => ({ path, data: readPlace(place) }));
      const session = await ort.InferenceSession.create(bytes, {
        // What the GPU has no code for is computed by the processor.
        executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
        graphOptimizationLevel: "all",
        intraOpNumThreads: threads,
        logSeverityLevel: 3,
        ...(externalData.length && { externalData }),
        // Threads that spin after a run starve the next session's (several live side by side here); within one, they are a third faster.
        extra: {
          session: { force_spinning_stop: "1", ...mapped },
          // Pad_Fusion makes zeros before a max pooling its padding, which counts as less than anything (1.30).
          optimization: { disable_specified_optimizers: "Pad_Fusion" },
        },
      });
      return new Session(
        ort,
        session,
        outputs.map((output) => ({ ...output, key: outputName(graph, output) })),
        file,
      );
    } catch (error) {
      throw error instanceof WeightsUnreadable ? error : new RuntimeFailure(file, "prepare", error);
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
      throw new RuntimeFailure(this.file, "run", error);
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
