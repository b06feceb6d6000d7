import { shown } from "../../../shared/shown.ts";
import { isLearned } from "../../../shared/structure.ts";
import { shapeText, size } from "../../../shared/tensor.ts";
import { capturedNames } from "../../formats/onnx/captured.ts";
import type { GraphRecord, NodeRecord } from "../../formats/onnx/structure.ts";
import type { Node, Value } from "../../graph/graph.ts";
import { kindText, type Layer } from "../../graph/layers.ts";
import type { Bound } from "../../model.ts";
import { attributesIn, attributesOf } from "./attributes.ts";
import type { Numbers } from "./numbers.ts";
import { handsOn, isIdentity, Origins } from "./origins.ts";
import type { Operand, Piece, Step, Writer } from "./piece.ts";
import { isConstant, type Side } from "./side.ts";

/** A network taken apart, so that nothing of it is left out of a comparison. */
export interface Pieces {
  /** Layers, then the nodes that are in none: those behind an operator that nothing knows, all of a network without a picture. */
  readonly nodes: readonly Piece[];
  readonly outputs: readonly Piece[];
  /** Constants that no node reads. */
  readonly unread: readonly Piece[];
}

type Growing = Piece & { readonly steps: Step[]; prepared: number };

export function piecesOf(side: Side): Pieces {
  const { bound, record } = side;
  const origins = new Origins(side);
  const records = recordsByOutput(record.graph);
  const layers = (bound?.layers ?? []).map((layer) => shellOf(layer, origins));
  const rest = record.graph.nodes.filter(
    (node) => !isConstant(node) && !node.outputs.some((name) => name && bound?.network.values.has(name)),
  );
  for (const node of rest) if (handsOn(node)) origins.handedOn(node);
  const names = new Set<string>();
  const nodes = rest
    .filter((node) => !handsOn(node))
    .map((node) => {
      const piece = pieceOf(node, side, names);
      node.outputs.forEach((name, output) => origins.writtenAs(name, { piece, at: "end", output }));
      return { node, piece };
    });

  if (bound) for (const { layer, piece } of layers) fill(piece, keptOf(layer), bound);
  for (const { node, piece } of nodes) {
    const { attributes, inner } = attributesOf(node, record);
    const operands = [...node.inputs, ...capturedNames(node)].map((name) => named(name, piece));
    piece.steps.push({ op: opOf(node), attributes, operands, inner });
  }
  const outputs = record.graph.outputs.map(({ name }) => {
    const piece = empty(name, "output");
    piece.steps.push({ op: "output", attributes: new Map(), operands: [named(name, piece)], inner: [] });
    return piece;
  });
  const read = namesRead(record.graph);
  const unread = [...record.graph.initializers.keys()]
    .filter((name) => !read.has(name))
    .flatMap((name) => side.constants.get(name) ?? [])
    .map((numbers) => weightPiece(numbers));
  return { nodes: [...layers.map(({ piece }) => piece), ...nodes.map(({ piece }) => piece)], outputs, unread };

  /** An operand by its name; what is computed of constants for it becomes steps of the piece. */
  function named(name: string, piece: Growing): Operand {
    return origins.named(name, (node) => (bound ? prepare(piece, [node.outputs[0]], bound).get(node) : undefined));
  }

  function fill(piece: Growing, kept: readonly Node[], bound: Bound): void {
    const makers = prepare(
      piece,
      kept.flatMap(({ inputs, opaque }) => [...inputs, ...(opaque?.captured ?? [])]),
      bound,
    );
    for (const node of kept) piece.steps.push(stepOf(node, makers));
  }

  /** Adds steps for the nodes that no picture reaches and that lead to `values`, each once and in order. */
  function prepare(piece: Growing, values: readonly (Value | undefined)[], bound: Bound): Map<Node, Writer> {
    const makers = new Map<Node, Writer>();
    for (const node of leadingTo(values, bound))
      if (!isIdentity(node)) {
        piece.steps.push(stepOf(node, makers));
        makers.set(node, { piece, at: -piece.steps.length, output: 0 });
      }
    piece.prepared = piece.steps.length;
    return makers;
  }

  function stepOf(node: Node, makers: ReadonlyMap<Node, Writer>): Step {
    const all = [...node.inputs, ...(node.opaque?.captured ?? [])];
    const operands = all.map((value) => origins.of(value, (maker) => makers.get(maker)));
    // The graph has every float as float32, where the file may cast to another type.
    const asWritten = node.opaque !== undefined || node.op === "Cast";
    const written = asWritten ? recordOf(node, records) : undefined;
    const said = written ? attributesOf(written, record) : { attributes: attributesIn(node.attributes), inner: [] };
    return { op: node.opaque?.domain ? `${node.opaque.domain}.${node.op}` : node.op, operands, ...said };
  }
}

/** By the first output that the file has a name for: any may be left out. */
function recordOf({ op, name, opaque, outputs }: Node, records: ReadonlyMap<string, NodeRecord>) {
  const found = outputs.map((value) => records.get(value.name)).find(Boolean);
  if (!found && opaque) throw new RangeError(`What the file says of ${shown(op)} (node ${shown(name)}) is not found.`);
  return found;
}

const keptOf = ({ nodes }: Layer): readonly Node[] => nodes.filter((node) => !isIdentity(node));

const empty = (name: string, kind: string): Growing => ({
  name,
  kind,
  isLayer: false,
  output: undefined,
  parameters: 0,
  steps: [],
  prepared: 0,
});

function shellOf(layer: Layer, origins: Origins) {
  const { name, output, parameters } = layer;
  const piece: Growing = {
    ...empty(name, kindText(layer)),
    isLayer: true,
    output: shapeText(output.shape),
    parameters,
  };
  const kept = keptOf(layer);
  kept.forEach(({ outputs }, i) => {
    const at = i === kept.length - 1 ? "end" : i;
    outputs.forEach((value, output) => origins.written(value, { piece, at, output }));
  });
  return { layer, piece };
}

function pieceOf(node: NodeRecord, { record, constants }: Side, taken: Set<string>): Growing {
  const [first = ""] = node.outputs.filter(Boolean);
  const name = [node.name, first].find((each) => each && !taken.has(each)) ?? `${node.name}:${taken.size}`;
  taken.add(name);
  const said = record.graph.outputs.find((output) => output.name === first) ?? record.graph.valueInfo.get(first);
  const learned = new Set(node.inputs.flatMap((input) => constants.get(input) ?? []).filter(isLearned));
  return {
    ...empty(name, opOf(node)),
    output: said?.dims?.map((n) => n ?? "?").join(" × "),
    parameters: [...learned].reduce((sum, { shape }) => sum + size(shape), 0),
  };
}

const opOf = ({ op, domain }: NodeRecord) => (domain ? `${domain}.${op}` : op);

function weightPiece(numbers: Numbers): Piece {
  const operands = [{ kind: "constant", numbers }] as const;
  const steps = [{ op: "weight", attributes: new Map(), operands, inner: [] }];
  return { ...empty(numbers.name, "weight"), parameters: isLearned(numbers) ? size(numbers.shape) : 0, steps };
}

/** Nodes that no picture reaches, up to constants, each after those that it reads. */
function leadingTo(values: readonly (Value | undefined)[], { network: { graph }, reached }: Bound): Node[] {
  const found = new Set<Node>();
  const open: { readonly node: Node; readonly ready: boolean }[] = [];
  const visit = (value: Value | undefined) => {
    const node = value && !reached.has(value) ? graph.producer(value) : undefined;
    if (node && !found.has(node)) open.push({ node, ready: false });
  };
  for (const value of values.toReversed()) visit(value);
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, ready } = next;
    if (found.has(node)) continue;
    if (ready) found.add(node);
    else {
      open.push({ node, ready: true });
      for (const input of node.inputs.toReversed()) visit(input);
    }
  }
  return [...found];
}

/** Also those of graphs inside: a branch may have taken the place of its If. */
function recordsByOutput(graph: GraphRecord, found = new Map<string, NodeRecord>()): Map<string, NodeRecord> {
  for (const node of graph.nodes) {
    for (const name of node.outputs) if (name && !found.has(name)) found.set(name, node);
    for (const { kind, value } of node.attributes.values()) if (kind === "graph") recordsByOutput(value, found);
  }
  return found;
}

const namesRead = ({ nodes, outputs }: GraphRecord): ReadonlySet<string> =>
  new Set([...nodes.flatMap((node) => [...node.inputs, ...capturedNames(node)]), ...outputs.map(({ name }) => name)]);
