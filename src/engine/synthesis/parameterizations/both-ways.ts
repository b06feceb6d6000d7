import type { Graph, Value } from "../../graph/graph.ts";
import { Session, type SessionOptions } from "../../runtime/session.ts";

export interface BothWays {
  readonly forwards: Session;
  readonly backwards: Session;
  release(): Promise<void>;
}

/** The programs of a picture and of its gradient: both, or neither. */
export async function openBothWays(
  graph: Graph,
  picture: Value,
  gradient: Value,
  options: SessionOptions,
): Promise<BothWays> {
  const forwards = await Session.open(graph, [picture], options);
  try {
    const backwards = await Session.open(graph, [gradient], options);
    return {
      forwards,
      backwards,
      async release() {
        await forwards.release();
        await backwards.release();
      },
    };
  } catch (error) {
    await forwards.release();
    throw error;
  }
}
