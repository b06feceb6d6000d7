import type { Frame } from "../shared/synthesis.ts";

type Where = Pick<Frame, "octave" | "octaves" | "step" | "steps" | "done" | "total" | "making"> & {
  readonly picture: { readonly width: number; readonly height: number };
};
type Moment = { readonly at: number; readonly done: number };

/** Milliseconds after which a step is forgotten in the rate that is shown. */
const window = 3000;

/**
 * How fast the steps of a run come, and when the last will have come. A larger octave's steps take longer: by its area.
 * Of several pictures, each has octaves of its own: whole pictures tell how long the others will take.
 */
export class Pace {
  readonly #octaves = new Map<number, { readonly area: number; readonly steps: number }>();
  #recent: (Moment & { readonly octave: number })[] = [];
  #first: Moment | undefined;
  /** When the first picture was whole, and the newest of them. */
  #whole: { readonly first: Moment; readonly last: Moment } | undefined;
  #where: Where | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  step(where: Where): void {
    const moment = { at: this.now(), done: where.done };
    const { octave, steps, picture, making } = where;
    this.#where = where;
    this.#octaves.set(octave, { area: picture.width * picture.height, steps });
    this.#recent = this.#recent.filter((one) => one.octave === octave && moment.at - one.at <= window);
    this.#recent.push({ ...moment, octave });
    this.#first ??= moment;
    if (making?.isWhole) this.#whole = { first: this.#whole?.first ?? moment, last: moment };
  }

  read(): { readonly perSecond?: number; readonly secondsLeft?: number } {
    const [first] = this.#recent;
    const last = this.#recent.at(-1);
    if (!this.#where || !first || !last || last.at <= first.at) return {};
    const perSecond = (1000 * (last.done - first.done)) / (last.at - first.at);
    if (!(perSecond > 0)) return { perSecond };
    const secondsLeft = this.#where.making
      ? this.#untilAll(this.#where, last.at)
      : this.#untilLast(this.#where, perSecond);
    return { perSecond, ...(secondsLeft !== undefined && { secondsLeft }) };
  }

  /** Undefined until a picture is whole. */
  #untilAll({ total }: Where, at: number): number | undefined {
    if (!this.#first || !this.#whole) return undefined;
    const { first, last } = this.#whole;
    // The first one may have begun smaller than the others, and before anybody looked.
    const since = last.done > first.done ? first : this.#first;
    if (last.done <= since.done) return undefined;
    const each = (last.at - since.at) / (last.done - since.done);
    return Math.max(0, each * (total - last.done) - (at - last.at)) / 1000;
  }

  /** Undefined until two octaves have been seen: by how much each is larger than the one before, and takes more steps. */
  #untilLast({ octave, octaves, step, steps, done, total }: Where, perSecond: number): number | undefined {
    const own = steps - step;
    if (octave === octaves) return own / perSecond;
    const [now, before] = [this.#octaves.get(octave), this.#octaves.get(octave - 1)];
    if (!now || !before) return undefined;
    const later = Array.from({ length: octaves - octave }, (_, i) => i + 1);
    const shares = later.map((k) => (now.steps / before.steps) ** k);
    const perShare = (total - done - own) / shares.reduce((sum, share) => sum + share, 0);
    const growth = now.area / before.area;
    const left = later.reduce((sum, k, i) => sum + perShare * shares[i]! * growth ** k, own);
    return left / perSecond;
  }
}
