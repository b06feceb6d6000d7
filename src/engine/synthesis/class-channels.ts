import type { Graph, Value } from "../graph/graph.ts";
import { floatKin } from "../graph/quantized.ts";
import { kindOf } from "../graph/definitions.ts";
import { demandMaps } from "./climbable.ts";
import type { SynthesisRun } from "./technique.ts";

/** Of these, each number comes of one channel alone, and none of them changes the channels' order. */
const channelByChannel: ReadonlySet<string> = new Set([
  "AveragePool",
  "Cast",
  "Dropout",
  "Flatten",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "Identity",
  "MaxPool",
  "ReduceMax",
  "ReduceMean",
  "ReduceSum",
  "Reshape",
  "Squeeze",
  "Transpose",
  "Unsqueeze",
]);

/** Of all classes together, each at its place. */
const ofAllClasses: ReadonlySet<string> = new Set(["LogSoftmax", "Sigmoid", "Softmax"]);

/**
 * The first name of each of a layer's channels where they are the classes: there are as many, and nothing lies between them and the
 * classes' scores, or probabilities, but what pools, reshapes or squashes them.
 */
export function classNames({
  model,
  bound,
  layer,
  labels,
}: Pick<SynthesisRun, "model" | "bound" | "layer" | "labels">): (channel: number) => string | undefined {
  const { score, network } = bound;
  const { value, shape } = demandMaps(model, bound, layer);
  const areClasses =
    score !== undefined &&
    score.classes > 1 &&
    shape[1] === score.classes &&
    (leads(network.graph, value, score.value) || leads(network.graph, score.value, value));
  return (channel) => {
    const [first] = (areClasses ? labels[channel] : undefined)?.split(",") ?? [];
    return first?.trim() || undefined;
  };
}

/** Whether one value comes of the other, channel by channel. */
function leads(graph: Graph, from: Value, to: Value): boolean {
  for (let at: Value | undefined = to; at;) {
    if (at === from) return true;
    const made = graph.producer(at);
    if (!made) return false;
    const node = floatKin(made);
    const passes = channelByChannel.has(node.op) || ofAllClasses.has(node.op) || kindOf(node) === "rectifier";
    at = passes ? node.inputs[0] : undefined;
  }
  return false;
}
