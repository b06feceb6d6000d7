import type { Pair } from "./match.ts";
import type { Numbers } from "./numbers.ts";
import type { Operand, Piece, Step } from "./piece.ts";
import { roleOf } from "../roles.ts";

/** What the same value is known by in both networks: where it is written, by the pair of pieces that writes it. */
export class Keys {
  readonly #places = new Map<Piece, number>();

  constructor(pairs: readonly Pair[]) {
    pairs.forEach((pair, i) => {
      for (const piece of pair) if (piece) this.#places.set(piece, i);
    });
  }

  /** `of`: the piece that reads it. */
  key(operand: Operand, of: Piece): string {
    switch (operand.kind) {
      case "nothing":
      case "constant":
        return operand.kind;
      case "input":
        return operand.key;
      case "written": {
        const { piece, at, output } = operand.by;
        return `${piece === of ? "own" : (this.#places.get(piece) ?? -1)}:${at}:${output}`;
      }
    }
  }

  /** What a step reads, in an order that does not matter where it does not matter to the step. */
  reads({ op, operands }: Step, of: Piece): readonly Read[] {
    const reads = operands.map((operand, i) => ({
      operand,
      key: this.key(operand, of),
      role: roleOf(op, i, operands.length),
    }));
    return commutative.has(op) ? reads.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))) : reads;
  }

  /** Every constant that a piece reads. */
  constants(piece: Piece): readonly Held[] {
    return piece.steps.flatMap((step) => [
      ...this.reads(step, piece).flatMap(({ operand, role }) =>
        operand.kind === "constant" ? [{ numbers: operand.numbers, role, step }] : [],
      ),
      ...step.inner.map((numbers) => ({ numbers, role: numbers.name, step })),
    ]);
  }
}

export interface Read {
  readonly operand: Operand;
  readonly key: string;
  /** What the operator calls it: "W", "max". */
  readonly role: string;
}

export interface Held {
  readonly numbers: Numbers;
  readonly role: string;
  readonly step: Step;
}

const commutative = new Set(["Add", "And", "Equal", "Max", "Mean", "Min", "Mul", "Or", "Sum", "Xor"]);
