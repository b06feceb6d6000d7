import type { Operand, Value } from "../graph/graph.ts";
import type { GradientContext, Gradients, Kind } from "../ops/op.ts";

/** A forward node emitted again on other inputs, with the way back through it. */
export interface Replay {
  readonly output: Value;
  pullback(dy: Value): Gradients;
}

export interface RuleContext extends GradientContext {
  /** The op's own gradient, on any `dy`. */
  gradient(dy: Value): Gradients;
  /** The same op with the same attributes on modified inputs: the building block of every LRP rule. */
  replay(inputs: readonly [Value, ...Operand[]]): Replay;
  /** Whether this node reads what we differentiate by and nothing derived from it; some methods change rule there. */
  readonly first: boolean;
}

export type Rule = (context: RuleContext) => Gradients;

/** A way to send a signal backwards: rules by kind of op; where it has none, the plain gradient. */
export interface Propagation {
  readonly name: string;
  readonly rules: Partial<Record<Kind, Rule>>;
}
