import type {
  DreamPhase,
  DreamProgress,
  DreamSettings,
  DreamUpdate,
  Shown,
  StripFrame,
} from "../shared/dream-panel.ts";
import { differing, type MadeWith } from "../shared/made-with.ts";
import { failureOf, type Failure } from "../shared/rpc.ts";
import type { Beside, Checkpoint, Frame, Recipe, SynthesisUpdate } from "../shared/synthesis.ts";
import type { Note } from "../shared/updates.ts";
import { Film, type Kept } from "./dream-film.ts";
import { Pace } from "./dream-pace.ts";
import { reduced } from "./dream-reduced.ts";

/** What the engine is asked, with the settings as they are then. */
export type Start = (
  settings: DreamSettings,
  more: { readonly from?: Checkpoint; readonly frames: "some" | "all" },
  signal: AbortSignal,
) => AsyncIterable<SynthesisUpdate>;

/** Milliseconds between two updates of a page: ten a second. */
const between = 100;
const largestShown = 1280;
const mostNotes = 20;
const none: readonly Beside[] = [];

/** A picture that grows, whoever looks on: begun, paused, gone on with from any frame, with any settings. */
export class DreamRun {
  readonly film = new Film();
  phase: DreamPhase = "idle";
  failure: Failure | undefined;
  /** Of the picture that is finished. */
  recipe: Recipe | undefined;
  /** What belongs to it, reduced for the screen. */
  beside = none;
  /** What is made at present, as the engine has said it. */
  #begun: Recipe | undefined;
  #notes: Note[] = [];
  #waitsFor: string | undefined;
  #layerUsed: string | undefined;
  /** Steps that are done, with the part of the one that is at work; where that takes long the engine tells it. */
  #within = 0;
  #newest: Kept | undefined;
  #pace = new Pace();
  #control = new AbortController();
  #revision = 0;
  readonly #wakes = new Set<() => void>();

  constructor(
    public settings: DreamSettings,
    private readonly start: Start,
    /** After each frame, and whenever the phase is another. */
    private readonly noted: (run: DreamRun) => void = () => undefined,
  ) {}

  get isGoing(): boolean {
    return this.phase === "waiting" || this.phase === "running";
  }

  get newest(): Kept | undefined {
    return this.#newest;
  }

  /** Where it would go on from. */
  get resumable(): Kept | undefined {
    return this.film.resumable(this.#newest?.id);
  }

  /** That of a finished picture gives it again; the others say that they were stopped, and where. */
  recipeOf(kept: Kept): Recipe | undefined {
    if (this.recipe && kept.id === this.#newest?.id) return this.recipe;
    if (!kept.recipe) return undefined;
    const { continued } = kept.recipe;
    const stopped = `stopped at octave ${kept.octave}, step ${kept.step}`;
    return { ...kept.recipe, continued: continued === undefined ? stopped : `${continued}; ${stopped}` };
  }

  begin(): void {
    this.film.clear();
    this.#newest = undefined;
    this.#notes = [];
    void this.#go(undefined, "until the end");
  }

  pause(): void {
    if (this.isGoing) this.#halt("paused");
  }

  stop(): void {
    if (this.isGoing || this.phase === "paused") this.#halt(this.#newest ? "stopped" : "idle");
  }

  /** From this frame, or from the newest; from the start where there is none. */
  resume(frame?: number, how: "until the end" | "one step" = "until the end"): void {
    const wanted = frame === undefined ? this.#newest : this.film.get(frame);
    if (!wanted) return this.begin();
    const from = this.film.resumable(wanted.id) ?? wanted;
    const why = !from.frame.checkpoint ? startsAnew : this.#isOfAnotherSheet(from) ? begunAnew : undefined;
    if (why) this.#note(why);
    else if (from !== wanted && frame !== undefined) this.#note(earlier(from));
    void this.#go(why ? undefined : wanted, how);
  }

  /** What runs goes on with other settings, a sheet from its start; where they ask for another picture, it stops. */
  change(settings: DreamSettings): void {
    const { technique, image } = this.settings;
    const another = settings.technique !== technique || settings.image !== image;
    if (settings.layer !== this.settings.layer || settings.model !== this.settings.model) this.#layerUsed = undefined;
    this.settings = settings;
    if (another) this.stop();
    else if (this.isGoing && this.#newest && this.#isOfAnotherSheet(this.#newest)) {
      this.begin();
      this.#note(begunAnew);
    } else if (this.isGoing) this.resume();
    this.#tell();
  }

  /** What an earlier window left behind. */
  restore(frame: Frame, recipe?: Recipe, isFinished = false): void {
    this.#newest = this.film.add(frame, undefined, recipe, this.settings);
    if (isFinished) this.recipe = recipe;
    else if (!frame.checkpoint) this.#note(startsAnew);
    this.#enter(isFinished ? "finished" : "interrupted");
  }

  /** What runs in the engine in place of this one. */
  waitFor(title: string | undefined): void {
    if (title === this.#waitsFor) return;
    this.#waitsFor = title;
    this.#tell();
  }

  /** Ends what runs, without a word to anybody. */
  dispose(): void {
    this.#control.abort();
  }

  /** All there is to show at first, then what is new, at most ten times a second. */
  async *watch(signal: AbortSignal): AsyncGenerator<DreamUpdate, void> {
    const known = new Set<number>();
    let seen: number | undefined;
    let curve: readonly unknown[] = [];
    let picture: number | undefined;
    let beside = none;
    while (!signal.aborted) {
      if (seen === this.#revision) await this.#news(signal);
      if (signal.aborted) return;
      seen = this.#revision;
      // While the page takes this update in, the run goes on: what was sent is what was there before.
      const newest = this.#newest;
      const points = newest?.points ?? [];
      const from = points.findIndex((point, i) => point !== curve[i]);
      const added = this.film.all.filter(({ id }) => !known.has(id));
      for (const { id } of added) known.add(id);
      const isNew = newest !== undefined && newest.id !== picture;
      const besideChanged = this.beside !== beside;
      picture = newest?.id;
      curve = points;
      beside = this.beside;
      yield {
        ...this.#state(),
        curve: { from: from < 0 ? points.length : from, points: from < 0 ? [] : points.slice(from) },
        strip: {
          frames: this.film.all.map(({ id }) => id),
          line: this.film.line(newest?.id).map(({ id }) => id),
          added: added.map(onStrip),
        },
        ...(isNew && { picture: { frame: newest.id, ...shown(newest) } }),
        ...(besideChanged && { beside }),
      };
      await pause(between, signal);
    }
  }

  /** Pictures that were made with other settings would stand under its titles. */
  #isOfAnotherSheet({ frame, settings }: Kept): boolean {
    // Where the technique is another one, the engine knows what goes on from what.
    if (!frame.sheet || !settings || settings.technique !== this.settings.technique) return false;
    return differing(madeWith(settings), madeWith(this.settings), "all but the pace").length > 0;
  }

  #state(): Omit<DreamUpdate, "curve" | "strip" | "picture"> {
    const progress = this.#progress();
    const recipe = this.#newest?.recipe ?? this.#begun;
    const waitsFor = this.phase === "waiting" ? this.#waitsFor : undefined;
    return {
      phase: this.phase,
      settings: this.settings,
      notes: [...this.#notes],
      ...(this.failure && { failure: this.failure }),
      ...(waitsFor !== undefined && { waitsFor }),
      ...(progress && { progress }),
      ...(this.#layerUsed !== undefined && { layerUsed: this.#layerUsed }),
      ...(recipe && { recipe }),
    };
  }

  #progress(): DreamProgress | undefined {
    if (!this.#newest) return undefined;
    const { octave, octaves, step, steps, done, total, making } = this.#newest.frame;
    return {
      octave,
      octaves,
      step,
      steps,
      done: this.phase === "running" ? Math.max(done, this.#within) : done,
      total,
      ...(making && { making }),
      ...(this.phase === "running" && this.#pace.read()),
    };
  }

  async #go(from: Kept | undefined, how: "until the end" | "one step"): Promise<void> {
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    this.failure = undefined;
    this.recipe = undefined;
    this.beside = none;
    this.#begun = undefined;
    this.#newest = from;
    this.#pace = new Pace();
    this.#within = 0;
    this.#enter("waiting");
    try {
      while (!(await this.#follow(how, signal)));
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      if (failure.name === "Canceled") return this.#enter(this.#newest ? "stopped" : "idle"); // from the list of jobs
      this.failure = failure;
      this.#enter("failed");
    }
  }

  /** False where the engine began anew in the midst of it, since it died of something else: on from the last frame. */
  async #follow(how: "until the end" | "one step", signal: AbortSignal): Promise<boolean> {
    const own = new AbortController();
    const ends = AbortSignal.any([signal, own.signal]);
    const wanted = this.#newest;
    const from = this.film.resumable(wanted?.id);
    if (!from) this.#newest = undefined;
    const checkpoint = from?.frame.checkpoint;
    const more = { frames: how === "one step" ? "all" : "some", ...(checkpoint && { from: checkpoint }) } as const;
    let came = 0;
    for await (const update of this.start(this.settings, more, ends)) {
      if (signal.aborted) return true;
      if (update.kind === "progress") {
        this.#within = update.done;
        this.#tell();
      } else if (update.kind === "note") this.#note(update);
      else if (update.kind === "begun") {
        if (came > 0) {
          own.abort();
          return false;
        }
        this.#begun = update.recipe;
        this.#layerUsed = update.recipe.layer;
        this.#tell();
      } else if (update.kind === "finished") {
        this.recipe = update.recipe;
        this.beside = (update.beside ?? []).map((one) => ({ ...one, picture: reduced(one.picture, largestShown) }));
        this.#enter("finished");
        return true;
      } else {
        came++;
        const isBeyond = !from || !wanted || isFurther(update, wanted);
        // Up to where it was, the way is made once more, unseen; where fewer steps are wanted by now, it ends before.
        if (!isBeyond && update.done < update.total) {
          this.#pace.step(update);
          if (this.phase !== "running") this.#enter("running");
          continue;
        }
        if (!isBeyond) this.#newest = from;
        this.#take(update);
        if (how === "one step" && update.done < update.total) {
          own.abort();
          this.#enter("paused");
          return true;
        }
      }
    }
    if (signal.aborted) return true;
    if (!came) this.#note(nothingLeft);
    this.#enter(this.#newest ? "finished" : "idle");
    return true;
  }

  #take(frame: Frame): void {
    this.#newest = this.film.add(frame, this.#newest, this.#begun, this.settings);
    this.#pace.step(frame);
    this.#within = frame.done;
    if (this.phase === "running") {
      this.#tell();
      this.noted(this);
    } else this.#enter("running");
  }

  #note(note: Note): void {
    this.#notes = [...this.#notes.filter(({ key, text }) => key !== note.key && text !== note.text), note].slice(
      -mostNotes,
    );
    this.#tell();
  }

  #halt(phase: DreamPhase): void {
    this.#control.abort();
    this.#enter(phase);
  }

  #enter(phase: DreamPhase): void {
    this.phase = phase;
    this.#tell();
    this.noted(this);
  }

  #tell(): void {
    this.#revision++;
    for (const wake of this.#wakes) wake();
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakes.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#wakes.add(wake);
      signal.addEventListener("abort", wake);
    });
  }
}

const isFurther = (frame: Frame, than: Kept): boolean =>
  frame.octave > than.octave || (frame.octave === than.octave && frame.step > than.step);

/** A frame as a page shows it. */
export const shown = ({ frame: { picture, sheet } }: Kept): Shown => ({
  drawn: reduced(picture, largestShown),
  ...(sheet && { sheet }),
});

const onStrip = ({ id, octave, step, done, objective, thumbnail }: Kept): StripFrame => ({
  id,
  octave,
  step,
  done,
  objective,
  thumbnail,
});

const nothingLeft: Note = {
  kind: "note",
  key: "nothing-left",
  title: "Done",
  level: "info",
  text: "All steps are done: more of them, or an earlier frame, leave something to do.",
};

const madeWith = ({ parameters, ...subject }: DreamSettings): MadeWith => ({ subject, parameters });

const begunAnew: Note = {
  kind: "note",
  key: "begun-anew",
  title: "Begun anew",
  level: "info",
  text: "The pictures of a sheet belong together: with other settings all are made anew. Steps and rate may change.",
};

const startsAnew: Note = {
  kind: "note",
  key: "starts-anew",
  title: "No way on from here",
  level: "info",
  text: "Of this frame the picture alone was kept, since what it takes to go on from it is too large: going on starts anew.",
};

/** Large pictures leave little room. */
const earlier = ({ octave, step }: Kept): Note => ({
  kind: "note",
  key: "earlier",
  title: "From a little earlier",
  level: "info",
  text: `Of this frame the picture alone was kept: it goes on from octave ${octave}, step ${step}.`,
});

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
