import { quoted } from "../../../shared/shown.ts";
import type { AttributeMessage, FunctionMessage, GraphMessage, NodeMessage } from "./messages.ts";

const deepest = 100;
const mostNodes = 200_000;

type Fail = (reason: string, node: NodeMessage) => Error;
type Rename = (name: string) => string;

const keyOf = (domain: string, name: string, overload: string) => JSON.stringify([domain, name, overload]);

/** The graph with every call of a local function replaced by the function's nodes, in nested graphs too. */
export function inlined(graph: GraphMessage, functions: readonly FunctionMessage[], fail: Fail): GraphMessage {
  if (functions.length === 0) return graph;
  return new Inliner(graph, functions, fail).graph(graph, 0);
}

class Inliner {
  private readonly functions: ReadonlyMap<string, FunctionMessage>;
  private readonly taken = new Set<string>();
  private readonly scopes = new Set<string>();
  private count = 0;

  constructor(
    graph: GraphMessage,
    functions: readonly FunctionMessage[],
    private readonly fail: Fail,
  ) {
    this.functions = new Map(functions.map((body) => [keyOf(body.domain, body.name, body.overload), body]));
    collectNames(graph, this.taken);
  }

  graph(graph: GraphMessage, depth: number): GraphMessage {
    return { ...graph, nodes: this.nodes(graph.nodes, depth) };
  }

  private nodes(nodes: readonly NodeMessage[], depth: number): NodeMessage[] {
    return nodes.flatMap((node) => {
      if (depth > 0 && ++this.count > mostNodes)
        throw this.fail(`its functions expand to more than ${mostNodes} nodes`, node);
      const body = this.functions.get(keyOf(node.domain, node.op, node.overload));
      return body ? this.expanded(node, body, depth) : [mapGraphs(node, (inner) => this.graph(inner, depth))];
    });
  }

  private expanded(call: NodeMessage, body: FunctionMessage, depth: number): NodeMessage[] {
    if (depth >= deepest)
      throw this.fail(
        `calls of functions are nested more than ${deepest} deep; ${quoted(body.name)} may call itself`,
        call,
      );
    const scope = unique(call.name || call.outputs.find(Boolean) || call.op, this.scopes);
    const names = new Map(body.inputs.map((formal, i) => [formal, call.inputs[i] ?? ""]));
    const passedThrough: NodeMessage[] = [];
    body.outputs.forEach((formal, i) => {
      const actual = call.outputs[i] ?? "";
      const known = names.get(formal);
      if (known === undefined && actual !== "") names.set(formal, actual);
      else if (known !== undefined && actual !== "") passedThrough.push(identity(call, scope, known, actual));
    });
    const rename: Rename = (name) => {
      const known = name === "" ? "" : names.get(name);
      if (known !== undefined) return known;
      const made = unique(`${scope}/${name}`, this.taken);
      names.set(name, made);
      return made;
    };
    const given = new Map([...body.defaults, ...call.attributes].map((attribute) => [attribute.name, attribute]));
    const inner = body.nodes.map((node) => ({
      ...renamed(withReferences(node, given), rename),
      name: `${scope}/${node.name || node.op}`,
      ...(body.opsets.size ? { opsets: body.opsets } : {}),
    }));
    return [...this.nodes(inner, depth + 1), ...passedThrough];
  }
}

/** A function that gives an input back, or one value twice, has nothing to rename: the value is copied. */
const identity = (call: NodeMessage, scope: string, from: string, to: string): NodeMessage => ({
  ...call,
  name: `${scope}/Identity`,
  op: "Identity",
  domain: "",
  overload: "",
  inputs: [from],
  outputs: [to],
  attributes: [],
});

function unique(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}

function collectNames(graph: GraphMessage, names: Set<string>): void {
  for (const { name } of [...graph.inputs, ...graph.initializers, ...graph.outputs]) names.add(name);
  for (const { inputs, outputs, attributes } of graph.nodes) {
    for (const name of inputs) names.add(name);
    for (const name of outputs) names.add(name);
    for (const inner of attributes.flatMap(graphsOf)) collectNames(inner, names);
  }
}

export const graphsOf = ({ graph, graphs }: AttributeMessage): readonly GraphMessage[] =>
  graph ? [graph, ...(graphs ?? [])] : (graphs ?? []);

function mapGraphs(node: NodeMessage, change: (graph: GraphMessage) => GraphMessage): NodeMessage {
  if (!node.attributes.some((attribute) => graphsOf(attribute).length)) return node;
  const attributes = node.attributes.map((attribute) => ({
    ...attribute,
    ...(attribute.graph ? { graph: change(attribute.graph) } : {}),
    ...(attribute.graphs ? { graphs: attribute.graphs.map(change) } : {}),
  }));
  return { ...node, attributes };
}

/** An attribute that refers to one of the call's is that one, under its own name; where the call has none, it is left out. */
function withReferences(node: NodeMessage, given: ReadonlyMap<string, AttributeMessage>): NodeMessage {
  const attributes = node.attributes.flatMap((attribute) => {
    if (attribute.reference === "") return [attribute];
    const found = given.get(attribute.reference);
    return found ? [{ ...found, name: attribute.name }] : [];
  });
  const inner = (graph: GraphMessage) => ({ ...graph, nodes: graph.nodes.map((node) => withReferences(node, given)) });
  return mapGraphs({ ...node, attributes }, inner);
}

function renamed(node: NodeMessage, rename: Rename): NodeMessage {
  const inner = mapGraphs(node, (graph) => renamedGraph(graph, rename));
  return { ...inner, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
}

function renamedGraph(graph: GraphMessage, rename: Rename): GraphMessage {
  const rewrite = <T extends { readonly name: string }>(item: T): T => ({ ...item, name: rename(item.name) });
  return {
    name: graph.name,
    nodes: graph.nodes.map((node) => renamed(node, rename)),
    initializers: graph.initializers.map(rewrite),
    sparse: graph.sparse.map(rename),
    inputs: graph.inputs.map(rewrite),
    outputs: graph.outputs.map(rewrite),
    values: graph.values.map(rewrite),
  };
}
