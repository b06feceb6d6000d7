import type { Canvas } from "../canvas.ts";
import type { PatchDistance } from "../patch-distance.ts";
import type { Parameterization } from "./parameterization.ts";

/** A parameterization that pays for being unlike what is known beforehand. */
export interface WithPrior extends Parameterization {
  /** Makes all that is paid so many times as much as the weights alone say. */
  readonly weigh: (factor: number) => void;
  /** What the latest picture pays, by name; not what weighs nothing. */
  readonly losses: () => Readonly<Record<string, number>>;
}

/** Its numbers are taken to be normal, of mean 0 and deviation 1: they pay weight · Σ z² / 2, over their number. */
export function withNormalPrior(free: Parameterization, weight: number): WithPrior {
  const { values } = free;
  let share = weight / values.length;
  return {
    ...free,
    weigh(factor) {
      share = (factor * weight) / values.length;
    },
    async pullBack(gradient) {
      const uphill = await free.pullBack(gradient);
      for (let i = 0; i < uphill.length; i++) uphill[i]! -= share * values[i]!;
      return uphill;
    },
    losses: () => (weight === 0 ? {} : { prior: (share * values.reduce((sum, x) => sum + x * x, 0)) / 2 }),
  };
}

/** Its patches pay for how far they are from those of photos. */
export function withPatches(free: WithPrior, distance: PatchDistance, weight: number): WithPrior {
  let latest: Canvas | undefined;
  let paid = 0;
  let share = weight;
  const picture = async (): Promise<Canvas> => (latest = await free.picture());
  return {
    ...free,
    picture,
    weigh(factor) {
      free.weigh(factor);
      share = factor * weight;
    },
    async pullBack(gradient) {
      const { loss, gradient: slope } = await distance.of(latest ?? (await picture()));
      paid = share * loss;
      return free.pullBack({ ...gradient, data: gradient.data.map((g, i) => g - share * slope.data[i]!) });
    },
    losses: () => ({ ...free.losses(), patches: paid }),
    async release() {
      await distance.release();
      await free.release();
    },
  };
}
