import type { Frame } from "../shared/synthesis.ts";

type Where = Pick<Frame, "octave" | "octaves" | "step" | "steps" | "done" | "total" | "making"> & {
  readonly picture: { readonly width: number; readonly height: number };
};
type Moment = { readonly at: number; readonly done: number; readonly area: number };
type Octave = { readonly area: number; readonly steps: number };
/** From one octave to the next: how many times the area, and how many times as many steps. */
export interface Schedule {
  readonly growth: number;
  readonly factor: number;
}

/** A frame from before; those of one run have the same recipe. */
type Earlier = { readonly frame: Where; readonly recipe: unknown };

/** Milliseconds after which a step is forgotten in the rate that is shown. */
const window = 3000;

/**
 * How fast the steps of a run come, and when the last will have come. A larger octave's steps take longer: by its area.
 * Of several pictures, each has octaves of its own: whole pictures tell how long the others will take.
 */
export class Pace {
  readonly #octaves = new Map<number, Octave>();
  #recent: readonly Moment[] = [];
  #first: Moment | undefined;
  /** When the first picture was whole, and the newest of them. */
  #whole: { readonly first: Moment; readonly last: Moment } | undefined;
  #where: Where | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  step(where: Where): void {
    const area = areaOf(where);
    const moment = { at: this.now(), done: where.done, area };
    const before = this.#recent.at(-1);
    const recent = this.#recent.filter((one) => one.area === area && moment.at - one.at <= window);
    // Of a step that takes long, or is the first of its size, the one before tells when it began.
    this.#recent = [...(recent.length || !before ? recent : [before]), moment];
    this.#where = where;
    this.#octaves.set(where.octave, { area, steps: where.steps });
    this.#first ??= moment;
    if (where.making?.isWhole) this.#whole = { first: this.#whole?.first ?? moment, last: moment };
  }

  /**
   * `line`: the frames that led to the newest, also those from before the run went on from one of them. `schedule`: what is
   * expected of octaves as long as two of them have not been seen.
   */
  read(
    line: readonly Earlier[] = [],
    schedule?: Schedule,
  ): { readonly perSecond?: number; readonly secondsLeft?: number } {
    const [first] = this.#recent;
    const last = this.#recent.at(-1);
    if (!this.#where || !first || !last || last.at <= first.at || last.done <= first.done) return {};
    const perSecond = (1000 * (last.done - first.done)) / (last.at - first.at);
    const secondsLeft = this.#left(this.#where, { first, last, perSecond }, line, schedule);
    return { perSecond, ...(secondsLeft !== undefined && { secondsLeft }) };
  }

  #left(
    where: Where,
    { first, last, perSecond }: { readonly first: Moment; readonly last: Moment; readonly perSecond: number },
    line: readonly Earlier[],
    schedule: Schedule | undefined,
  ): number | undefined {
    const { making } = where;
    const known = making && (this.#untilAll(where, last.at) ?? untilLastOfSheet(where, perSecond));
    if (known !== undefined) return known;
    // Just after a step of another size, those of this size are counted as they will be.
    const steps = last.done - first.done;
    const own = first.area === last.area ? steps : Math.min(steps, where.step);
    const area = (own * last.area + (steps - own) * first.area) / steps;
    const now = (perSecond * area) / last.area;
    if (!making) return this.#untilLast(where, now, line, schedule);
    return schedule && untilLastPicture(where, making, now, schedule);
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

  /** By how much each octave was larger than the one before, and took more steps; until two have been seen, as they are expected. */
  #untilLast(
    where: Where,
    perSecond: number,
    line: readonly Earlier[],
    expected: Schedule | undefined,
  ): number | undefined {
    const { octave, octaves, step, steps } = where;
    if (octave === octaves) return (steps - step) / perSecond;
    const [now, before] = [this.#octaves.get(octave), this.#octaves.get(octave - 1) ?? octaveBefore(where, line)];
    const seen = now && before && { growth: now.area / before.area, factor: now.steps / before.steps };
    const schedule = seen ?? expected;
    return schedule && untilLastOctave(where, schedule) / perSecond;
  }
}

/** In steps of the octave that is at work. */
function untilLastOctave(
  {
    octave,
    octaves,
    step,
    steps,
    done,
    total,
  }: Pick<Where, "octave" | "octaves" | "step" | "steps" | "done" | "total">,
  { growth, factor }: Schedule,
): number {
  const own = steps - step;
  const later = Array.from({ length: octaves - octave }, (_, i) => i + 1);
  const shares = later.map((k) => factor ** k);
  const perShare = (total - done - own) / shares.reduce((sum, share) => sum + share, 0);
  return later.reduce((sum, k, i) => sum + perShare * shares[i]! * growth ** k, own);
}

/** Before the first of several pictures is whole: each has the same octaves. */
function untilLastPicture(
  where: Where,
  { picture, pictures }: NonNullable<Where["making"]>,
  perSecond: number,
  schedule: Schedule,
): number {
  const { octave, octaves, done, total } = where;
  const each = total / pictures;
  const own = { ...where, done: done - (picture - 1) * each, total: each };
  const first = { octave: 0, octaves, step: 0, steps: 0, done: 0, total: each };
  // Of a whole picture, in steps of the octave that is at work.
  const whole = untilLastOctave(first, schedule) / schedule.growth ** octave;
  return (untilLastOctave(own, schedule) + (pictures - picture) * whole) / perSecond;
}

const areaOf = ({ picture: { width, height } }: Where): number => width * height;

/** Where each picture is made in one go, the steps of all take as long. */
const untilLastOfSheet = ({ making, steps, done, total }: Where, perSecond: number): number | undefined =>
  making && making.pictures * steps === total ? (total - done) / perSecond : undefined;

/** What an earlier run had before this octave, where it made this one as this run does. */
function octaveBefore(where: Where, line: readonly Earlier[]): Octave | undefined {
  const { octave, octaves, total } = where;
  const isSame = ({ frame }: Earlier) =>
    frame.octave === octave && frame.octaves === octaves && frame.total === total && areaOf(frame) === areaOf(where);
  const runs = new Set(line.filter(isSame).map(({ recipe }) => recipe));
  const before = line.findLast(({ frame, recipe }) => frame.octave === octave - 1 && runs.has(recipe));
  return before && { area: areaOf(before.frame), steps: before.frame.steps };
}
