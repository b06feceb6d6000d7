import type { DreamPhase, DreamProgress, DreamSettings, DreamUpdate } from "../shared/dream-panel.ts";
import { differing, type MadeWith } from "../shared/made-with.ts";
import { failureOf, type Failure } from "../shared/rpc.ts";
import type { Beside, Checkpoint, Finished, Frame, Recipe, SynthesisUpdate } from "../shared/synthesis.ts";
import type { Note } from "../shared/updates.ts";
import { Film, type Kept } from "./dream-film.ts";
import { begunAnew, earlier, nothingLeft, startsAnew } from "./dream-notes.ts";
import { Pace } from "./dream-pace.ts";
import { reduced } from "./dream-reduced.ts";
import type { Left } from "./dream-store.ts";
import { largestShown, Watched, type Present } from "./dream-watch.ts";

/** What the engine is asked beside the settings. */
export interface Asked {
  readonly from?: Checkpoint;
  readonly frames: "some" | "all";
  /** Aborted when it is to end with the step that it is at, with all that it takes to go on from there. */
  readonly pausing: AbortSignal;
}

/** What the engine is asked, with the settings as they are then. */
export type Start = (settings: DreamSettings, more: Asked, signal: AbortSignal) => AsyncIterable<SynthesisUpdate>;

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
  /** How far it is before its first step is done, as far as that is known. */
  #ahead: Pick<DreamProgress, "done" | "total"> | undefined;
  /** Steps that are done, with the part of the one that is at work; where that takes long the engine tells it. */
  #within = 0;
  #newest: Kept | undefined;
  /** The last frame that was not given up, if one is left: the engine has begun in another way from there, of which no frame is there yet. */
  #back: { readonly to: Kept | undefined } | undefined;
  #pace = new Pace();
  #control = new AbortController();
  #pausing = new AbortController();
  readonly #watched = new Watched(() => {
    const { film, newest, beside } = this;
    return { state: this.#state(), film, newest, beside };
  });

  constructor(
    public settings: DreamSettings,
    private readonly start: Start,
    /** After each frame, and whenever the phase is another. */
    private readonly noted: (run: DreamRun) => void = () => undefined,
    /** The same for settings that mean the same. */
    private readonly meant: (settings: DreamSettings) => DreamSettings = (settings) => settings,
  ) {}

  get isGoing(): boolean {
    return this.phase === "waiting" || this.phase === "running";
  }

  get newest(): Kept | undefined {
    return this.#newest;
  }

  /** Where it would go on from. */
  get resumable(): Kept | undefined {
    return this.film.resumable(this.#last?.id);
  }

  /** What the next frame grows from: the newest, unless that was given up. */
  get #last(): Kept | undefined {
    return this.#back ? this.#back.to : this.#newest;
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

  /** From this frame, or from the newest that was not given up; from the start where there is none. */
  resume(frame?: number, how: "until the end" | "one step" = "until the end"): void {
    const wanted = frame === undefined ? this.#last : this.film.get(frame);
    if (!wanted) return this.#back ? void this.#go(undefined, how) : this.begin();
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
    this.#watched.tell();
  }

  /** What is kept for another window; undefined where there is nothing yet. */
  get left(): Left | undefined {
    const kept = this.resumable;
    if (!kept) return undefined;
    const isFinished = this.phase === "finished";
    const recipe = isFinished ? this.recipe : kept.recipe;
    const { frame, settings = this.settings } = kept;
    const { id: newest } = this.#last ?? kept;
    return {
      settings,
      chosen: this.settings,
      frame,
      ...(recipe && { recipe }),
      isFinished,
      notes: [...this.#notes],
      beside: this.beside,
      film: { frames: this.film.all, newest },
    };
  }

  /** What an earlier window left behind. */
  restore({ frame, recipe, isFinished = false, settings, notes = [], beside = none, film }: Left): void {
    if (film) this.film.restore(film.frames, film.newest);
    this.#newest = film ? this.film.get(film.newest) : this.film.add(frame, undefined, recipe, settings);
    this.#notes = [...notes];
    this.beside = beside;
    const { model, layer } = this.settings;
    if (settings.model === model && settings.layer === layer) this.#layerUsed = recipe?.layer;
    if (isFinished) this.recipe = recipe;
    else if (!frame.checkpoint) this.#note(startsAnew);
    this.#enter(isFinished ? "finished" : "interrupted");
  }

  /** What runs in the engine in place of this one. */
  waitFor(title: string | undefined): void {
    if (title === this.#waitsFor) return;
    this.#waitsFor = title;
    this.#watched.tell();
  }

  /** Ends what runs, without a word to anybody. */
  dispose(): void {
    this.#control.abort();
  }

  /** All there is to show at first, then what is new, at most ten times a second. */
  watch(signal: AbortSignal): AsyncGenerator<DreamUpdate, void> {
    return this.#watched.watch(signal);
  }

  /** Pictures that were made with other settings would stand under its titles. */
  #isOfAnotherSheet({ frame, settings, recipe }: Kept): boolean {
    // Where the technique is another one, the engine knows what goes on from what.
    if (!frame.sheet || !settings || settings.technique !== this.settings.technique) return false;
    const [before, now] = [this.meant(settings), this.meant(this.settings)];
    // To name the layer that the technique chose by itself is to mean the same.
    const named = now.layer === undefined || recipe?.layer === undefined ? {} : { layer: recipe.layer };
    return differing(madeWith({ ...named, ...before }), madeWith(now), "all but the pace").length > 0;
  }

  #state(): Present["state"] {
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
    if (!this.#newest) return this.isGoing && this.#ahead?.total ? beforeFirst(this.#ahead) : undefined;
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
    this.#pausing = new AbortController();
    this.failure = undefined;
    this.recipe = undefined;
    this.beside = none;
    this.#begun = undefined;
    this.#newest = from;
    this.#pace = new Pace();
    this.#within = 0;
    this.#ahead = undefined;
    this.#back = undefined;
    this.#enter("waiting");
    try {
      while (!(await this.#follow(how, signal)));
    } catch (error) {
      if (signal.aborted || this.#pausing.signal.aborted) return;
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
    let wanted = (this.#newest = this.#last);
    this.#back = undefined;
    const from = this.film.resumable(wanted?.id);
    if (!from) this.#newest = undefined;
    const checkpoint = from?.frame.checkpoint;
    const pausing = this.#pausing.signal;
    const frames = how === "one step" ? "all" : "some";
    const more: Asked = { frames, pausing, ...(checkpoint && { from: checkpoint }) };
    const { settings } = this;
    /** Steps that were done at the last frame. */
    let reached = 0;
    for await (const update of this.start(settings, more, ends)) {
      if (signal.aborted) return true;
      if (update.kind === "progress" && update.done < reached) {
        this.#back ??= { to: this.film.line(this.#newest?.id).findLast(({ done }) => done <= update.done) };
        this.#pace = new Pace();
        wanted = undefined;
      }
      if (pausing.aborted) {
        if (!this.#isLastWord(update, settings)) continue;
        own.abort();
        return true;
      }
      if (update.kind === "progress") {
        this.#within = update.done;
        this.#ahead = update;
        this.#watched.tell();
      } else if (update.kind === "note") this.#note(update);
      else if (update.kind === "begun") {
        if (reached > 0) {
          own.abort();
          return false;
        }
        this.#begun = update.recipe;
        this.#layerUsed = update.recipe.layer;
        this.#watched.tell();
      } else if (update.kind === "finished") {
        this.#finish(update);
        return true;
      } else {
        reached = update.done;
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
    if (signal.aborted || pausing.aborted) return true;
    if (!reached) this.#note(nothingLeft);
    this.#enter(this.#newest ? "finished" : "idle");
    return true;
  }

  /**
   * While it pauses, the first frame with all that it takes to go on is where it does; after another process began anew
   * none comes. After the last step nothing goes on: what the picture ends with still comes.
   */
  #isLastWord(update: SynthesisUpdate, settings: DreamSettings): boolean {
    const newest = this.#newest;
    if (update.kind === "finished") this.#finish(update);
    else if (update.kind === "note") this.#note(update);
    if (update.kind !== "frame") return update.kind === "begun" || update.kind === "finished";
    if (!update.checkpoint) return false;
    // What comes of the same step once more, though nothing lacked of it, is another picture: the best of a search.
    const isBeyond = !newest || this.#back !== undefined || isFurther(update, newest);
    if (isBeyond || (isAt(update, newest) && newest.frame.checkpoint)) this.#add(update, settings);
    else if (isAt(update, newest)) this.#newest = this.film.exchange(newest, update);
    this.#within = update.done;
    this.#enter(this.phase);
    return update.done < update.total;
  }

  #finish({ recipe, beside = [] }: Finished): void {
    this.recipe = recipe;
    this.beside = beside.map((one) => ({ ...one, picture: reduced(one.picture, largestShown) }));
    this.#enter("finished");
  }

  #take(frame: Frame): void {
    this.#add(frame, this.settings);
    this.#pace.step(frame);
    this.#within = frame.done;
    if (this.phase === "running") {
      this.#watched.tell();
      this.noted(this);
    } else this.#enter("running");
  }

  #add(frame: Frame, settings: DreamSettings): void {
    this.#newest = this.film.add(frame, this.#last, this.#begun, settings);
    this.#back = undefined;
  }

  #note(note: Note): void {
    this.#notes = [...this.#notes.filter(({ key, text }) => key !== note.key && text !== note.text), note].slice(
      -mostNotes,
    );
    this.#watched.tell();
  }

  /** What lacks of the frame on screen to go on from it, the engine is asked for: it is no more than a step ahead, at its end, or in another way. */
  #halt(phase: DreamPhase): void {
    const { checkpoint, done = 0, total = 1 } = this.#newest?.frame ?? {};
    const isAskedFor = !checkpoint || done === total || this.#back !== undefined;
    if (this.phase === "running" && this.#newest && isAskedFor) this.#pausing.abort();
    else if (!this.#pausing.signal.aborted) this.#control.abort();
    this.#enter(phase);
  }

  #enter(phase: DreamPhase): void {
    this.phase = phase;
    this.#watched.tell();
    this.noted(this);
  }
}

/** Octaves are known with the first frame. */
const beforeFirst = ({ done, total }: Pick<DreamProgress, "done" | "total">): DreamProgress => ({
  octave: 1,
  octaves: 1,
  step: Math.floor(done),
  steps: total,
  done,
  total,
  inAll: true,
});

const isFurther = (frame: Frame, than: Kept): boolean =>
  frame.octave > than.octave || (frame.octave === than.octave && frame.step > than.step);

const isAt = (frame: Frame, { octave, step }: Kept): boolean => frame.octave === octave && frame.step === step;

const madeWith = ({ parameters, ...subject }: DreamSettings): MadeWith => ({ subject, parameters });
