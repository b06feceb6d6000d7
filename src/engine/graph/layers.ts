import { kindOf } from "./definitions.ts";
import { writtenGelus } from "./gelu.ts";
import { isAbsent, type Graph, type Node, type Value } from "./graph.ts";
import { betweenOneValue } from "./one-source.ts";
import { floatKin } from "./quantized.ts";
import { isNumbered, scopeOf, sharedPrefix } from "./scopes.ts";
import { numbersIn, weightsOf } from "./weights.ts";

/** What people see: nodes that belong together, a convolution, its normalisation and its activation under one roof. */
export interface Layer {
  /** The module that it stands in or is, as the exporter noted it. */
  readonly scope: string;
  /** Unique; as the exporter named its scope. */
  readonly name: string;
  readonly nodes: readonly Node[];
  /** What leaves it. */
  readonly output: Value;
  /** Number of its weights; those that it shares with an earlier layer are counted there. */
  readonly parameters: number;
  /** Those that an earlier layer has learned, too, and the first such; left out where there are none. */
  readonly shared?: { readonly parameters: number; readonly layer: string };
}

/** A layer of which neither the shape nor anything else can be computed. */
export type LostLayer = Layer & {
  /** Why not: a clause. */
  readonly trouble: string;
  /** The constants that it reads. */
  readonly weights: readonly Value[];
};

/** Values that hang on constants whose numbers cannot be had, and why: a clause each. */
export function hangingOnAbsent({ nodes, constants }: Graph): ReadonlyMap<Value, string> {
  const reasons = new Map<Value, string>();
  for (const [value, constant] of constants) if (isAbsent(constant)) reasons.set(value, constant.absent);
  if (!reasons.size) return reasons;
  for (const { inputs, outputs, opaque } of nodes) {
    const reason = [...inputs, ...(opaque?.captured ?? [])].flatMap((value) => (value && reasons.get(value)) ?? [])[0];
    if (reason !== undefined) for (const output of outputs) reasons.set(output, reason);
  }
  return reasons;
}

/**
 * Groups the nodes of a network, in order. Nodes that no picture reaches (`reached` lacks their outputs) are nobody's.
 * `beside`: layers of another part of the network, whose names are taken. `given`: the file's own input, which is no
 * layer of it where the picture had to be turned for it.
 */
export function layersOf(
  graph: Graph,
  reached: ReadonlySet<Value>,
  { beside = [], given }: { readonly beside?: readonly Layer[]; readonly given?: Value | undefined } = {},
): Layer[] {
  const nodes = graph.nodes.filter(({ outputs }) => outputs.some((output) => reached.has(output) && output !== given));
  const readers = new Map<Value, Node[]>();
  for (const node of nodes)
    for (const input of node.inputs)
      if (input && reached.has(input)) readers.set(input, [...(readers.get(input) ?? []), node]);

  const groups: Group[] = [];
  const groupOf = new Map<Node, Group>();
  const gelus = gelusOf(graph, nodes, readers);
  for (const node of nodes) {
    const scope = scopeOf(node, graph);
    const known = gelus.get(node) ?? join(node, graph, reached, readers, groupOf) ?? newGroup(scope);
    if (!known.nodes.length) groups.push(known);
    known.nodes.push(node);
    known.weighted ||= isWeighted(node);
    groupOf.set(node, known);
  }

  const names = namesOf(groups, beside);
  const owners = new Map<Value, string>();
  return groups.map((group) => {
    const { nodes } = group;
    const output = nodes.at(-1)?.outputs[0] as Value; // no group is empty, no node without an output
    const name = names.get(group) ?? output.name;
    const learned = weightsOf(nodes, graph, reached, { learned: true });
    const [shared, own] = [learned.filter((weight) => owners.has(weight)), learned.filter((weight) => !owners.has(weight))]; // prettier-ignore
    const layer = shared.map((weight) => owners.get(weight))[0];
    for (const weight of own) owners.set(weight, name);
    return {
      name,
      scope: group.scope,
      nodes,
      output,
      parameters: numbersIn(own),
      ...(layer !== undefined && { shared: { parameters: numbersIn(shared), layer } }),
    };
  });
}

interface Group {
  readonly scope: string;
  readonly nodes: Node[];
  /** Whether one of its nodes has weights. */
  weighted: boolean;
  /** Whether it is an activation that is written out, which is known by what leaves it: its first step says nothing. */
  readonly gelu: boolean;
}

const newGroup = (scope: string, gelu = false): Group => ({ scope, nodes: [], weighted: false, gelu });

/** A group for each GELU that is written out, in the scope of what leaves it; its first steps also read what is before it. */
function gelusOf(graph: Graph, nodes: readonly Node[], readers: ReadonlyMap<Value, readonly Node[]>): Map<Node, Group> {
  const groups = new Map<Node, Group>();
  for (const parts of writtenGelus(graph, nodes, readers)) {
    const group = newGroup(scopeOf(parts.at(-1) as Node, graph), true); // none is empty
    for (const part of parts) groups.set(part, group);
  }
  return groups;
}

/**
 * A name for each, no two the same: its scope's. Of several in one scope the one with weights has it, else the last,
 * whose output is the scope's; but none where an inner scope comes after it, as in a module that begins with a Concat.
 */
function namesOf(groups: readonly Group[], beside: readonly Layer[]): Map<Group, string> {
  const [learned, others] = [groups.filter(isLearned), groups.filter((group) => !isLearned(group))];
  const prefix = sharedPrefix([...beside.filter(makesChannels), ...learned].map(({ scope }) => scope));
  const taken = new Set<string>(beside.map(({ name }) => name));
  const names = new Map<Group, string>();
  const order = new Map(groups.map((group, i) => [group, i]));
  const lastWithin = new Map<string, number>();
  for (const [i, { scope }] of groups.entries())
    for (const outer of outerScopes(scope)) if (outer !== scope) lastWithin.set(outer, i);
  for (const group of [...learned, ...others.reverse()]) {
    const { nodes } = group;
    const leaves = (lastWithin.get(group.scope) ?? -1) < (order.get(group) ?? 0);
    const scope = leaves ? group.scope : "";
    const [first, last] = group.gelu ? [nodes.findLast((node) => !isRounding(node))] : [nodes[0], nodes.at(-1)];
    const short = scope.startsWith(prefix) ? scope.slice(prefix.length) : scope;
    const own = first && !isNumbered(first) ? first.name : "";
    const outputs = [first, last].map((node) => node?.outputs[0]?.name);
    const name = [short, own, ...outputs].find((candidate) => candidate && !taken.has(candidate)) ?? "";
    taken.add(name);
    names.set(group, name);
  }
  return names;
}

/** The last layer of a module that has several: what leaves "layer4" leaves its last block. */
export const lastOfScope = <L extends Layer>(layers: readonly L[], scope: string): L | undefined =>
  layers.findLast((layer) => outerScopes(layer.scope).includes(scope));

/** "a.b.c": a, a.b and a.b.c itself. */
function outerScopes(scope: string): string[] {
  const ends = [...scope.matchAll(/[./]/g)].map(({ index }) => index);
  return [...ends, scope.length].map((end) => scope.slice(0, end));
}

const isLearned = ({ weighted }: Group) => weighted;

/** The group of the node before, where this one completes it: its norm or activation, or the next step of one scope. */
function join(
  node: Node,
  graph: Graph,
  reached: ReadonlySet<Value>,
  readers: ReadonlyMap<Value, readonly Node[]>,
  groupOf: ReadonlyMap<Node, Group>,
): Group | undefined {
  const readBy = ({ inputs }: Node) =>
    inputs.filter((input): input is Value => input !== undefined && readers.has(input));
  const sources = readBy(node);
  const groups = new Set(sources.map((source) => groupOf.get(graph.producer(source) as Node)));
  const [group] = groups;
  if (!group || groups.size > 1) return undefined;
  const last = group.nodes.at(-1);
  // An operator that nobody knows, and that stands in the way of all that follows, is not hidden among others.
  if (last?.opaque && last.outputs[0]?.dtype === "unknown") return undefined;
  const isLast = sources.some((source) => last?.outputs.includes(source));
  const belongs = (step: Node) => completes(step, group) || (scopeOf(step, graph) === group.scope && !startsAnew(step));
  // x · σ(x) reads x twice: it is part of the same activation where all that leads to σ(x) is, one step after another.
  const isStep = (step: Node) => belongs(step) && readBy(step).length === 1;
  const isGate = (reader: Node) =>
    reader.op === "Mul" && belongs(reader) && betweenOneValue(reader, graph, reached, isStep)?.includes(node);
  // What leaves the group in the middle is somebody else's input as well: the group ends there.
  const closed = sources.every((source) =>
    (readers.get(source) ?? []).every((reader) => reader === node || groupOf.get(reader) === group || isGate(reader)),
  );
  return isLast && closed && belongs(node) ? group : undefined;
}

const startsAnew = (node: Node) => ["weighted", "maximum"].includes(kindOf(floatKin(node))) || /Pool$/.test(node.op);

function completes(node: Node, { weighted }: Group): boolean {
  const kind = kindOf(node);
  // To write numbers as whole ones is part of what made them: that is where quantizers leave the ReLU.
  if (isRounding(node)) return true;
  if (kind === "normalization" || kind === "rectifier" || kind === "activation")
    return weighted || kind !== "normalization";
  // A bias of its own, or a step of an activation that is written out: x · min(max(x + 3, 0), 6) / 6.
  return weighted && ["Add", "Sub", "Mul", "Div"].includes(node.op);
}

const isRounding = ({ op }: Node): boolean => op === "QuantizeLinear" || op === "DequantizeLinear";

/** Whether its channels are made here, by weights; a pooling or a concatenation only hands on those of others. */
export const makesChannels = ({ nodes }: Layer): boolean => nodes.some(isWeighted);

const isWeighted = (node: Node): boolean => kindOf(floatKin(node)) === "weighted";

/** "Conv + BatchNormalization + Relu" */
export const kindText = ({ nodes }: Layer): string => {
  const ops = [...new Set(nodes.map(({ op }) => op))];
  const telling = ops.filter((op) => op !== "Identity"); // what an exporter left of Dropout
  return (telling.length ? telling : ops).join(" + ");
};
