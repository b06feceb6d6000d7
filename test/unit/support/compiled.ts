import type { Graph, Value } from "../../../src/engine/graph/graph.ts";
import { Session, type SessionOptions } from "../../../src/engine/runtime/session.ts";

export interface Compiled {
  readonly graph: Graph;
  readonly outputs: readonly Value[];
  readonly options: SessionOptions;
}

/** What was compiled while `during` ran. */
export async function compiled(during: () => Promise<unknown>): Promise<readonly Compiled[]> {
  const seen: Compiled[] = [];
  const open = Session.open.bind(Session);
  Session.open = (graph, outputs, options) => {
    seen.push({ graph, outputs, options });
    return open(graph, outputs, options);
  };
  try {
    await during();
  } finally {
    Session.open = open;
  }
  return seen;
}
