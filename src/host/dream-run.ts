import type { DreamPhase, DreamSettings, DreamUpdate, Playing, Queue } from "../shared/dream-panel.ts";
import { isDeepStrictEqual } from "node:util";
import { isOfOutcome } from "../shared/dream-outcome.ts";
import { failureOf, type Failure } from "../shared/rpc.ts";
import type { Beside, Finished, Frame, Recipe, SynthesisCard, SynthesisUpdate } from "../shared/synthesis.ts";
import type { Note } from "../shared/updates.ts";
import { Film, isAt, isFurther, type Kept } from "./dream-film.ts";
import { goingOnWith, isOfAnotherSheet, whyAnew, withoutWay } from "./dream-going-on.ts";
import {
  begunAnew,
  earlier,
  isOfTheEnd,
  nothingLeft,
  playedNoMore,
  saysWhatStays,
  startsAnew,
  withNote,
} from "./dream-notes.ts";
import { Advance } from "./dream-progress.ts";
import { reduced } from "./dream-reduced.ts";
import { alone, isPlayed, isPlayedFrom, Stages, type Part } from "./dream-stages.ts";
import type { Asked, Start } from "./dream-start.ts";
import { leftOf, type Left } from "./dream-store.ts";
import { asStood, type Standing } from "./dream-stood.ts";
import { told } from "./dream-told.ts";
import { largestShown, Watched, type Present } from "./dream-watch.ts";

const none: readonly Beside[] = [];

/** A picture that grows, whoever looks on: begun, paused, gone on with from any frame, with any settings. */
export class DreamRun {
  readonly film = new Film();
  phase: DreamPhase = "idle";
  failure: Failure | undefined;
  /** Whether it was cancelled from the list of jobs before a step of it came. */
  #canceled = false;
  /** When its picture was begun; one of an earlier window long ago. */
  begunAt = -Infinity;
  /** What belongs to the finished picture, reduced for the screen. */
  beside = none;
  /** What is made at present, as the engine has said it. */
  #begun: Recipe | undefined;
  #notes: readonly Note[] = [];
  #waitsFor: Queue | undefined;
  #layerUsed: string | undefined;
  #advance = new Advance();
  #stages: Stages | undefined;
  #newest: Kept | undefined;
  /** What is on screen until what was begun brings a frame. Where none comes, it stands again. */
  #stood: Standing | undefined;
  /** Whether the first frame that comes begins a film of its own. */
  #isNewFilm = false;
  /** The last frame that was not given up, if one is left: the engine has begun in another way from there, of which no frame is there yet. */
  #back: { readonly to: Kept | undefined } | undefined;
  #control = new AbortController();
  #pausing = new AbortController();
  readonly #watched = new Watched(() => {
    return { state: this.#state(), film: this.film, newest: this.newest, beside: this.beside };
  });

  constructor(
    public settings: DreamSettings,
    private readonly start: Start,
    /** After each frame, and whenever the phase is another. */
    private readonly noted: (run: DreamRun) => void = () => undefined,
    /** The techniques, as far as they are known. */
    private readonly cards: () => readonly SynthesisCard[] = () => [],
  ) {}

  get isGoing(): boolean {
    return this.phase === "waiting" || this.phase === "running";
  }

  get layerUsed(): string | undefined {
    return this.#layerUsed;
  }

  get newest(): Kept | undefined {
    return this.#newest ?? this.#stood?.newest;
  }

  /** Of the picture that is finished. */
  get recipe(): Recipe | undefined {
    return this.newest?.finished;
  }

  /** Which stage of a recipe the engine is at. */
  get playing(): Playing | undefined {
    return this.#stages?.playing;
  }

  /** Where it would go on from. */
  get resumable(): Kept | undefined {
    return this.film.resumable(this.#last?.id);
  }

  /** What the next frame grows from: the newest, unless that was given up. */
  get #last(): Kept | undefined {
    return this.#back ? this.#back.to : this.#newest;
  }

  begin(): void {
    this.begunAt = performance.now();
    void this.#go(undefined, "until the end", true);
  }

  pause(): void {
    if (this.isGoing) this.#halt("paused");
  }

  stop(): void {
    if (!this.isGoing && this.phase !== "paused") return;
    if (this.#newest && !this.#stood) return this.#halt("stopped");
    this.#control.abort();
    this.#enter(this.#standAgain());
  }

  /** From this frame, or from the newest that was not given up; from the start where there is none. */
  resume(frame?: number, how: "until the end" | "one step" = "until the end"): void {
    const wanted = frame === undefined ? this.#last : this.film.get(frame);
    if (!wanted) return this.#back ? void this.#go(undefined, how) : this.begin();
    const from = this.film.resumable(wanted.id) ?? wanted;
    const why = isPlayedFrom(this.settings, from)
      ? withoutWay(from)
      : whyAnew(from, alone(this.settings), this.cards());
    if (why) this.#note(why);
    else if (from !== wanted && frame !== undefined) this.#note(earlier(from));
    void this.#go(why ? undefined : wanted, how);
  }

  /** What runs goes on with other settings, a sheet from its start; where they ask for another picture, it stops. */
  change(settings: DreamSettings): void {
    const { technique, image, layer, model } = this.settings;
    const wasPlayed = isPlayed(this.settings);
    const another = settings.technique !== technique || settings.image !== image;
    if (settings.technique !== technique || settings.layer !== layer || settings.model !== model)
      this.#layerUsed = undefined;
    this.settings = settings;
    if (another) {
      this.#canceled = false;
      this.stop();
    } else if (this.isGoing && this.#newest && isOfAnotherSheet(this.#newest, alone(settings), this.cards())) {
      this.begin();
      this.#note(begunAnew);
    } else if (this.isGoing) this.resume();
    if (isPlayed(settings)) this.#notes = this.#notes.filter(({ key }) => key !== playedNoMore.key);
    else if (wasPlayed) this.#note(playedNoMore);
    this.#watched.tell();
  }

  /** What is kept for another window. */
  get left(): Left {
    const { phase, failure, beside } = this;
    const stood = this.#newest ? undefined : this.#stood;
    const now = { newest: this.#last, phase, failure, beside, notes: this.#notes };
    return leftOf(this.film, this.settings, stood?.newest ? stood : now);
  }

  /** What an earlier window left behind, or a file has, in place of what is here. */
  restore({ frame, recipe, settings, played, notes = [], beside = none, film, failure, phase }: Left): void {
    this.dispose();
    this.#stood = this.#back = undefined;
    this.#canceled = false;
    if (film) this.film.restore(film.frames, film.newest);
    const newest = film
      ? this.film.get(film.newest)
      : frame && this.film.add(frame, undefined, recipe, settings, played);
    const isWhole = phase === "finished" && newest && recipe;
    this.#newest = isWhole ? this.film.finish(newest, recipe, { notes: notes.filter(isOfOutcome), beside }) : newest;
    this.#notes = [...notes];
    this.beside = beside;
    this.failure = failure;
    const { model, layer } = this.settings;
    if (settings.technique === this.settings.technique && settings.model === model && settings.layer === layer)
      this.#layerUsed = recipe?.layer;
    if (phase !== "finished" && frame && !frame.checkpoint) this.#note(startsAnew);
    this.#enter(phase === "waiting" || phase === "running" ? "interrupted" : phase);
  }

  /** What the engine is at in place of this one. */
  waitFor(queue: Queue | undefined): void {
    if (isDeepStrictEqual(queue, this.#waitsFor)) return;
    this.#waitsFor = queue;
    this.#watched.tell();
  }

  /** Frames of its film are gone: others need the room. */
  thinned(): void {
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

  #state(): Present["state"] {
    const { phase, settings, failure } = this;
    const [newest, canceled, layerUsed] = [this.#newest, this.#canceled, this.#layerUsed];
    const [begun, playing, queue] = [this.#begun, this.playing, this.#waitsFor];
    const progress = this.#advance.read(newest, this, this.cards());
    return told({ phase, settings, failure, canceled, notes: this.#notes, queue, newest, begun, playing, progress, layerUsed }); // prettier-ignore
  }

  async #go(from: Kept | undefined, how: "until the end" | "one step", isNewFilm = false): Promise<void> {
    this.#control.abort();
    this.#stand(from);
    this.#isNewFilm = isNewFilm;
    this.#notes = isNewFilm ? [] : this.#notes.filter((note) => !isOfTheEnd(note));
    const { signal } = (this.#control = new AbortController());
    this.#pausing = new AbortController();
    this.failure = this.#begun = undefined;
    this.#canceled = false;
    this.beside = none;
    this.#newest = from;
    this.#advance = new Advance();
    this.#stages = this.#back = undefined;
    this.#enter("waiting");
    try {
      while (!(await this.#follow(how, signal)));
    } catch (error) {
      if (signal.aborted || this.#pausing.signal.aborted) return;
      const failure = failureOf(error);
      this.#canceled = failure.name === "Canceled" && this.phase === "waiting";
      const phase = this.#standAgain();
      if (failure.name === "Canceled") return this.#enter(phase); // from the list of jobs
      this.failure = failure;
      this.#enter("failed");
    }
  }

  /** What is on screen is kept until a frame comes, unless that is of another branch. */
  #stand(from: Kept | undefined): void {
    const { phase, beside } = this;
    const stood = this.#stood ?? asStood({ newest: this.#newest, phase, beside, notes: this.#notes });
    this.#stood = !from || from.id === stood.newest?.id ? stood : undefined;
  }

  /** Nothing came of what was begun. Returns how it stands then. */
  #standAgain(): DreamPhase {
    const stood = this.#stood;
    this.#stood = undefined;
    if (!stood?.newest) return this.#newest ? "stopped" : "idle";
    this.#newest = stood.newest;
    this.beside = stood.beside;
    this.#notes = stood.notes;
    return stood.phase;
  }

  /** False where the engine began anew in the midst of it, since it died of something else: on from the last frame. */
  async #follow(how: "until the end" | "one step", signal: AbortSignal): Promise<boolean> {
    const own = new AbortController();
    const ends = AbortSignal.any([signal, own.signal]);
    let wanted = (this.#newest = this.#last);
    this.#back = undefined;
    const from = this.film.resumable(wanted?.id);
    const isPlaying = isPlayedFrom(this.settings, from);
    // The way up to where it was is another technique's, and is not made once more; that of a recipe is seen again.
    if (isPlaying || !from || wanted?.technique !== this.settings.technique) this.#newest = from;
    if (isPlaying) wanted = undefined;
    const checkpoint = from?.frame.checkpoint;
    const pausing = this.#pausing.signal;
    const frames = how === "one step" ? "all" : "some";
    const more: Asked = { frames, pausing, ...(checkpoint && { from: checkpoint }) };
    const wish = isPlaying ? { settings: this.settings } : goingOnWith(from, alone(this.settings), this.cards());
    const { settings, said }: { readonly settings: DreamSettings; readonly said?: Note } = wish;
    const stages = (this.#stages = new Stages(settings, isPlaying, from));
    this.#notes = [...this.#notes.filter((note) => !saysWhatStays(note)), ...(said ? [said] : [])];
    /** Steps that were done at the last frame. */
    let reached = 0;
    for await (const update of this.start(settings, more, ends)) {
      if (signal.aborted) return true;
      if (update.kind === "progress" && update.done < reached) {
        // The line of another technique, which counted its own steps, ends where this one goes on from it.
        const isLeft = ({ id, done }: Kept) => id === stages.begunWith?.id || done <= update.done;
        this.#back ??= { to: this.film.line(this.#newest?.id).findLast(isLeft) };
        this.#advance.turn();
        wanted = undefined;
      }
      if (pausing.aborted) {
        if (!this.#isLastWord(update, stages.part)) continue;
        own.abort();
        return true;
      }
      if (update.kind === "progress") {
        this.#advance.tell(update);
        this.#watched.tell();
      } else if (update.kind === "note") this.#note(update);
      else if (update.kind === "begun") {
        if (!stages.begin(update.stage ?? 0, reached > 0 ? this.#newest : undefined)) {
          own.abort();
          return false;
        }
        this.#advance.turn();
        reached = 0;
        this.#begun = update.recipe;
        this.#layerUsed = update.recipe.layer;
        this.#watched.tell();
      } else if (update.kind === "finished") {
        this.#finish(update);
        return true;
      } else {
        reached = update.done;
        if (this.#newest) this.#stood = undefined;
        const { technique } = stages.part.settings;
        const isBeyond = !from || !wanted || isFurther({ ...update, technique }, wanted);
        // Up to where it was, the way is made once more, unseen; where fewer steps are wanted by now, it ends before.
        if (!isBeyond && update.done < update.total) {
          this.#advance.repeat(update);
          if (this.phase !== "running") this.#enter("running");
          continue;
        }
        if (!isBeyond) this.#newest = from;
        this.#take(update, stages.part);
        if (how === "one step" && update.done < update.total) {
          own.abort();
          this.#enter("paused");
          return true;
        }
      }
    }
    if (signal.aborted || pausing.aborted) return true;
    if (!reached) {
      this.#standAgain();
      this.#note(nothingLeft);
    }
    this.#enter(this.#newest ? "finished" : "idle");
    return true;
  }

  /**
   * While it pauses, the first frame with all that it takes to go on is where it does; after another process began anew
   * none comes. After the last step nothing goes on: what the picture ends with still comes.
   */
  #isLastWord(update: SynthesisUpdate, part: Part): boolean {
    const newest = this.#newest;
    if (update.kind === "finished") this.#finish(update);
    else if (update.kind === "note") this.#note(update);
    if (update.kind !== "frame") return update.kind === "begun" || update.kind === "finished";
    if (!update.checkpoint) return false;
    // What comes of the same step once more, though nothing lacked of it, is another picture: the best of a search.
    const stand = { ...update, technique: part.settings.technique };
    const isBeyond = !newest || this.#back !== undefined || isFurther(stand, newest);
    if (isBeyond || (isAt(stand, newest) && newest.frame.checkpoint)) this.#add(update, part);
    else if (isAt(stand, newest)) this.#newest = this.film.exchange(newest, update);
    this.#advance.tell(update);
    this.#enter(this.phase);
    return update.done < update.total;
  }

  #finish({ recipe, beside = [] }: Finished): void {
    this.beside = beside.map((one) => ({ ...one, picture: reduced(one.picture, largestShown) }));
    const outcome = { notes: this.#notes.filter(isOfOutcome), beside: this.beside };
    if (this.#newest) this.#newest = this.film.finish(this.#newest, recipe, outcome);
    this.#enter(recipe.until ? "stopped" : "finished");
  }

  #take(frame: Frame, part: Part): void {
    this.#add(frame, part);
    this.#advance.step(frame);
    if (this.phase === "running") {
      this.#watched.tell();
      this.noted(this);
    } else this.#enter("running");
  }

  #add(frame: Frame, { settings, played }: Part): void {
    if (this.#isNewFilm) this.film.clear();
    this.#isNewFilm = false;
    this.#stood = undefined;
    this.#newest = this.film.add(frame, this.#last, this.#begun, settings, played);
    this.#back = undefined;
  }

  #note(note: Note): void {
    this.#notes = withNote(this.#notes, note);
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
    // What was begun and has no frame may still fail: what stands until then is kept as it was.
    if (this.#newest || !this.#stood?.newest) this.noted(this);
  }
}
