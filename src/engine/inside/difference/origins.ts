import type { Node, Value } from "../../graph/graph.ts";
import type { NodeRecord } from "../../formats/onnx/structure.ts";
import { numbersOf, type Numbers } from "./numbers.ts";
import type { Operand, Writer } from "./piece.ts";
import type { Side } from "./side.ts";

/** Where each value of a network comes from, to compare that with the other network's. */
export class Origins {
  readonly #writers = new Map<Value, Writer>();
  readonly #named = new Map<string, Writer>();
  readonly #inputs = new Map<Value, Operand>();
  /** What only hands on another value, and the name of that. */
  readonly #same = new Map<string, string>();

  constructor(private readonly side: Side) {
    const { bound, record, entry } = side;
    if (!bound) return;
    record.graph.inputs.forEach(({ name }, i) => {
      const value = bound.network.values.get(name);
      if (value) this.#inputs.set(value, { kind: "input", key: `input ${i}`, name });
    });
    const { input } = bound.network;
    this.#inputs.set(input, { kind: "input", key: "picture", name: entry.file.picture?.name ?? input.name });
  }

  written(value: Value, writer: Writer): void {
    this.#writers.set(value, writer);
  }

  writtenAs(name: string, writer: Writer): void {
    if (name) this.#named.set(name, writer);
  }

  handedOn({ inputs: [from = ""], outputs: [to = ""] }: NodeRecord): void {
    this.#same.set(to, this.#same.get(from) ?? from);
  }

  /** Of a value of the network, and of what it is made of where no picture reaches it: `prepared` gives the step that does. */
  of(given: Value | undefined, prepared: (node: Node) => Writer | undefined): Operand {
    const { bound } = this.side;
    if (!given || !bound) return { kind: "nothing" };
    const { graph } = bound.network;
    const value = throughIdentities(given, graph);
    const by = this.#writers.get(value);
    if (by) return { kind: "written", by };
    const input = this.#inputs.get(value);
    if (input) return input;
    const constant = graph.constants.get(value);
    if (constant) return { kind: "constant", numbers: this.#numbers(value, "data" in constant ? constant : undefined) };
    const producer = graph.producer(value);
    const maker = producer && prepared(producer);
    return maker
      ? { kind: "written", by: { ...maker, output: producer.outputs.indexOf(value) } }
      : { kind: "input", key: `named ${value.name}`, name: value.name };
  }

  /** Of a value by the file's name for it. */
  named(given: string, prepared: (node: Node) => Writer | undefined): Operand {
    const name = this.#same.get(given) ?? given;
    if (name === "") return { kind: "nothing" };
    const by = this.#named.get(name);
    if (by) return { kind: "written", by };
    const { bound, constants, record, entry } = this.side;
    const value = bound?.network.values.get(name);
    if (value) return this.of(value, prepared);
    const numbers = constants.get(name);
    if (numbers) return { kind: "constant", numbers };
    const place = record.graph.inputs.findIndex((input) => input.name === name);
    const key = name === entry.file.picture?.name ? "picture" : place < 0 ? `named ${name}` : `input ${place}`;
    return { kind: "input", key, name };
  }

  #numbers({ name, dtype, shape }: Value, held: Parameters<typeof numbersOf>[1] | undefined): Numbers {
    const known = this.side.constants.get(name);
    if (known) return known;
    if (held) return numbersOf(name, held);
    const values = () => new Float64Array();
    return { name, dtype, shape, count: 0, broken: "is not in the file under its name", values };
  }
}

/** A Dropout that an exporter left, or a cast to what it is already, changes nothing. */
function throughIdentities(value: Value, graph: { producer(value: Value): Node | undefined }): Value {
  for (let at = value; ;) {
    const producer = graph.producer(at);
    const [from] = producer?.inputs ?? [];
    if (!producer || !isIdentity(producer) || !from) return at;
    at = from;
  }
}

export const isIdentity = ({ op, opaque }: Node): boolean => op === "Identity" && !opaque;
/** The same of a node of the file. */
export const handsOn = ({ op, domain, inputs, outputs }: NodeRecord): boolean =>
  domain === "" && Boolean(inputs[0]) && (op === "Identity" || (op === "Dropout" && (outputs[1] ?? "") === ""));
