import type { InputShape } from "../../../shared/preparation.ts";
import { firstArithmetic } from "./arithmetic.ts";
import type { GraphRecord, NodeRecord, ValueInfo } from "./structure.ts";

const channelCounts: readonly unknown[] = [1, 3, 4];

/** The input that takes a picture, and how much of its shape the file fixes. Undefined: none of the inputs does. */
export function pictureInput(graph: GraphRecord): InputShape | undefined {
  for (const input of graph.inputs) {
    const shape = pictureShape(graph, input);
    if (!shape) continue;
    const arithmetic = firstArithmetic(graph, input.name, shape.channels);
    return { ...shape, dtype: input.dtype, ...(arithmetic && { arithmetic }) };
  }
  return undefined;
}

const known = (dim: number | string | undefined): number | undefined =>
  typeof dim === "number" && dim > 0 ? dim : undefined;

function pictureShape(graph: GraphRecord, { name, dims }: ValueInfo): InputShape | undefined {
  if (dims && dims.length !== 4) return undefined;
  const written = dims ?? [undefined, undefined, undefined, undefined];
  const [, second, third, fourth] = written;
  const first = firstConvolution(graph, name);
  const transposed = first?.layout === "NHWC";
  const last = channelCounts.includes(fourth) && !channelCounts.includes(second);
  if (last || (transposed && !channelCounts.includes(second)))
    return {
      name,
      layout: "NHWC",
      channels: known(fourth) ?? first?.channels,
      height: known(second),
      width: known(third),
      written,
    };
  const channels = known(second) ?? first?.channels;
  if (!channelCounts.includes(channels) && !first) return undefined;
  return { name, layout: "NCHW", channels, height: known(third), width: known(fourth), written };
}

/** The first convolution that reads the input, through whatever changes neither channels nor their place. */
function firstConvolution(
  graph: GraphRecord,
  input: string,
): { channels: number; layout: "NCHW" | "NHWC" } | undefined {
  const reached = new Map<string, "NCHW" | "NHWC">([[input, "NCHW"]]);
  for (const node of graph.nodes) {
    const source = node.inputs.find((name) => reached.has(name));
    if (source === undefined) continue;
    const layout = reached.get(source) ?? "NCHW";
    if (node.op === "Conv") {
      const channels = channelsRead(graph, node);
      return channels === undefined ? undefined : { channels, layout };
    }
    const perm = node.attributes.get("perm");
    const turned = node.op === "Transpose" && perm?.kind === "ints" && perm.value.join() === "0,3,1,2";
    for (const output of node.outputs) reached.set(output, turned ? "NHWC" : layout);
  }
  return undefined;
}

function channelsRead(graph: GraphRecord, conv: NodeRecord): number | undefined {
  const perGroup = graph.initializers.get(conv.inputs[1] ?? "")?.dims[1];
  const group = conv.attributes.get("group")?.value;
  return perGroup === undefined ? undefined : perGroup * (typeof group === "number" ? group : 1);
}
