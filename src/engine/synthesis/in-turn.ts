import type { ClimbState } from "../../shared/climb-state.ts";
import type { Canvas } from "./canvas.ts";
import { waysOf, type FromNothing } from "./from-nothing.ts";
import type { Size } from "./program.ts";

type Ways = Awaited<ReturnType<typeof waysOf>>;

/** How pictures are made one after the other. Has to be released. */
export interface InTurn {
  /** For the next picture: from the same start as all, or from where it stood. What came before is not to be used then. */
  next(begun: Canvas | undefined, state?: ClimbState): Promise<Ways>;
  release(): Promise<void>;
}

export async function inTurn(run: FromNothing, size: Size): Promise<InTurn> {
  const usual = await waysOf(run, size);
  const start = usual.parameterization.values.slice();
  let special: Ways | undefined;
  const forget = async () => {
    await special?.parameterization.release();
    special = undefined;
  };
  return {
    async next(begun, state) {
      await forget();
      if (begun) return (special = await waysOf(run, size, { count: 1, common: false, around: begun, state }));
      usual.parameterization.set(start);
      return usual;
    },
    async release() {
      await forget();
      await usual.parameterization.release();
    },
  };
}
