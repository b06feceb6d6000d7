import { bytesOfState } from "../shared/climb-state.ts";
import type { CurvePoint, Outcome, StageSettings, StripFrame } from "../shared/dream-panel.ts";
import { steppedOf } from "../shared/stepped.ts";
import type { Drawn, Frame, Recipe, Stepped } from "../shared/synthesis.ts";
import { strideOf } from "../shared/dream-kept.ts";
import { thumbnailOf } from "./dream-reduced.ts";
import { reachOf, type Played } from "./dream-stages.ts";

/** A frame that is kept: what a strip shows of it, the picture itself, and what it takes to go on from it. */
export interface Kept extends Omit<StripFrame, "gaps" | "playing"> {
  readonly frame: Frame;
  /** The frame that it grew from; undefined for the first. */
  readonly parent: number | undefined;
  /** Of a picture that is through: the whole recipe, by which it comes again. */
  readonly finished?: Recipe;
  readonly outcome?: Outcome;
  /** What it was made with; a branch may have gone on with other settings. Undefined where an earlier version kept none. */
  readonly recipe: Recipe | undefined;
  /** The same with the paths of its files, which a recipe does not have. */
  readonly settings: StageSettings | undefined;
  /** Where a recipe was played. */
  readonly played?: Played | undefined;
  readonly curve: Curve;
}

/** The curve up to a frame: the beginning of one that grows, which the frames of a line share. */
interface Curve {
  readonly grown: CurvePoint[];
  readonly length: number;
}

export const pointsOf = (kept: Kept | undefined): readonly CurvePoint[] =>
  kept ? kept.curve.grown.slice(0, kept.curve.length) : [];

const noCurve: Curve = { grown: [], length: 0 };

/** A branch has one of its own. */
function longer({ grown, length }: Curve, point: CurvePoint): Curve {
  const own = grown.length === length && length ? grown : grown.slice(0, length);
  own.push(point);
  return { grown: own, length: length + 1 };
}

const pointOf = (step: Stepped, technique: string | undefined, subject: string | undefined): CurvePoint => ({
  ...steppedOf(step),
  technique,
  ...(subject !== undefined && { subject }),
  objective: step.objective,
});

/** What is looked at by a recipe, and by which network: two of different ones climb something else. */
const subjectOf = ({ model, layer, layers, channel, place, target }: Recipe): string =>
  JSON.stringify([model, layer, layers, channel, place, target]);

/** Frames of a picture on its way that a strip can show and a film need; when there are more, one goes for each that comes. */
const mostFrames = 120;
/** Whole pictures, of which a film shows each: as many as an endless zoom has. */
const mostWhole = 1000;
/** For the memory that all of them take; that of several panels is shared. */
const mostBytes = 384e6;

/** The frames of a panel. They form a tree: going on from an earlier one begins a branch. */
export class Film {
  #frames: Kept[] = [];
  #next = 0;
  #lookedAt: number | undefined;
  /** Of whole pictures, every so many is kept: a film that lacks some goes on at one speed. */
  #stride = 1;

  constructor(
    private readonly frames = mostFrames,
    private readonly bytes = mostBytes,
    private readonly whole = mostWhole,
  ) {}

  get all(): readonly Kept[] {
    return this.#frames;
  }

  get last(): Kept | undefined {
    return this.#frames.at(-1);
  }

  /** Bytes of all frames. */
  get held(): number {
    const bytesAll = ({ frame, thumbnail, outcome }: Kept) =>
      bytesOf(frame) + (thumbnail === frame.picture ? 0 : thumbnail.pixels.byteLength) + bytesBeside(outcome);
    return this.#frames.reduce((sum, kept) => sum + bytesAll(kept), 0);
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

  add(
    { between = [], ...frame }: Frame,
    parent: Kept | undefined,
    recipe?: Recipe,
    settings?: StageSettings,
    played?: Played,
  ): Kept {
    const { octave, octaves, step, steps, done, total, making, objective, picture } = frame;
    const technique = recipe?.technique ?? settings?.technique;
    const subject = recipe && subjectOf(recipe);
    const place = { octave, octaves, step, steps, done, total, technique };
    // A search may need fewer tries than it may make; where it needs all, its result stands where the last of them ended.
    const stand = { ...place, ...(making && { making }) };
    const isResult = done === total && (octave < octaves || (parent !== undefined && isAt(stand, parent)));
    const kept: Kept = {
      id: this.#next++,
      ...stand,
      isSheet: frame.sheet !== undefined,
      ...(isResult && { isResult }),
      walked: parent ? (parent.walked ?? parent.done) + between.length + (isResult ? 0 : 1) : done,
      ...(making?.isWhole && { whole: making.picture }),
      objective,
      thumbnail: thumbnailOf(picture),
      frame,
      parent: parent?.id,
      recipe,
      settings,
      ...(played && { played }),
      curve: [...between, frame]
        .map((step) => pointOf(step, technique, subject))
        .reduce(longer, parent?.curve ?? noCurve),
    };
    this.#put(kept, this.#frames);
    return this.#asKept(kept);
  }

  /** The picture of a file: it grew from nothing here, and nothing is kept to go on from it. */
  open(picture: Drawn, recipe: Recipe, settings: StageSettings): Kept {
    const place = { octave: 1, octaves: 1, step: 1, steps: 1, done: 1, total: 1 };
    const kept: Kept = {
      id: this.#next++,
      ...place,
      technique: recipe.technique,
      isSheet: false,
      isSaved: true,
      objective: undefined,
      thumbnail: thumbnailOf(picture),
      frame: { kind: "frame", ...place, losses: {}, picture },
      parent: undefined,
      recipe,
      settings,
      curve: noCurve,
    };
    this.#put(kept, this.#frames);
    return kept;
  }

  /** The same frame, with what it takes to go on from it. */
  exchange(kept: Kept, frame: Frame): Kept {
    const whole = { ...this.#asKept(kept), frame };
    this.#put(whole, this.#frames);
    return this.#asKept(whole);
  }

  /** Gives up what it can to hold no more than that. Whether there was something. */
  shrink(bytes: number): boolean {
    const before = this.held;
    this.#thin(bytes);
    return this.held < before;
  }

  /** The same frame, as the last of a picture that is through. */
  finish(kept: Kept, recipe: Recipe, outcome: Outcome): Kept {
    const finished = { ...this.#asKept(kept), finished: recipe, outcome };
    this.#frames = this.#frames.map((one) => (one.id === kept.id ? finished : one));
    return finished;
  }

  clear(): void {
    this.#frames = [];
    this.#stride = 1;
  }

  /** The frames of another film, as far as there is room. What it takes to go on from others than the newest goes first. */
  restore(frames: readonly Kept[], newest: number): void {
    this.#frames = [...frames];
    this.#next = frames.reduce((next, { id }) => Math.max(next, id + 1), 0);
    this.look(newest);
    this.#stride = strideOf(this.line(newest));
    if (this.held <= this.bytes) return;
    const needed = this.resumable(newest);
    this.#frames = this.#frames.map((kept) => (kept === needed ? kept : { ...kept, frame: asPicture(kept.frame) }));
    this.#thinOut();
  }

  /** The frames that led to this one, the first one first, itself last. */
  line(id: number | undefined): readonly Kept[] {
    const known = new Map(this.#frames.map((kept) => [kept.id, kept]));
    const line: Kept[] = [];
    for (let at = id; at !== undefined;) {
      const kept = known.get(at);
      if (!kept) break;
      line.push(kept);
      at = kept.parent;
    }
    return line.reverse();
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
  #thin(bytes = this.bytes): void {
    if (this.#thinOut(bytes)) return;
    const needed = this.resumable(this.last?.id);
    this.#frames = this.#frames.map((kept) => (kept === needed ? kept : { ...kept, frame: asPicture(kept.frame) }));
  }

  /** Steps on the way go first, then what it takes to go on from whole pictures, then such pictures. */
  #thinOut(bytes = this.bytes): boolean {
    this.#keepStride();
    for (let excess = this.#excess(bytes); excess; excess = this.#excess(bytes)) {
      const gone = excess === "whole" ? undefined : this.#leastMissed();
      if (gone) this.#remove(gone);
      else if (excess === "frames") return false;
      else if ((excess === "whole" || !this.#bare()) && !this.#widen()) return false;
    }
    return true;
  }

  /** Of what there is more than there is room for. */
  #excess(bytes: number): "frames" | "whole" | "bytes" | undefined {
    const whole = this.#frames.filter(isWhole).length;
    if (whole > this.whole) return "whole";
    if (this.#frames.length - whole > this.frames) return "frames";
    return this.held > bytes ? "bytes" : undefined;
  }

  /** Of the frames that can be gone on from, every second one can no more. False where the newest alone can. */
  #bare(): boolean {
    const needed = this.resumable(this.last?.id);
    const able = this.#frames.filter((kept) => kept !== needed && kept.frame.checkpoint);
    const bare = new Set(able.filter((_, i) => i % 2 === 0));
    this.#frames = this.#frames.map((kept) => (bare.has(kept) ? { ...kept, frame: asPicture(kept.frame) } : kept));
    return bare.size > 0;
  }

  /** Of the whole pictures every second one goes. False where those that have to stay are left. */
  #widen(): boolean {
    const [count, before] = [this.#frames.length, this.#stride];
    const last = this.#frames.reduce((last, { whole = 0 }) => Math.max(last, whole), 0);
    while (this.#frames.length === count && this.#stride < last) {
      this.#stride *= 2;
      this.#keepStride();
    }
    if (this.#frames.length < count) return true;
    this.#stride = before;
    return false;
  }

  #keepStride(): void {
    if (this.#stride === 1) return;
    const links = this.#links();
    for (const kept of this.#inner())
      if (kept.whole !== undefined && (kept.whole - 1) % this.#stride && !isTurn(kept, links(kept))) this.#remove(kept);
  }

  /**
   * The one whose neighbours are nearest to each other: so gaps stay about even, however long the film grows. Never the
   * first, the last, a whole picture or the one that is looked at; those where a branch began or ended or an octave
   * ended only where nothing else is left.
   */
  #leastMissed(): Kept | undefined {
    const inner = this.#inner().filter((kept) => !isWhole(kept));
    const links = this.#links();
    const plain = inner.filter((kept) => !isMark(kept, links(kept)));
    let least: { readonly kept: Kept; readonly gap: number } | undefined;
    for (const kept of plain.length ? plain : inner) {
      const gap = gapWithout(links(kept));
      if (!least || gap < least.gap) least = { kept, gap };
    }
    return least?.kept;
  }

  /** Those that may go. */
  #inner(): readonly Kept[] {
    const needed = this.resumable(this.last?.id);
    return this.#frames.slice(1, -1).filter((kept) => kept !== needed && kept.id !== this.#lookedAt);
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

/** Where a branch began or ended, or another technique went on. */
const isTurn = ({ technique }: Kept, { before, after }: Links): boolean =>
  !before || after.length !== 1 || after[0]?.technique !== technique;

const isMark = (kept: Kept, links: Links): boolean => isTurn(kept, links) || links.after[0]?.octave !== kept.octave;

/** Of several pictures that are made one after the other, one that is through. */
const isWhole = ({ whole }: Kept): boolean => whole !== undefined;

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

/** By which its picture comes again, where that can be; where it is not through, the recipe ends with it. */
export function recipeOf(kept: Kept): Recipe | undefined {
  const { finished, recipe, octave, step } = kept;
  if (finished ?? !recipe) return finished;
  const { continued } = recipe;
  if (continued === undefined) return { ...recipe, until: reachOf(kept) };
  return { ...recipe, continued: `${continued}; stopped at octave ${octave}, step ${step}` };
}

/** Where a step of a technique stands. */
type Stand = Pick<Kept, "making" | "octave" | "step" | "technique">;

/** From the coarsest to the finest that is counted. */
const countsOf = ({ making, octave, step }: Stand): readonly number[] => [making?.picture ?? 1, octave, step];

/** Another technique begins at its own first step: whichever of them comes, it was not made before. */
export function isFurther(one: Stand, than: Stand): boolean {
  if (one.technique !== than.technique) return true;
  const [ones, others] = [countsOf(one), countsOf(than)];
  const differs = ones.findIndex((count, i) => count !== others[i]); // -1 where both stand at the same step
  return (ones[differs] ?? 0) > (others[differs] ?? 0);
}

export const isAt = (one: Stand, other: Stand): boolean =>
  one.technique === other.technique && countsOf(one).join() === countsOf(other).join();

export const bytesOf = ({ picture, checkpoint }: Pick<Frame, "picture" | "checkpoint">): number =>
  picture.pixels.byteLength +
  (checkpoint?.values.byteLength ?? 0) +
  (checkpoint?.state ? bytesOfState(checkpoint.state) : 0);

const bytesBeside = (outcome: Outcome | undefined): number =>
  outcome?.beside.reduce((sum, { picture }) => sum + picture.pixels.byteLength, 0) ?? 0;
