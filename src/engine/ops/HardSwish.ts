import { unary } from "./op.ts";

// y = x · clip(x/6 + ½, 0, 1): 0 below −3, 1 above 3, (2x + 3)/6 between (Howard et al. 2019).
export default unary("activation", (x, _y, g) =>
  g.where(g.less(x, 3), g.where(g.greater(x, -3), g.add(g.div(x, 3), 0.5), 0), 1),
);
