import { int64, size, type Tensor, type TensorType } from "../../../shared/tensor.ts";
import type { InputShape } from "../../../shared/preparation.ts";
import { Builder } from "../../graph/builder.ts";
import { definitionOf, isKnown } from "../../graph/definitions.ts";
import {
  AbsentNumbers,
  Graph,
  isAbsent,
  isHeld,
  type Absent,
  type Constant,
  type Opaque,
  type Operand,
  type Value,
} from "../../graph/graph.ts";
import { kinOf } from "../../graph/quantized.ts";
import { scopeNamed } from "../../graph/scopes.ts";
import type { Attributes, Defaults } from "../../ops/op.ts";
import type { Evaluate, GivenInput, InputSize, Network } from "../format.ts";
import { sentence } from "../../../shared/sentence.ts";
import { shown } from "../../../shared/shown.ts";
import { zeroedProblem } from "../../../shared/zeroed-inputs.ts";
import { capturedNames } from "./captured.ts";
import { LostPart, plainAttributes } from "./lost.ts";
import { constantAttribute, constantOf, filled } from "./constants.ts";
import { rewrites, widened } from "./normalize.ts";
import { moduleOf } from "./modules.ts";
import { rawAttributes, type GraphRecord, type ModelRecord, type NodeRecord, type Stored } from "./structure.ts";

/** More elements than this are not made out of nothing: a file of a hundred bytes can ask for any number. */
const mostFilled = 2 ** 26;

/** Turns a model's structure into a graph in which every shape is known, for one size of its picture, or one shape of another input. */
export async function bind(
  model: ModelRecord,
  picture: InputShape | GivenInput,
  { batch, height, width }: InputSize,
  evaluate: Evaluate,
): Promise<Network> {
  const graph = new Graph();
  const g = new Builder(graph);
  const values = new Map<string, Value>();
  const unresolved = new Map<string, string>();
  const problems: string[] = [];
  const misfits: string[] = [];
  /** Reasons that stand among the problems, the reader's or ours. */
  const stated = new Set<string>();
  /** Values that no input reaches: constants, and what is computed of nothing else. */
  const fixed = new Set<Value>();
  const known = new Map<Value, Tensor>();
  /** Those among the fixed whose numbers cannot be had. */
  const absent = new Set<Value>();
  const lost = new LostPart(graph, values);
  for (const [domain, version] of model.opsets) graph.opsets.set(domain === "ai.onnx" ? "" : domain, version);

  const input = pictureValue();
  for (const other of model.graph.inputs) if (other.name !== picture.name) fillInput(other);
  await addNodes(model.graph);
  return {
    graph,
    input,
    outputs: model.graph.outputs.flatMap(({ name }) => values.get(name) ?? []),
    values,
    unresolved,
    lost: lost.graph,
    problems,
    misfits,
  };

  function pictureValue(): Value {
    if (!isPicture(picture)) {
      const value = graph.input(picture.name, { dtype: "float32", shape: picture.shape });
      values.set(picture.name, value);
      return value;
    }
    const channels = picture.channels ?? 3;
    const type = { dtype: "float32", shape: [batch, channels, height, width] } as const;
    if (picture.layout === "NCHW") {
      const value = graph.input(picture.name, type);
      values.set(picture.name, value);
      return value;
    }
    const value = graph.input(`${picture.name}:nchw`, type);
    const [turned] = graph.add("Transpose", [value], { perm: [0, 2, 3, 1] }, { outputs: [picture.name] });
    values.set(picture.name, turned as Value); // Transpose has one output
    return value;
  }

  /** Other inputs are given zeros, which is said; without a shape they stay open, and so does what reads them. */
  function fillInput({ name, dims, dtype }: (typeof model.graph.inputs)[number]): void {
    const shape = dims?.map((dim, i) => (typeof dim === "number" && dim > 0 ? dim : i === 0 ? batch : undefined));
    if (!shape?.every((n) => n !== undefined) || size(shape) > mostFilled || widened(dtype) !== "float32") {
      const not = isPicture(picture) ? `and only ${shown(picture.name)} is given the photo` : "which is given nothing";
      unresolved.set(name, `it needs the input ${shown(name)}, ${not}`);
      return;
    }
    values.set(name, g.zeros(shape));
    problems.push(isPicture(picture) ? zeroedProblem(name, picture.name) : `The input ${shown(name)} is given zeros.`);
  }

  async function addNodes(record: GraphRecord): Promise<void> {
    for (const [name, stored] of record.initializers) addConstant(name, stored);
    for (const node of record.nodes) {
      const missing = blocked(node);
      if (missing !== undefined) giveUp(node, missing);
      else
        try {
          await addNode(node);
        } catch (error) {
          const why = () => `${describe(node)} could not be understood: ${misunderstood(node, error as Error)}`;
          giveUp(node, error instanceof AbsentNumbers ? error.reason : why());
          if (error instanceof RangeError) misfits.push(...node.outputs.filter(Boolean));
        }
    }
  }

  /** Why a node cannot be added: something that it reads could not be. */
  function blocked(node: NodeRecord): string | undefined {
    for (const name of [...node.inputs, ...capturedNames(node)]) {
      const reason = unresolved.get(name);
      if (reason !== undefined) return reason;
      if (name && !values.has(name)) return `${describe(node)} reads ${shown(name)}, which nothing writes`;
    }
    return undefined;
  }

  function giveUp(node: NodeRecord, reason: string): void {
    if (!stated.has(reason)) problems.push(sentence(reason));
    stated.add(reason);
    for (const output of node.outputs) if (output) unresolved.set(output, reason);
    lost.add(node);
  }

  function addConstant(name: string, stored: Stored): void {
    const constant = constantOf(stored);
    if (typeof constant === "string") unresolved.set(name, constant);
    else setConstant(name, constant);
    if (stored.kind === "broken") stated.add(typeof constant === "string" ? constant : (constant as Absent).absent);
  }

  function setConstant(name: string, constant: Constant | Absent): void {
    const value = graph.constant(constant, ownName(name));
    values.set(name, value);
    fixed.add(value);
    if (isHeld(constant)) known.set(value, constant);
    if (isAbsent(constant)) absent.add(value);
  }

  async function addNode(node: NodeRecord): Promise<void> {
    const attribute = (name: string) => node.attributes.get(name)?.value;
    const operand = (i: number): Operand => values.get(node.inputs[i] ?? "");
    const [first] = node.outputs;
    const only = (constant: Constant | Absent) => {
      if (first) setConstant(first, constant);
    };
    switch (node.domain ? "" : node.op) {
      case "Constant":
        return only(constantAttribute(node));
      case "Shape": {
        const shape = operand(0)?.shape ?? [];
        const [start, end] = [attribute("start") ?? 0, attribute("end") ?? shape.length];
        return only(int64(shape.slice(start as number, end as number)));
      }
      case "Size":
        return only(int64([size(operand(0)?.shape ?? [])], []));
      case "ConstantOfShape": {
        const shape = await numbersOf(operand(0));
        if (shape && size(shape) <= mostFilled) return only(filled(shape, node));
        throw new RangeError(shape ? `it asks for ${size(shape)} elements` : "its shape depends on the photo");
      }
      case "If": {
        const [condition] = (await numbersOf(operand(0))) ?? [];
        if (condition === undefined) break;
        return addBranch(node, attribute(condition ? "then_branch" : "else_branch") as GraphRecord);
      }
    }
    const added = node.domain === "" ? await addKnown(node) : undefined;
    if (!added) return addOpaque(node);
    const read = node.inputs.flatMap((name) => values.get(name) ?? []);
    const fixedNow = read.every((value) => fixed.has(value));
    const absentNow = read.some((value) => absent.has(value));
    node.outputs.forEach((name, i) => {
      const value = added[i];
      if (!name || !value) return;
      values.set(name, value);
      if (fixedNow) fixed.add(value);
      if (fixedNow && absentNow) absent.add(value);
    });
  }

  /** The chosen branch takes the place of the `If`. */
  async function addBranch(node: NodeRecord, branch: GraphRecord): Promise<void> {
    await addNodes(branch);
    branch.outputs.forEach(({ name }, i) => {
      const outer = node.outputs[i];
      const value = values.get(name);
      const reason = unresolved.get(name);
      if (outer) lost.alias(outer, name);
      if (outer && value) values.set(outer, value);
      else if (outer) unresolved.set(outer, reason ?? `${describe(node)} gives nothing here`);
    });
  }

  /** Undefined where the graph has no such operator, or a shape would depend on the picture. */
  async function addKnown(node: NodeRecord): Promise<readonly Value[] | undefined> {
    const rewrite = Object.hasOwn(rewrites, node.op) ? rewrites[node.op] : undefined;
    if (!rewrite && !isKnown(node.op)) return undefined;
    const places = inputPlaces(node);
    const attributes: Record<string, Attributes[string]> = plainAttributes(node);
    for (const [name, { at, scalar }] of places) {
      const operand = values.get(node.inputs[at] ?? "");
      if (!operand) continue;
      const list = await numbersOf(operand);
      if (!list) return undefined;
      attributes[name] = scalar ? (list[0] ?? 0) : list;
    }
    const taken = new Set([...places.values()].map(({ at }) => at));
    const inputs = node.inputs.flatMap((name, i) => (taken.has(i) ? [] : [values.get(name)]));
    const rewritten = (rewrite && graph.within(scopeIn(node), () => rewrite({ node, inputs, attributes, g }))) ?? {
      op: node.op,
      inputs,
      attributes,
    };
    if ("shape" in rewritten) {
      const [output] = node.outputs;
      if (output) graph.adopt(rewritten, ownName(output));
      return [rewritten];
    }
    return graph.add(rewritten.op, rewritten.inputs, rewritten.attributes, {
      name: node.name,
      scope: moduleOf(node.metadata),
      outputs: node.outputs.map(ownName),
    });
  }

  /** The module of a node for which others stand. */
  function scopeIn({ op, name, metadata, inputs, outputs }: NodeRecord): string {
    const weights = inputs.filter((input) => {
      const value = values.get(input);
      return value !== undefined && graph.constants.has(value);
    });
    return scopeNamed({ op, name, module: moduleOf(metadata), weights, output: outputs[0] ?? "" });
  }

  /** What only the runtime understands: passed on as it stands, its types found by running what leads to it. */
  async function addOpaque(node: NodeRecord): Promise<void> {
    const inputs = node.inputs.map((name) => values.get(name));
    const captured = capturedNames(node).map((name) => values.get(name) as Value); // blocked() found them all
    const opaque: Opaque = {
      domain: node.domain,
      attributes: [...rawAttributes(model, node).values()],
      captured,
      kin: kinOf(node.op, node.domain, inputs, plainAttributes(node)),
    };
    const asked = node.outputs.filter((name) => name !== "");
    const read = [...inputs, ...captured].filter((value) => value !== undefined);
    const allFixed = read.every((value) => fixed.has(value));
    const results = await tried(node, inputs, opaque, allFixed);
    if (allFixed) {
      asked.forEach((name, i) => {
        const result = results[i];
        if (result) setConstant(name, result);
      });
      return;
    }
    const types = node.outputs.map(
      (name): TensorType => results[asked.indexOf(name)] ?? { dtype: "unknown", shape: [] },
    );
    const added = graph.addOpaque(
      node.op,
      inputs,
      opaque,
      types.map(({ dtype, shape }) => ({ dtype, shape })),
      { name: node.name, scope: moduleOf(node.metadata), outputs: node.outputs.map(ownName) },
    );
    node.outputs.forEach((name, i) => {
      const value = added[i];
      if (name && value) values.set(name, value);
    });
  }

  /**
   * What an operator gives, its left-out outputs aside, for its types are not known yet: run by itself, with zeros in
   * place of what depends on the picture. Running all that leads to it would take minutes where a network has hundreds.
   * Zeros also stand for weights that are absent, where only the types count, and not the `numbers` that come of it.
   */
  async function tried(
    node: NodeRecord,
    inputs: readonly Operand[],
    opaque: Opaque,
    numbers: boolean,
  ): Promise<readonly Tensor[]> {
    const trial = new Graph();
    trial.nodes.push(...graph.nodes);
    for (const [value, constant] of graph.constants) trial.constants.set(value, constant);
    for (const [domain, version] of graph.opsets) trial.opsets.set(domain, version);
    const standIns = new Map<Value, Value>();
    const standIn = (value: Value): Value => {
      if (fixed.has(value) && (numbers || !absent.has(value) || value.dtype !== "float32")) return value;
      const known = standIns.get(value) ?? zerosLike(trial, value);
      standIns.set(value, known);
      return known;
    };
    const types = node.outputs.map((): TensorType => ({ dtype: "unknown", shape: [] }));
    const outputs = node.outputs.map((name, i) => name || `${node.outputs.join()}:${i}`);
    const given = trial.addOpaque(
      node.op,
      inputs.map((input) => input && standIn(input)),
      { ...opaque, captured: opaque.captured.map(standIn) },
      types,
      { name: node.name, scope: moduleOf(node.metadata), outputs },
    );
    return evaluate(
      trial,
      given.filter((_, i) => node.outputs[i] !== ""),
    );
  }

  /** The elements of a value that no picture reaches; undefined for any other. */
  async function numbersOf(value: Operand): Promise<number[] | undefined> {
    if (!value || !fixed.has(value)) return undefined;
    let tensor = known.get(value);
    if (!tensor) {
      [tensor] = await evaluate(graph, [value]);
      if (tensor) known.set(value, tensor);
    }
    return tensor && Array.from(tensor.data as ArrayLike<number | bigint>, Number);
  }
}

/** Zeros under the name of `value`, by which sub-graphs may read them. */
function zerosLike(graph: Graph, { name, dtype, shape }: Value): Value {
  const [own, inner] = [{ outputs: [name] }, { outputs: [`${name}:zeros`] }];
  const [zeros] = graph.add("ConstantOfShape", [], { shape, value: 0 }, dtype === "float32" ? own : inner);
  const [cast] = dtype === "float32" ? [zeros] : graph.add("Cast", [zeros], { to: dtype }, own);
  return cast as Value; // both have one output
}

const isPicture = (input: InputShape | GivenInput): input is InputShape => !("shape" in input);

/** Names that the graph gives to values of its own: in a file that Glassbox wrote they stand for other values. */
const ownName = (name: string): string => name.replace(/^glassbox:/, "file:");

const describe = ({ op, name, outputs }: NodeRecord) => `${shown(op)} (node ${shown(name || (outputs[0] ?? ""))})`;

/** The runtime's words for an operator that it does not know say less than ours. */
const misunderstood = ({ domain }: NodeRecord, { message }: Error): string =>
  /is not a registered function\/op|No Op registered for/.test(message)
    ? `it is an operator${domain ? ` of ${shown(domain)}` : ""} that neither Glassbox nor ONNX Runtime knows`
    : message;

/** Which inputs of a node are attributes in the graph, by the attribute's name. */
function inputPlaces({ op, opset }: NodeRecord): Map<string, { at: number; scalar: boolean }> {
  if (op === "Upsample" || (op === "Resize" && opset < 11)) return new Map([["scales", { at: 1, scalar: false }]]);
  if (!isKnown(op)) return new Map();
  const places = Object.entries(definitionOf(op).attributes as Defaults).flatMap(([name, { at, type }]) =>
    at === undefined ? [] : [[name, { at, scalar: type === "input float" }] as const],
  );
  return new Map(places);
}
