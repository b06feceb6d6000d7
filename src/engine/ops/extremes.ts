import { elementwise, op, type GradientContext } from "./op.ts";

/** Max and Min of several tensors: the gradient goes to the one that won; ties share it, as in PyTorch. */
export const extreme = () =>
  op({
    kind: "maximum",
    attributes: {},
    infer: elementwise(),
    reach: "same",
    gradient({ inputs, outputs: [y], dy, g }: GradientContext) {
      const won = inputs.map((input) => g.cast(g.equal(g.expand(input, y.shape), y), "float32"));
      const winners = won.reduce((sum, w) => g.add(sum, w));
      return inputs.map((input, i) => g.sumTo(g.div(g.mul(dy, won[i]!), winners), input));
    },
  });
