import { bytesOfState } from "../shared/climb-state.ts";
import type { CurvePoint, DreamSettings, Outcome, StripFrame } from "../shared/dream-panel.ts";
import type { Frame, Recipe } from "../shared/synthesis.ts";
import { thumbnailOf } from "./dream-reduced.ts";

/** A frame that is kept: what a strip shows of it, the picture itself, and what it takes to go on from it. */
export interface Kept extends Omit<StripFrame, "gaps"> {
  readonly frame: Frame;
  /** The frame that it grew from; undefined for the first. */
  readonly parent: number | undefined;
  /** Of a picture that is through: the whole recipe, by which it comes again. */
  readonly finished?: Recipe;
  readonly outcome?: Outcome;
  /** What it was made with; a branch may have gone on with other settings. Undefined where an earlier version kept none. */
  readonly recipe: Recipe | undefined;
  /** The same with the paths of its files, which a recipe does not have. */
  readonly settings: DreamSettings | undefined;
  /** The curve up to here. */
  readonly points: readonly CurvePoint[];
}

/** Frames that a strip can show and a film need; when there are more, one goes for each that comes. */
const mostFrames = 120;
/** The same for the memory that they take. */
const mostBytes = 384e6;

/** The frames of a panel. They form a tree: going on from an earlier one begins a branch. */
export class Film {
  #frames: Kept[] = [];
  #next = 0;
  #lookedAt: number | undefined;

  constructor(
    private readonly frames = mostFrames,
    private readonly bytes = mostBytes,
  ) {}

  get all(): readonly Kept[] {
    return this.#frames;
  }

  get last(): Kept | undefined {
    return this.#frames.at(-1);
  }

  get(id: number): Kept | undefined {
    return this.#frames.find((kept) => kept.id === id);
  }

  /** As long as no other frame is looked at, this one stays. */
  look(id: number): void {
    this.#lookedAt = id;
  }

  /** The frame to go on from where this one is meant: itself, or the latest before it of which more than the picture was kept. */
  resumable(id: number | undefined): Kept | undefined {
    return this.line(id).findLast(({ frame }) => frame.checkpoint);
  }

  add(frame: Frame, parent: Kept | undefined, recipe?: Recipe, settings?: DreamSettings): Kept {
    const { octave, octaves, step, steps, done, total, objective, losses, picture } = frame;
    const technique = recipe?.technique ?? settings?.technique;
    const place = { octave, octaves, step, steps, done, total, technique };
    // A search may need fewer tries than it may make; where it needs all, its result stands where the last of them ended.
    const isResult = done === total && (octave < octaves || (parent !== undefined && isAt(place, parent)));
    const kept: Kept = {
      id: this.#next++,
      ...place,
      isSheet: frame.sheet !== undefined,
      ...(isResult && { isResult }),
      objective,
      thumbnail: thumbnailOf(picture),
      frame,
      parent: parent?.id,
      recipe,
      settings,
      points: [...(parent?.points ?? []), { ...place, objective, losses }],
    };
    this.#put(kept, this.#frames);
    return this.#asKept(kept);
  }

  /** The same frame, with what it takes to go on from it. */
  exchange(kept: Kept, frame: Frame): Kept {
    const whole = { ...this.#asKept(kept), frame };
    this.#put(whole, this.#frames);
    return this.#asKept(whole);
  }

  /** The same frame, as the last of a picture that is through. */
  finish(kept: Kept, recipe: Recipe, outcome: Outcome): Kept {
    const finished = { ...this.#asKept(kept), finished: recipe, outcome };
    this.#frames = this.#frames.map((one) => (one.id === kept.id ? finished : one));
    return finished;
  }

  clear(): void {
    this.#frames = [];
  }

  /** The frames of another film, as far as there is room. What it takes to go on from others than the newest goes first. */
  restore(frames: readonly Kept[], newest: number): void {
    this.#frames = [...frames];
    this.#next = Math.max(-1, ...frames.map(({ id }) => id)) + 1;
    this.look(newest);
    if (this.#held() <= this.bytes) return;
    const needed = this.resumable(newest);
    this.#frames = this.#frames.map((kept) => (kept === needed ? kept : { ...kept, frame: asPicture(kept.frame) }));
    this.#thinOut();
  }

  /** The frames that led to this one, the first one first, itself last. */
  line(id: number | undefined): readonly Kept[] {
    const line: Kept[] = [];
    for (let at = id; at !== undefined;) {
      const kept = this.get(at);
      if (!kept) break;
      line.unshift(kept);
      at = kept.parent;
    }
    return line;
  }

  /** As it stands in the film by now: where the frame that it grew from is gone, it grew from the one before. */
  #asKept(kept: Kept): Kept {
    return this.get(kept.id) ?? kept;
  }

  /** In the place of the one that it was before, or last. What a pause needs beside the picture is kept once: it is many times as large. */
  #put(kept: Kept, before: readonly Kept[]): void {
    const bare = kept.frame.checkpoint ? before.map((one) => ({ ...one, frame: withoutState(one.frame) })) : before;
    const isKnown = bare.some(({ id }) => id === kept.id);
    this.#frames = isKnown ? bare.map((one) => (one.id === kept.id ? kept : one)) : [...bare, kept];
    this.#thin();
  }

  /** Frames go, then all that large ones but the newest would need to be gone on from. */
  #thin(): void {
    if (this.#thinOut()) return;
    const needed = this.resumable(this.last?.id);
    this.#frames = this.#frames.map((kept) => (kept === needed ? kept : { ...kept, frame: asPicture(kept.frame) }));
  }

  #thinOut(): boolean {
    while (this.#frames.length > this.frames || this.#held() > this.bytes) {
      const gone = this.#leastMissed();
      if (!gone) return false;
      this.#remove(gone);
    }
    return true;
  }

  #held(): number {
    return this.#frames.reduce((sum, { frame, outcome }) => sum + bytesOf(frame) + bytesBeside(outcome), 0);
  }

  /**
   * The one whose neighbours are nearest to each other: so gaps stay about even, however long the film grows. Never the
   * first, the last or the one that is looked at; those where a branch began or ended, an octave ended or a picture was
   * whole only where nothing else is left.
   */
  #leastMissed(): Kept | undefined {
    const needed = this.resumable(this.last?.id);
    const inner = this.#frames.slice(1, -1).filter((kept) => kept !== needed && kept.id !== this.#lookedAt);
    const links = this.#links();
    const plain = inner.filter((kept) => !isMark(kept, links(kept)));
    let least: { readonly kept: Kept; readonly gap: number } | undefined;
    for (const kept of plain.length ? plain : inner) {
      const gap = gapWithout(links(kept));
      if (!least || gap < least.gap) least = { kept, gap };
    }
    return least?.kept;
  }

  #links(): (kept: Kept) => Links {
    const known = new Map(this.#frames.map((kept) => [kept.id, { kept, after: [] as Kept[] }]));
    for (const kept of this.#frames) if (kept.parent !== undefined) known.get(kept.parent)?.after.push(kept);
    return ({ id, parent }) => ({
      before: parent === undefined ? undefined : known.get(parent)?.kept,
      after: known.get(id)?.after ?? [],
    });
  }

  #remove(gone: Kept): void {
    this.#frames = this.#frames
      .filter((kept) => kept !== gone)
      .map((kept) => (kept.parent === gone.id ? { ...kept, parent: gone.parent } : kept));
  }
}

/** What a frame grew from, and what grew from it. */
interface Links {
  readonly before: Kept | undefined;
  readonly after: readonly Kept[];
}

const isMark = ({ octave, technique, frame }: Kept, { before, after }: Links): boolean =>
  frame.making?.isWhole === true ||
  !before ||
  after.length !== 1 ||
  after[0]?.octave !== octave ||
  after[0].technique !== technique;

/** Steps from the frame before to the one after, were this one gone; another technique counts them from its own first. */
const gapWithout = ({ before, after }: Links): number =>
  before && after.length
    ? Math.max(...after.map(({ done, technique }) => done - (technique === before.technique ? before.done : 0)))
    : Infinity;

/** The frame without what it takes to go on from it, which is four times as large. */
export const asPicture = ({ checkpoint: _, ...frame }: Frame): Frame => frame;

/** The frame without what a pause needs beside the picture; where that is next to nothing, it stays. */
export function withoutState(frame: Frame): Frame {
  const { checkpoint } = frame;
  if (!checkpoint?.state || !bytesOfState(checkpoint.state)) return frame;
  const { state: _, ...picture } = checkpoint;
  return { ...frame, checkpoint: picture };
}

/** That of a finished picture gives it again; the others say that they were stopped, and where. */
export function recipeOf({ finished, recipe, octave, step }: Kept): Recipe | undefined {
  if (finished ?? !recipe) return finished;
  const { continued } = recipe;
  const stopped = `stopped at octave ${octave}, step ${step}`;
  return { ...recipe, continued: continued === undefined ? stopped : `${continued}; ${stopped}` };
}

/** Where a step of a technique stands. */
type Stand = Pick<Kept, "octave" | "step" | "technique">;

/** Another technique begins at its own first step: whichever of them comes, it was not made before. */
export const isFurther = (one: Stand, than: Stand): boolean =>
  one.technique !== than.technique || one.octave > than.octave || (one.octave === than.octave && one.step > than.step);

export const isAt = (one: Stand, { octave, step, technique }: Stand): boolean =>
  one.octave === octave && one.step === step && one.technique === technique;

export const bytesOf = ({ picture, checkpoint }: Pick<Frame, "picture" | "checkpoint">): number =>
  picture.pixels.byteLength +
  (checkpoint?.values.byteLength ?? 0) +
  (checkpoint?.state ? bytesOfState(checkpoint.state) : 0);

const bytesBeside = (outcome: Outcome | undefined): number =>
  outcome?.beside.reduce((sum, { picture }) => sum + picture.pixels.byteLength, 0) ?? 0;
