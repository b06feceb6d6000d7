import type { Graph, Node } from "./graph.ts";

/** What names a node: a graph's own, or one of the file that it was made of. */
export interface Named {
  readonly op: string;
  readonly name: string;
  readonly module: string | undefined;
  /** Names of the constants that it reads. */
  readonly weights: readonly string[];
  /** Name of its first output. */
  readonly output: string;
}

/** The name under which people know the layer that a node belongs to, as far as the exporter wrote it down. */
export function scopeOf(node: Node, graph: Graph): string {
  const weights = node.inputs.flatMap((input) => (input && graph.constants.has(input) ? [input.name] : []));
  const { op, name, scope: module } = node;
  return scopeNamed({ op, name, module, weights, output: node.outputs[0]?.name ?? "" });
}

export function scopeNamed({ op, name, module, weights, output }: Named): string {
  if (module) return module;
  const path = name.split("/").filter(Boolean);
  // torch: "/features/features.0/Conv"; TensorFlow: "model/conv1_bn/FusedBatchNormV3". The last part is the operator.
  if (path.length > 1) return modulePath(path.slice(0, -1), name.startsWith("/"));
  const parameter = parameterScope(weights);
  if (parameter !== undefined) return parameter;
  // Caffe2 numbers what it writes in place: conv1_1 is the convolution, conv1_2 its ReLU. Plain numbers say nothing.
  const plain = /^\d+$/.test(output) || output.startsWith("glassbox:");
  const unnamed = name === "" || isNumbered({ name, op });
  return unnamed && !plain ? output.replace(/_\d+$/, "") : path.join("/") || output;
}

/** "Conv_12", "node_conv2d_3", "n4": an exporter's counter, not a name. */
export const isNumbered = ({ name, op }: Pick<Node, "name" | "op">): boolean =>
  name.startsWith(`${op}_`) || name.startsWith("node_") || /^n\w*\d+$/.test(name);

/** torch repeats a module's path in each part: layer1, layer1.0, conv1 is layer1.0.conv1. */
function modulePath(parts: readonly string[], torch: boolean): string {
  const kept = parts.filter(
    (part, i) => !(parts[i + 1] ?? "").startsWith(`${part}.`) && !part.endsWith("PartitionedCall"),
  );
  return kept.join(torch ? "." : "/");
}

/** Keras writes the model's name before each layer's: what all `scopes` begin with says nothing of any of them. */
export function sharedPrefix(scopes: readonly string[]): string {
  const [first = ""] = scopes;
  if (new Set(scopes).size < 2) return "";
  const parts = first.split("/").slice(0, -1);
  const shared = parts.findIndex((_, i) => {
    const prefix = `${parts.slice(0, i + 1).join("/")}/`;
    return !scopes.every((scope) => scope.startsWith(prefix));
  });
  return parts
    .slice(0, shared < 0 ? parts.length : shared)
    .map((part) => `${part}/`)
    .join("");
}

/** From a weight's name: "features.0.weight" belongs to features.0. */
function parameterScope(weights: readonly string[]): string | undefined {
  for (const name of weights) {
    const match = /^(.+)[./](weight|bias|kernel|gamma|beta|running_mean|running_var|weights|W|B)(:0)?$/.exec(name);
    if (match?.[1]) return match[1];
  }
  return undefined;
}
