import Elk from "elkjs/lib/elk-api.js";
import type { ELKConstructorArguments, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";
// @ts-expect-error -- the half of elkjs that computes comes without types
import { Worker as computing } from "elkjs/lib/elk-worker.min.js";

export type { ElkExtendedEdge, ElkNode };
/** Lays out one flat graph. */
export type LayOut = (graph: ElkNode) => Promise<ElkNode>;

type Thread = ReturnType<NonNullable<ELKConstructorArguments["workerFactory"]>>;
const ElkThread = computing as new () => Thread; // it answers messages as a worker does, in the thread that made it

/** ELK in the thread that asks. It is made to run in a worker of its own; here it runs in ours. */
export function elk(): LayOut {
  const engine = new Elk({ workerFactory: () => new ElkThread() });
  return (graph: ElkNode) => engine.layout(graph);
}
