import type { Frame } from "../shared/synthesis.ts";

type Where = Pick<Frame, "octave" | "octaves" | "step" | "steps" | "done"> & {
  readonly picture: { readonly width: number; readonly height: number };
};

/** Milliseconds after which a step is forgotten in the rate that is shown. */
const window = 3000;

/** How fast the steps of a run come, and when the last will have come. A larger octave's steps take longer: by its area. */
export class Pace {
  readonly #areas = new Map<number, number>();
  #recent: { readonly at: number; readonly done: number; readonly octave: number }[] = [];
  #where: Where | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  step(where: Where): void {
    const at = this.now();
    this.#where = where;
    this.#areas.set(where.octave, where.picture.width * where.picture.height);
    this.#recent = this.#recent.filter((one) => one.octave === where.octave && at - one.at <= window);
    this.#recent.push({ at, done: where.done, octave: where.octave });
  }

  read(): { readonly perSecond?: number; readonly secondsLeft?: number } {
    const [first] = this.#recent;
    const last = this.#recent.at(-1);
    if (!this.#where || !first || !last || last.at <= first.at) return {};
    const perSecond = (1000 * (last.done - first.done)) / (last.at - first.at);
    const growth = this.#growth(this.#where);
    if (!(perSecond > 0) || growth === undefined) return { perSecond };
    const { octave, octaves, step, steps } = this.#where;
    let left = steps - step;
    for (let later = 1; later <= octaves - octave; later++) left += steps * growth ** later;
    return { perSecond, secondsLeft: left / perSecond };
  }

  /** By how much an octave's picture is larger than the one before; undefined until two have been seen. */
  #growth({ octave, octaves }: Where): number | undefined {
    if (octave === octaves) return 1;
    const [area, before] = [this.#areas.get(octave), this.#areas.get(octave - 1)];
    return area === undefined || before === undefined ? undefined : area / before;
  }
}
