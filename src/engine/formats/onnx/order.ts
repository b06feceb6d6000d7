import { quoted } from "../../../shared/shown.ts";
import { graphsOf } from "./functions.ts";
import type { GraphMessage, NodeMessage } from "./messages.ts";

export interface Reports {
  /** Something is wrong, and the rest can be used. */
  problem(text: string): void;
  /** The file cannot be used. */
  failure(reason: string): Error;
}

/** "Conv node "conv1"", or by what it writes where it has no name. */
export function nodeText({ op, name, outputs }: NodeMessage): string {
  const written = outputs.find((output) => output !== "");
  return `${quoted(op)} node ${name ? quoted(name) : written === undefined ? "without a name" : `that writes ${quoted(written)}`}`;
}

const notNode = -1;

/**
 * The graph's nodes in an order of execution, each value written once. What is read and never written, or written twice, is
 * reported; a cycle has no order, and is refused.
 */
export function ordered(graph: GraphMessage, isOutside: (name: string) => boolean, reports: Reports): NodeMessage[] {
  const writers = new Map<string, number>();
  for (const { name } of [...graph.inputs, ...graph.initializers]) writers.set(name, notNode);
  for (const name of graph.sparse) writers.set(name, notNode);
  const nodes = graph.nodes.map((node, i) => writtenOnce(node, i, writers, graph.nodes, reports));

  let sorted = true;
  const reads = nodes.map((node, reader) => {
    const from: number[] = [];
    for (const name of readBy(node)) {
      const writer = writers.get(name);
      if (writer === undefined) {
        if (!isOutside(name)) reports.problem(`${nodeText(node)} reads ${quoted(name)}, which nothing writes.`);
      } else if (writer !== notNode) {
        from.push(writer);
        if (writer >= reader) sorted = false;
      }
    }
    return from;
  });
  for (const { name } of graph.outputs)
    if (!writers.has(name) && !isOutside(name)) reports.problem(`The output ${quoted(name)} is written by no node.`);
  return sorted ? nodes : sort(nodes, reads, reports);
}

/** The first to write a value counts; the others' outputs are as if left out. */
function writtenOnce(
  node: NodeMessage,
  index: number,
  writers: Map<string, number>,
  nodes: readonly NodeMessage[],
  reports: Reports,
): NodeMessage {
  const outputs = node.outputs.map((name) => {
    const earlier = writers.get(name);
    if (name === "") return name;
    if (earlier === undefined) {
      writers.set(name, index);
      return name;
    }
    const other = nodes[earlier];
    const whose = other ? `already written by ${nodeText(other)}` : "an input or a constant of the graph";
    reports.problem(`${nodeText(node)} writes ${quoted(name)}, which is ${whose}; the first counts.`);
    return "";
  });
  return outputs.some((name, i) => name !== node.outputs[i]) ? { ...node, outputs } : node;
}

/** What a node needs: its inputs, and what the graphs inside it read from around them. */
function readBy(node: NodeMessage): readonly string[] {
  const inputs = node.inputs.includes("") ? node.inputs.filter(Boolean) : node.inputs;
  const inner = node.attributes.flatMap(graphsOf);
  return inner.length ? [...inputs, ...inner.flatMap((graph) => [...captured(graph)])] : inputs;
}

/** Names that a graph inside a node reads from around it. */
export function captured(graph: GraphMessage): Set<string> {
  const names = new Set(graph.nodes.flatMap(readBy));
  for (const { name } of graph.outputs) names.add(name);
  for (const { name } of [...graph.inputs, ...graph.initializers]) names.delete(name);
  for (const name of graph.nodes.flatMap(({ outputs }) => outputs)) names.delete(name);
  return names;
}

/** Kahn's algorithm: a node is next when all that it reads is there. */
function sort(nodes: readonly NodeMessage[], reads: readonly (readonly number[])[], reports: Reports): NodeMessage[] {
  const readers = nodes.map((): number[] => []);
  const waitingFor = reads.map((from) => from.length);
  reads.forEach((from, reader) => {
    for (const writer of from) readers[writer]?.push(reader);
  });
  const ready = [...nodes.keys()].filter((i) => waitingFor[i] === 0);
  // The list grows while it is walked: each node's last missing value lets another follow.
  for (const i of ready) {
    for (const reader of readers[i] ?? []) {
      const missing = (waitingFor[reader] ?? 0) - 1;
      waitingFor[reader] = missing;
      if (missing === 0) ready.push(reader);
    }
  }
  if (ready.length < nodes.length) throw reports.failure(cycleText(nodes, reads, waitingFor));
  return ready.flatMap((i) => nodes[i] ?? []);
}

const longestCycleShown = 8;

/** Every node still waiting waits for another such: following them backwards must come round. */
function cycleText(
  nodes: readonly NodeMessage[],
  reads: readonly (readonly number[])[],
  waiting: readonly number[],
): string {
  const seen = new Map<number, number>();
  const walk: number[] = [];
  let at = waiting.findIndex((missing) => missing > 0);
  while (!seen.has(at)) {
    seen.set(at, walk.length);
    walk.push(at);
    at = reads[at]?.find((writer) => (waiting[writer] ?? 0) > 0) ?? at;
  }
  const round = walk.slice(seen.get(at)).reverse();
  const first = round.indexOf(round.reduce((a, b) => Math.min(a, b)));
  const cycle = [...round.slice(first), ...round.slice(0, first)];
  const names = cycle
    .slice(0, longestCycleShown)
    .flatMap((i) => nodes[i] ?? [])
    .map(nodeText);
  const more = cycle.length > longestCycleShown ? `, and ${cycle.length - longestCycleShown} more` : "";
  return `its nodes wait for one another in a circle: ${names.join(" → ")}${more}, and back to the first`;
}
