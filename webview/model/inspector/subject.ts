import type { FieldCard, NotKnown } from "../../../src/shared/inside.ts";
import type { LayerCard } from "../../../src/shared/protocol.ts";
import type { NodeCard, Structure, ValueCard } from "../../../src/shared/structure.ts";
import { amount } from "../../../src/shared/amounts.ts";
import type { Session } from "../session.ts";
import { nodesOf } from "./layer-nodes.ts";

/** Not answered as yet, which is another thing than that there is none. */
export const unread = Symbol("unread");

export interface Typed {
  readonly shape: ValueCard["shape"];
  readonly dtype: string;
  readonly more?: string | undefined;
}

/** A layer or a node, as far as the table of facts tells the same of both. */
export interface Subject {
  readonly operator: string;
  readonly domain?: string;
  /** "3 × 3, stride 2"; empty where there are none, undefined where that is not known. */
  readonly settings: string | undefined;
  readonly inputs: readonly Typed[];
  readonly output: Typed;
  /** Undefined while it is not known. */
  readonly parameters: number | undefined;
  /** Those that a layer before it learned, too, and counts as its own. */
  readonly shared?: { readonly parameters: number; readonly layer: string } | undefined;
  /** Undefined where it is not known. */
  readonly multiplyAdds: number | undefined;
  /** Operators that are not among them. */
  readonly uncounted?: readonly string[] | undefined;
  readonly bytes: number | undefined;
  readonly field: FieldCard | NotKnown | undefined | typeof unread;
  /** What is not known is being asked. */
  readonly pending: boolean;
}

/** Of those that read many, as a concatenation does. */
const mostInputs = 2;

export function layerSubject(session: Session, layer: LayerCard): Subject {
  const structure = session.structure.value;
  const place = session.layers.indexOf(layer);
  const nodes = nodesOf(structure, place).flatMap((each) => structure?.nodes[each] ?? []);
  // Zeros stand for what is not known of a layer that cannot even be measured.
  const isMeasured = layer.shape !== undefined || layer.trouble === undefined;
  const anatomy = isMeasured ? session.anatomyOf(layer.name) : undefined;
  const made = structure?.values.find(({ name }) => name === layer.value);
  return {
    operator: layer.kind,
    settings: structure && settingsOfAll(nodes),
    inputs: inputsOf(structure, nodes),
    output: { shape: layer.shape ?? made?.shape, dtype: made?.dtype ?? "" },
    parameters: layer.parameters,
    shared: anatomy?.shared,
    multiplyAdds: anatomy?.multiplyAdds,
    uncounted: anatomy?.uncounted,
    bytes: anatomy?.bytes,
    field: anatomy ? anatomy.field : unread,
    pending: session.anatomy.state.status === "loading",
  };
}

export function nodeSubject(session: Session, node: NodeCard): Subject {
  const structure = session.structure.value;
  const output = structure?.values[node.outputs.find((each) => each >= 0) ?? -1];
  const { node: learned } = session.learned;
  const known = learned?.modelKey === session.modelKey && learned.place === session.remembered.node ? learned.answer : undefined; // prettier-ignore
  const several = node.outputs.length > 1 ? `the first of ${node.outputs.length} outputs` : undefined;
  return {
    operator: node.op,
    domain: node.domain,
    settings: known
      ? known.attributes.map(({ name, value }) => `${name} ${value}`).join(" · ")
      : settingsOf(node) || undefined,
    inputs: inputsOf(structure, [node]),
    output: { shape: output?.shape, dtype: output?.dtype ?? "", more: several },
    parameters: known?.parameters,
    multiplyAdds: known?.multiplyAdds,
    bytes: bytesOf(output),
    field: known ? known.field : unread,
    pending: known === undefined,
  };
}

/** In short where there are words for it, else as the file has them. */
const settingsOf = ({ detail, settings = "" }: NodeCard): string => detail || settings.replaceAll("\n", ", ");

/** Of several nodes each with its operator: whose attribute it is, "axis 1" does not say. */
function settingsOfAll(nodes: readonly NodeCard[]): string {
  const settled = nodes.filter(settingsOf);
  const each = settled.map((node) => (settled.length > 1 ? `${node.op} ${settingsOf(node)}` : settingsOf(node)));
  return [...new Set(each)].join(" · ");
}

/** What comes in from elsewhere, weights apart: the first few. */
function inputsOf(structure: Structure | undefined, nodes: readonly NodeCard[]): readonly Typed[] {
  const own = new Set(nodes.flatMap(({ outputs }) => outputs));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs).filter((value) => value >= 0 && !own.has(value)));
  const cards = [...read].flatMap((value) => structure?.values[value] ?? []).filter(({ weight }) => !weight);
  const rest = cards.length - mostInputs;
  return cards.slice(0, mostInputs).map(({ shape, dtype }, i) => ({
    shape,
    dtype,
    more: rest > 0 && i === mostInputs - 1 ? `and ${amount(rest)} more` : undefined,
  }));
}

const sizeOf = (shape: ValueCard["shape"]): number | undefined =>
  shape?.every((n) => typeof n === "number") ? shape.reduce<number>((product, n) => product * n, 1) : undefined;

const bytesEach: Readonly<Record<string, number>> = {
  ...{ float16: 2, bfloat16: 2, float32: 4, float64: 8, bool: 1 },
  ...{ int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8 },
};

function bytesOf(value: ValueCard | undefined): number | undefined {
  const count = value && sizeOf(value.shape);
  const each = value && bytesEach[value.dtype];
  return count === undefined || each === undefined ? undefined : count * each;
}

/** One picture's: the batch axis says nothing. */
export const withoutBatch = (shape: NonNullable<ValueCard["shape"]>): NonNullable<ValueCard["shape"]> =>
  shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
