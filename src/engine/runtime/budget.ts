import { size } from "../../shared/tensor.ts";
import type { Graph, Value } from "../graph/graph.ts";

/** What is kept for the next question and can be made again. */
export interface Kept {
  /** Of memory that it takes, as estimated. */
  readonly bytes: number;
  readonly inUse: boolean;
  release(): Promise<void>;
}

/** The memory that the programs of all open models may hold together; what was not used for longest goes first. */
export class Budget {
  readonly #kept = new Set<Kept>();

  constructor(private readonly bytes: number) {}

  use(kept: Kept): void {
    this.#kept.delete(kept);
    this.#kept.add(kept);
  }

  forget(kept: Kept): void {
    this.#kept.delete(kept);
  }

  /** Lets go of what nobody uses until that many bytes more would fit. */
  async makeRoom(bytes: number): Promise<void> {
    let held = [...this.#kept].reduce((sum, each) => sum + each.bytes, 0);
    for (const each of [...this.#kept]) {
      if (held + bytes <= this.bytes) return;
      if (each.inUse || !this.#kept.delete(each)) continue;
      held -= each.bytes;
      await each.release();
    }
  }
}

/**
 * Bytes that a program takes once it has run: the runtime makes of each weight what the node that reads it wants (a gradient
 * reads most of them twice, in two layouts), and keeps the memory of the values, of which it uses some more than once. So this
 * is rather too much: of VGG-16 0.67 GB where the scores take 0.60, and 1.76 GB where the gradient takes 1.36.
 */
export function programBytes(graph: Graph, outputs: readonly Value[]): number {
  const bytes = ({ shape }: Value) => 4 * size(shape);
  return graph.leadingTo(outputs).reduce((sum, { inputs, outputs: written }) => {
    const weights = inputs.filter((input): input is Value => input !== undefined && graph.constants.has(input));
    return sum + [...weights, ...written].reduce((all, value) => all + bytes(value), 0);
  }, 0);
}
