import { quoted } from "../../../shared/shown.ts";
import { dtypeOf } from "./element-types.ts";
import type { ModelFiles } from "./files.ts";
import type { AttributeMessage, GraphMessage, NodeMessage, TensorMessage, ValueMessage } from "./messages.ts";
import { nodeText, ordered } from "./order.ts";
import type { Reports } from "./order.ts";
import { store } from "./store.ts";
import type { AttributeValue, GraphRecord, NodeRecord, Stored, ValueInfo } from "./structure.ts";

type IsKnown = (name: string) => boolean;

/** Turns the file's messages into records: nodes in order, tensors found, what is wrong reported. */
export class Recorder {
  /** A function's constant is one tensor, however often the function is called. */
  private readonly stored = new Map<TensorMessage, Stored>();
  private readonly noVersion = new Set<string>();

  constructor(
    private readonly files: ModelFiles,
    private readonly opsets: ReadonlyMap<string, number>,
    private readonly reports: Reports,
  ) {}

  /** `isOutside`: the names that a graph inside a node may read from around it. */
  graph(graph: GraphMessage, isOutside: IsKnown = () => false): GraphRecord {
    const initializers = this.initializers(graph);
    const nodes = ordered(graph, isOutside, this.reports);
    const own = new Set([...initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
    for (const { outputs } of nodes) for (const name of outputs) own.add(name);
    const isKnown = (name: string) => own.has(name) || isOutside(name);
    return {
      name: graph.name,
      nodes: nodes.map((node) => this.node(node, isKnown)),
      initializers,
      inputs: graph.inputs.filter(({ name }) => !initializers.has(name)).map((input) => this.value(input)),
      outputs: graph.outputs.map((output) => this.value(output)),
      valueInfo: new Map(graph.values.map((value) => [value.name, this.value(value)])),
    };
  }

  private initializers({ initializers, sparse }: GraphMessage): Map<string, Stored> {
    const found = new Map<string, Stored>();
    initializers.forEach((tensor, i) => {
      if (tensor.name === "") this.reports.problem(`The constant number ${i} has no name.`);
      else if (found.has(tensor.name))
        this.reports.problem(`Tensor ${quoted(tensor.name)} is there twice; the first counts.`);
      else found.set(tensor.name, this.tensor(tensor, tensor.name));
    });
    for (const name of sparse) {
      const reason = "is stored as a sparse tensor, which Glassbox does not read";
      this.reports.problem(`Tensor ${quoted(name)} ${reason}.`);
      const { path: file } = this.files.model;
      found.set(name, { kind: "broken", name, dtype: "unknown", elementType: 0, dims: [], file, reason });
    }
    return found;
  }

  private tensor(tensor: TensorMessage, label: string): Stored {
    const known = this.stored.get(tensor);
    if (known) return known;
    const made = store(tensor, label, this.files, (text) => this.reports.problem(text));
    this.stored.set(tensor, made);
    return made;
  }

  private node(node: NodeMessage, isKnown: IsKnown): NodeRecord {
    if (node.op === "") this.reports.problem(`${nodeText(node)} (byte ${node.offset}) does not say what it computes.`);
    const { name, op, domain, overload, inputs, outputs, metadata, offset } = node;
    const attributes = node.attributes.map(
      (attribute) => [attribute.name, this.attribute(node, attribute, isKnown)] as const,
    );
    return {
      name,
      op,
      domain,
      overload,
      opset: this.opset(node),
      inputs,
      outputs,
      attributes: attributes.length ? new Map(attributes) : noAttributes,
      raw: node.attributes.map(({ name, span }) => ({ name, span })),
      metadata,
      offset,
    };
  }

  private opset({ domain, opsets }: NodeMessage): number {
    const version = opsets?.get(domain) ?? this.opsets.get(domain) ?? 0;
    if (version === 0 && !this.noVersion.has(domain)) {
      this.noVersion.add(domain);
      const what = domain === "" ? "the standard operators" : `the operators of ${quoted(domain)}`;
      this.reports.problem(`The model does not say which version of ${what} it uses.`);
    }
    return version;
  }

  private attribute(node: NodeMessage, attribute: AttributeMessage, isKnown: IsKnown): AttributeValue {
    const { type, float, int, text, tensor, graph, floats, ints, texts, tensors, graphs } = attribute;
    const label = `${attribute.name} of ${node.name || node.outputs.find(Boolean) || node.op}`;
    const store = (message: TensorMessage) => this.tensor(message, label);
    // Before IR 4, a file need not say which type it is; of a number or list that is zero or empty, nothing else is stored.
    switch (type || typeOf(attribute)) {
      case 1:
        return { kind: "float", value: float ?? 0 };
      case 2:
        return { kind: "int", value: int ?? 0 };
      case 3:
        return { kind: "string", value: text ?? "" };
      case 4:
        return tensor ? { kind: "tensor", value: store(tensor) } : { kind: "other", type, value: undefined };
      case 5:
        return graph ? { kind: "graph", value: this.graph(graph, isKnown) } : { kind: "other", type, value: undefined };
      case 6:
        return { kind: "floats", value: floats ?? [] };
      case 7:
        return { kind: "ints", value: ints ?? [] };
      case 8:
        return { kind: "strings", value: texts ?? [] };
      case 9:
        return { kind: "tensors", value: (tensors ?? []).map(store) };
      case 10:
        return { kind: "graphs", value: (graphs ?? []).map((inner) => this.graph(inner, isKnown)) };
      default:
        return { kind: "other", type, value: undefined };
    }
  }

  private value({ name, holds, type, dims, doc }: ValueMessage): ValueInfo {
    return {
      name,
      holds,
      dtype: dtypeOf(type),
      elementType: type,
      dims: dims && this.dimensions(name, dims),
      ...(doc && { doc }),
    };
  }

  /** A size that cannot be is one that is not known. */
  private dimensions(
    name: string,
    dims: readonly (number | string | undefined)[],
  ): readonly (number | string | undefined)[] {
    const sizes = dims.filter((dim) => typeof dim === "number");
    const possible = (dim: number) => dim >= 0 && dim <= Number.MAX_SAFE_INTEGER;
    const product = sizes.every(possible) ? sizes.reduce((count, dim) => count * BigInt(dim), 1n) : undefined;
    if (product !== undefined && product <= BigInt(Number.MAX_SAFE_INTEGER)) return dims;
    this.reports.problem(`The shape of ${quoted(name)} cannot be: ${dims.map((dim) => dim ?? "?").join(" × ")}.`);
    return dims.map((dim) => (typeof dim === "number" ? undefined : dim));
  }
}

const noAttributes: NodeRecord["attributes"] = new Map();

/** The type's number, by what is there. */
function typeOf({ float, int, text, tensor, graph, floats, ints, texts, tensors, graphs }: AttributeMessage): number {
  return (
    [float, int, text, tensor, graph, floats, ints, texts, tensors, graphs].findIndex((field) => field !== undefined) +
    1
  );
}
