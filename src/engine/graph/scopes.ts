import type { Graph, Node } from "./graph.ts";

/** The name under which people know the layer that a node belongs to, as far as the exporter wrote it down. */
export function scopeOf(node: Node, graph: Graph): string {
  if (node.scope) return node.scope;
  const path = node.name.split("/").filter(Boolean);
  // torch: "/features/features.0/Conv"; TensorFlow: "model/conv1_bn/FusedBatchNormV3". The last part is the operator.
  if (path.length > 1) return modulePath(path.slice(0, -1), node.name.startsWith("/"));
  const parameter = parameterScope(node, graph);
  if (parameter !== undefined) return parameter;
  // Caffe2 numbers what it writes in place: conv1_1 is the convolution, conv1_2 its ReLU. Plain numbers say nothing.
  const output = node.outputs[0]?.name ?? "";
  const plain = /^\d+$/.test(output) || output.startsWith("glassbox:");
  const unnamed = node.name === "" || isNumbered(node);
  return unnamed && !plain ? output.replace(/_\d+$/, "") : path.join("/") || output;
}

/** "Conv_12", "node_conv2d_3", "n4": an exporter's counter, not a name. */
export const isNumbered = ({ name, op }: Node): boolean =>
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
function parameterScope(node: Node, graph: Graph): string | undefined {
  for (const input of node.inputs) {
    if (!input || !graph.constants.has(input)) continue;
    const match = /^(.+)[./](weight|bias|kernel|gamma|beta|running_mean|running_var|weights|W|B)(:0)?$/.exec(
      input.name,
    );
    if (match?.[1]) return match[1];
  }
  return undefined;
}
