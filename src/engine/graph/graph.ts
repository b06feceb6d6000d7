import type { TensorType } from "../../shared/tensor.ts";
import type { Attributes } from "../ops/op.ts";
import type { Absent, Constant } from "./constants.ts";
import { completed, definitionOf, isKnown } from "./definitions.ts";
import type { Kin } from "./quantized.ts";

export { isAbsent, isHeld, isPlace, type Absent, type Constant, type Place } from "./constants.ts";

/** A tensor-valued edge: written once, read any number of times. Floating values are float32, however the file has them. */
export interface Value extends TensorType {
  readonly name: string;
}

/** Undefined is an optional input that was left out. */
export type Operand = Value | undefined;

/** Something was to be computed from constants whose numbers cannot be had. */
export class AbsentNumbers extends TypeError {
  override name = "AbsentNumbers";
  constructor(
    /** The clause that the constant has. */
    readonly reason: string,
    file = "This network",
  ) {
    super(`${file} cannot be run: ${reason}.`);
  }
}

/** What is passed on to the runtime as it stands: an operator that Glassbox knows nothing of but its types. */
export interface Opaque {
  readonly domain: string;
  /** Serialized AttributeProtos. */
  readonly attributes: readonly Uint8Array[];
  /** Values of the surrounding graph that its sub-graphs read by name. */
  readonly captured: readonly Value[];
  /** What it is like, where it is known on floats. */
  readonly kin?: Kin | undefined;
}

export interface Node {
  readonly op: string;
  /** The exporter's name; empty for nodes that Glassbox added. */
  readonly name: string;
  /** The module that it was written in, where the exporter notes that beside the name: "layer4.1.conv2". */
  readonly scope?: string;
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  readonly opaque?: Opaque;
}

interface Names {
  readonly name?: string;
  readonly scope?: string | undefined;
  readonly outputs?: readonly string[];
}

const own = "glassbox:";

const said = ({ name = "", scope }: Names) => ({ name, ...(scope !== undefined && { scope }) });

/**
 * An append-only list of nodes. A node can read only values that already exist, so the order of creation is an
 * order of execution, and a backward pass is a loop from the end.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly nodes: Node[] = [];
  readonly constants = new Map<Value, Constant | Absent>();
  /** Versions of the operator sets that opaque nodes need, by domain. */
  readonly opsets = new Map<string, number>();
  readonly #producers = new Map<Value, Node>();
  #count = 0;
  #scope: string | undefined;

  input(name: string, type: TensorType): Value {
    const value = this.#value(type, name);
    this.inputs.push(value);
    return value;
  }

  constant(constant: Constant | Absent, name?: string): Value {
    const value = this.#value(constant, name);
    this.constants.set(value, constant);
    return value;
  }

  /** Adds a node of a known operator. Attributes that are not given take their defaults; types follow from the inputs. */
  add(op: string, inputs: readonly Operand[], given: Attributes = {}, names: Names = {}): readonly Value[] {
    const definition = definitionOf(op);
    const attributes = completed(definition, definition.normalize?.(inputs, given) ?? given);
    const types = definition.infer(inputs, attributes);
    for (const { shape } of types)
      if (shape.some((n) => !Number.isSafeInteger(n) || n < 0))
        throw new RangeError(`${op} would give a tensor of ${shape.join(" × ")}`);
    return this.#push({ op, ...said({ scope: this.#scope, ...names }), inputs, attributes }, types, names.outputs);
  }

  /** What is added meanwhile stands in this module: several nodes that are one in the file. */
  within<T>(scope: string, add: () => T): T {
    const before = this.#scope;
    this.#scope = scope || undefined;
    try {
      return add();
    } finally {
      this.#scope = before;
    }
  }

  /** Gives a value that was only just made, and has no name but the graph's own, the one by which a file knows it. */
  adopt(value: Value, name: string): void {
    if (value.name.startsWith(own)) (value as { name: string }).name = name; // nobody has read it yet
  }

  /** Adds a node that only the runtime understands. */
  addOpaque(
    op: string,
    inputs: readonly Operand[],
    opaque: Opaque,
    types: readonly TensorType[],
    names: Names,
  ): readonly Value[] {
    return this.#push({ op, ...said(names), inputs, attributes: {}, opaque }, types, names.outputs);
  }

  /** Adds a node of which no types are known: part of what a file says, but nothing that can be run. */
  addUntyped(
    op: string,
    inputs: readonly Operand[],
    given: Attributes,
    { captured, ...names }: Names & { readonly domain: string; readonly captured: readonly Value[] },
  ): readonly Value[] {
    const types = (names.outputs ?? []).map((): TensorType => ({ dtype: "unknown", shape: [] }));
    if (names.domain !== "" || !isKnown(op))
      return this.addOpaque(op, inputs, { domain: names.domain, attributes: [], captured }, types, names);
    const attributes = completed(definitionOf(op), given);
    return this.#push({ op, ...said(names), inputs, attributes }, types, names.outputs);
  }

  /** The node that writes `value`; undefined for inputs and constants. */
  producer(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  /** The nodes that `outputs` depend on, in order. */
  leadingTo(outputs: readonly Value[]): Node[] {
    const wanted = new Set<Operand>(outputs);
    const needed: Node[] = [];
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const node = this.nodes[i] as Node; // within bounds
      if (!node.outputs.some((output) => wanted.has(output))) continue;
      for (const input of node.inputs) wanted.add(input);
      for (const captured of node.opaque?.captured ?? []) wanted.add(captured);
      needed.push(node);
    }
    return needed.reverse();
  }

  #push(node: Omit<Node, "outputs">, types: readonly TensorType[], names: readonly string[] = []): readonly Value[] {
    const outputs = types.map((type, i) => this.#value(type, names[i] || undefined));
    const added = { ...node, outputs };
    this.nodes.push(added);
    for (const output of outputs) this.#producers.set(output, added);
    return outputs;
  }

  // The colon keeps these names apart from any that an exporter writes: torch and TensorFlow use it only before a number.
  #value({ dtype, shape }: TensorType, name = `${own}v${this.#count++}`): Value {
    return { name, dtype, shape };
  }
}
