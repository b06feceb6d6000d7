import type { Value } from "../graph/graph.ts";

/** What a max pooling sent back, and how it sends back something else. */
export interface SentBack {
  /** What was pooled. */
  readonly x: Value;
  /** The largest of each window. */
  readonly y: Value;
  readonly dy: Value;
  send(dy: Value): Value;
}

const poolings = new WeakMap<Value, SentBack>();

export function remember(pooling: SentBack): Value {
  const dx = pooling.send(pooling.dy);
  poolings.set(dx, pooling);
  return dx;
}

/**
 * What `through` lets pass of `dx`, found before it is sent back where a max pooling of `x` did that: all of it lies where
 * x is the largest of its window, y, of which there are a quarter as many. Undefined for any other `dx`.
 */
export function beforeSent(x: Value, dx: Value, through: (y: Value, dy: Value) => Value): Value | undefined {
  const pooling = poolings.get(dx);
  return pooling?.x === x ? pooling.send(through(pooling.y, pooling.dy)) : undefined;
}
