import type { OwnArithmetic } from "../../../shared/preparation.ts";
import { size } from "../../../shared/tensor.ts";
import { loadTensor, type GraphRecord, type NodeRecord, type Stored } from "./structure.ts";

/** What the network does to each channel of its input before all else, by its first nodes; undefined where that is nothing. */
export function firstArithmetic(graph: GraphRecord, input: string, channels = 3): OwnArithmetic | undefined {
  let value = input;
  let [factor, shift]: [readonly number[], readonly number[]] = [[1], [0]];
  for (let node = onlyReader(graph, value); node; node = onlyReader(graph, value)) {
    const [first = "", second = ""] = node.inputs;
    const [output = ""] = node.outputs;
    if (!unchanged.has(node.op)) {
      const other = numbersOf(graph, first === value ? second : first);
      if (other === undefined || (other.length !== 1 && other.length !== channels)) break;
      const isFirst = first === value;
      if (node.op === "Add") shift = each(shift, other, (x, c) => x + c);
      else if (node.op === "Sub" && isFirst) shift = each(shift, other, (x, c) => x - c);
      else if (node.op === "Mul" || (node.op === "Div" && isFirst)) {
        const scaled = node.op === "Mul" ? (x: number, c: number) => x * c : (x: number, c: number) => x / c;
        [factor, shift] = [each(factor, other, scaled), each(shift, other, scaled)];
      } else break;
    }
    value = output;
  }
  return factor.every((f) => f === 1) && shift.every((s) => s === 0) ? undefined : { factor, shift };
}

/** They move or rename numbers, and leave each what it is. */
const unchanged: ReadonlySet<string> = new Set(["Transpose", "Cast", "Identity"]);

/** Undefined where several read a value: then each may do something else to it. Its shape may be asked by any number. */
function onlyReader({ nodes }: GraphRecord, value: string): NodeRecord | undefined {
  const readers = nodes.filter(({ op, inputs }) => op !== "Shape" && inputs.includes(value));
  const [only] = readers;
  return readers.length === 1 && only?.domain === "" ? only : undefined;
}

const each = (
  numbers: readonly number[],
  others: readonly number[],
  apply: (number: number, other: number) => number,
): readonly number[] =>
  (numbers.length < others.length ? others : numbers).map((_, i) =>
    apply(numbers[i] ?? numbers[0] ?? 0, others[i] ?? others[0] ?? 0),
  );

/** More are no numbers of channels. */
const most = 4;

/** The numbers of a small constant; undefined for whatever else. */
function numbersOf({ initializers, nodes }: GraphRecord, name: string): readonly number[] | undefined {
  const stored = initializers.get(name);
  if (stored) return storedNumbers(stored);
  const producer = nodes.find(({ outputs }) => outputs.includes(name));
  if (producer?.op !== "Constant") return undefined;
  for (const [attribute, { kind, value }] of producer.attributes) {
    if (kind === "tensor") return storedNumbers(value);
    if (attribute === "value_float" && kind === "float") return [value];
    if (attribute === "value_floats" && kind === "floats") return value;
  }
  return undefined;
}

function storedNumbers(stored: Stored): readonly number[] | undefined {
  if (stored.kind !== "inline" && stored.kind !== "place") return undefined;
  if (stored.dtype === "unknown" || size(stored.dims) > most) return undefined;
  return Array.from(loadTensor(stored, "float32").data as ArrayLike<number | bigint>, Number);
}
