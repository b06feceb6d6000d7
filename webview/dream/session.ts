import type {
  CurvePoint,
  DreamChange,
  dreamPanel,
  DreamPhase,
  DreamProgress,
  DreamSettings,
  DreamSubject,
  DreamUpdate,
  Explained,
  Outcome,
  Rewound,
  Shown,
  StripFrame,
} from "../../src/shared/dream-panel.ts";
import { isOfOutcome } from "../../src/shared/dream-outcome.ts";
import { partOf, type Part } from "../../src/shared/part.ts";
import type { ModelChoice } from "../../src/shared/protocol.ts";
import { needsOf, pathMissing } from "../../src/shared/relevance.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import type { Client, Failure } from "../../src/shared/rpc.ts";
import type { Beside, Recipe, SynthesisCard } from "../../src/shared/synthesis.ts";
import type { Note } from "../../src/shared/updates.ts";
import type { Notice } from "../shared/notice.ts";
import type { Looks } from "./looks.ts";
import { offerPhotos } from "./photos.ts";
import { tellRecipes } from "./recipes.ts";

export type Host = Client<typeof dreamPanel>;

const nothing: Outcome = { notes: [], beside: [] };

/** A frame's picture at hand. */
export type OnStage = Shown & Partial<Rewound> & { readonly frame: number };

export interface Both {
  readonly result: Explained;
  readonly original?: Explained;
}

/** All that the view knows, and all that a person can do in it. Knows nothing of how it is drawn. */
export class Session {
  techniques: readonly SynthesisCard[] = [];
  subject: DreamSubject | undefined;
  /** Why there is no subject. */
  refusal: Failure | undefined;
  models: readonly ModelChoice[] = [];
  photos: readonly ModelChoice[] = [];
  /** The latest word of the host. */
  state: Omit<DreamUpdate, "curve" | "strip" | "picture"> | undefined;
  curve: readonly CurvePoint[] = [];
  /** All frames that are kept, and those that led to the newest. */
  strip: readonly StripFrame[] = [];
  line: readonly number[] = [];
  /** The frame that is looked at; undefined: the newest, whichever it is. */
  chosen: number | undefined;
  /** The pictures at hand: the newest, and the one that was chosen. */
  shown: OnStage | undefined;
  /** The one of those beside the picture that is looked at in large, by its key. */
  enlarged: string | undefined;
  /** What the network says of a frame and of its original; `both` is undefined while it is asked. */
  explained: { readonly frame: number; readonly both: Both | undefined } | undefined;
  notice: Notice | undefined;
  isListing = false; // whether the list of several layers is open, also while none is chosen in it
  invalid: string | undefined; // what is wrong in a field, which shows something else than is made
  /** Changes that the host has not answered: what it says meanwhile may be from before them. */
  #changing = 0;
  #newest: OnStage | undefined;
  /** What belongs to the newest picture, once it is finished. */
  #beside: readonly Beside[] = [];
  #loading = new AbortController();

  constructor(
    readonly host: Host,
    readonly changed: () => void = () => undefined,
    public looks: Looks = { divide: 0 },
  ) {}

  /** Settles when the host has answered all that is asked at first. */
  async start(): Promise<void> {
    const told = new Promise<void>((resolve) => void this.#watch(resolve));
    void this.#follow();
    void tellRecipes(this);
    const offered = new Promise<void>((resolve) => void offerPhotos(this, resolve));
    await Promise.all([told, offered, this.#learn(), this.load()]);
  }

  get phase(): DreamPhase {
    return this.state?.phase ?? "idle";
  }

  get isGoing(): boolean {
    return this.phase === "waiting" || this.phase === "running";
  }

  get settings(): DreamSettings | undefined {
    return this.state?.settings;
  }

  get technique(): SynthesisCard | undefined {
    return this.#called(this.settings?.technique);
  }

  /** What the picture on screen is made with; before the first, what that will be. */
  get recipe(): Recipe | undefined {
    return this.shown ? this.shown.recipe : this.state?.recipe;
  }

  /** The technique that made the picture on screen: another one may be chosen by now. */
  get maker(): SynthesisCard | undefined {
    return this.#called(this.recipe?.technique) ?? this.technique;
  }

  /** The photo that the picture on screen was made of, or that the first will be; undefined where that is none, or not the one that is chosen. */
  get original(): DreamSubject["photo"] {
    const photo = this.maker?.fromPhoto === false ? undefined : this.subject?.photo;
    const { image } = this.recipe ?? {};
    return image === undefined || image === photo?.name ? photo : undefined;
  }

  /** Nothing is there but the reason why there is no subject: no picture, and none that grows. */
  get isBare(): boolean {
    return this.refusal !== undefined && !this.strip.length && !this.isGoing;
  }

  /** What the technique looks at, as its parameters are. */
  get needs(): readonly string[] {
    const { technique, settings } = this;
    return technique && settings ? needsOf(technique, settings.parameters) : [];
  }

  /** What came of an earlier frame, where a picture ended with it; of the newest the host tells by and by. */
  get #before(): Outcome | undefined {
    if (!this.isRewound) return undefined;
    return (this.shown?.frame === this.chosen ? this.shown?.outcome : undefined) ?? nothing;
  }

  /** The earlier frame on screen, with what it was made with and the curve up to it. */
  get earlier(): OnStage | undefined {
    return this.chosen !== undefined && this.shown?.frame === this.chosen ? this.shown : undefined;
  }

  /** What belongs to the picture on screen. */
  get beside(): readonly Beside[] {
    return this.#before?.beside ?? this.#beside;
  }

  /** What is said of the run, and what the network says of the picture on screen. */
  get notes(): readonly Note[] {
    const all = this.state?.notes ?? [];
    const before = this.#before;
    return before ? [...all.filter((note) => !isOfOutcome(note)), ...before.notes] : all;
  }

  /** Whether the frame on screen is what a search ended with. */
  get isResult(): boolean {
    return this.strip.find(({ id }) => id === this.frame)?.isResult === true;
  }

  /** What the parts of the run are that made the picture on screen. */
  get part(): Part {
    return partOf(this.maker, this.shown?.sheet !== undefined);
  }

  /** The same for a frame of the strip. */
  partOf({ technique, isSheet }: StripFrame): Part {
    return partOf(this.#called(technique) ?? this.technique, isSheet);
  }

  /** The frame that the next one grows from. */
  get newest(): number | undefined {
    return this.line.at(-1) ?? this.strip.at(-1)?.id;
  }

  /** The frame on screen. */
  get frame(): number | undefined {
    return this.chosen ?? this.newest;
  }

  /** Where the run is; where an earlier frame is looked at, where it was then. */
  get progress(): DreamProgress | undefined {
    const now = this.state?.progress;
    const earlier = this.strip.find(({ id }) => id === this.chosen);
    if (!now || !earlier) return now;
    const { octave, octaves, step, steps, done, total, playing, making, isSaved } = earlier;
    const place = { octave, octaves, step, steps, done, total, ...(isSaved && { isSaved }) };
    return { ...place, ...(playing && { playing }), ...(making && { making }) };
  }

  /** Whether going on from the frame on screen begins a branch. */
  get isRewound(): boolean {
    return this.chosen !== undefined && this.chosen !== this.newest;
  }

  /** Whether there is something to go on from: after its end only an earlier frame. */
  get isResumable(): boolean {
    return this.strip.length > 0 && !this.isGoing && (this.phase !== "finished" || this.isRewound);
  }

  /** What is missing, or wrong, before it can begin or go on, in words. */
  get missing(): string | undefined {
    const { technique, settings, needs } = this;
    if (!technique || !settings) return "";
    if (technique.fromPhoto && settings.image === undefined) return "Choose a photo to start from.";
    if (needs.includes("class") && settings.target === undefined) return "Choose a class to make a picture of.";
    return pathMissing(technique.parameters, settings.parameters) ?? this.invalid;
  }

  async load(): Promise<void> {
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    this.explained = undefined; // it was said of another photo, or by a network that sees otherwise now
    try {
      const subject = await this.host.subject(undefined, signal);
      this.subject = subject;
      this.models = subject.models;
      this.refusal = undefined;
      this.#explainByItself();
    } catch (error) {
      if (signal.aborted) return;
      this.refusal = failureOf(error);
      if (!this.models.length) this.models = await this.host.models(undefined).catch(() => []); // the dialog is left
    }
    this.changed();
  }

  begin(): void {
    if (this.invalid !== undefined) return this.say(this.invalid, "warning");
    this.#leave();
    this.notice = undefined; // it may have told to do this
    void this.act(this.host.begin(undefined));
  }

  /** Goes on from the frame on screen. */
  resume(how: "resume" | "step" = "resume"): void {
    if (this.invalid !== undefined) return this.say(this.invalid, "warning");
    const frame = this.isRewound ? this.chosen : undefined;
    this.#leave();
    void this.act(this.host[how](frame === undefined ? {} : { frame }));
  }

  /** The newest is followed again. */
  #leave(): void {
    this.chosen = undefined;
    this.enlarged = undefined;
  }

  pause(): void {
    void this.act(this.host.pause(undefined));
  }

  stop(): void {
    void this.act(this.host.stop(undefined));
  }

  /** Other settings from now on; with undefined a choice is taken back. */
  change(given: { readonly [K in keyof DreamChange]?: DreamChange[K] | undefined }): void {
    const { settings } = this;
    if (!settings || !this.state) return;
    const { model: _model, image: _image, preparation: _preparation, ...before } = settings;
    const entries = Object.entries({ ...before, ...given }).filter(([, value]) => value !== undefined);
    const change = Object.fromEntries(entries) as unknown as DreamChange; // what must not be missing was there before
    this.state = { ...this.state, settings: { ...settings, ...given } as DreamSettings }; // the host says the same in a moment
    this.changed();
    this.#changing++;
    void this.act(this.host.change(change)).then(() => this.#changing--);
  }

  /** Another technique, with its own parameters; what both look at stays. */
  useTechnique(technique: string): void {
    this.isListing = false;
    this.change({ technique, parameters: {}, layers: undefined, place: undefined });
  }

  /** Shows a frame of the strip; the newest is followed again once it is chosen. */
  async choose(frame: number | undefined): Promise<void> {
    this.chosen = frame === this.newest ? undefined : frame;
    this.enlarged = undefined;
    if (this.chosen === undefined) {
      this.shown = this.#newest;
      return this.changed();
    }
    this.changed();
    try {
      const shown = await this.host.frame({ frame: this.chosen });
      if (this.chosen !== frame || frame === undefined) return;
      this.shown = { frame, ...shown };
      this.changed();
    } catch (error) {
      this.say(failureOf(error).message, "warning");
    }
  }

  /** Asks what the network says of the frame on screen, and of the photo that it was made of. */
  async explain(): Promise<void> {
    const { frame } = this;
    if (frame === undefined || this.explained?.frame === frame) return;
    const asked = (this.explained = { frame, both: undefined });
    this.look({ ...this.looks, explained: frame });
    const both = await this.act(this.host.explained({ frame }));
    if (this.explained !== asked) return;
    this.explained = both && { frame, both };
    this.changed();
  }

  /** Shows one of the pictures beside the result in its place; undefined shows the result again. */
  enlarge(key: string | undefined): void {
    this.enlarged = key;
    this.changed();
  }

  /** A panel of its own for a channel of the layer that the picture on screen shows. */
  visualizeChannel(channel: number): void {
    const { shown } = this;
    if (shown) void this.act(this.host.visualizeChannel({ frame: shown.frame, channel }));
  }

  look(looks: Looks): void {
    this.looks = looks;
    this.changed();
  }

  say(text: string, level: Notice["level"] = "info"): void {
    this.notice = { text, level };
    this.changed();
  }

  /** What goes wrong in what a person asked for is said. */
  async act<T>(doing: Promise<T>): Promise<T | undefined> {
    try {
      return await doing;
    } catch (error) {
      const { name, message } = failureOf(error);
      if (name !== "Canceled") this.say(message, "warning");
      return undefined;
    }
  }

  /** Takes in what is new. */
  take({ curve, strip, picture, beside, ...state }: DreamUpdate): void {
    const own = this.#changing ? this.settings : undefined;
    this.state = own ? { ...state, settings: own } : state;
    if (beside) {
      this.#beside = beside;
      if (this.chosen === undefined) this.enlarged = undefined;
    }
    if (curve.points.length || curve.from < this.curve.length)
      this.curve = [...this.curve.slice(0, curve.from), ...curve.points];
    const known = new Map([...this.strip, ...strip.added].map((frame) => [frame.id, frame]));
    const isSame = strip.frames.length === this.strip.length && !strip.added.length;
    if (!isSame) this.strip = strip.frames.flatMap((id) => known.get(id) ?? []);
    this.line = strip.line;
    if (this.chosen !== undefined && !strip.frames.includes(this.chosen)) this.#leave();
    if (picture) this.#newest = picture;
    if (!strip.frames.length) this.#newest = undefined;
    if (this.chosen === undefined) this.shown = this.#newest;
    this.#explainByItself();
    this.changed();
  }

  /** Whether the network can be asked what it says of the frame on screen: one picture, a classifier, and nothing runs. */
  get canExplain(): boolean {
    const isOne = this.frame !== undefined && this.shown?.sheet === undefined;
    return isOne && !this.isGoing && this.subject?.card.classes !== undefined;
  }

  /** A picture that is about a class is there to be looked at with the network's eyes; and one that was so, before the page went. */
  #explainByItself(): void {
    const isOfClass = this.recipe && this.maker?.needs.includes("class") === true && this.phase === "finished";
    if ((isOfClass || this.looks.explained === this.frame) && !this.isRewound && this.canExplain) void this.explain();
  }

  #called(technique: string | undefined): SynthesisCard | undefined {
    return this.techniques.find(({ id }) => id === technique);
  }

  async #watch(told: () => void): Promise<void> {
    try {
      for await (const update of this.host.watch(undefined)) {
        this.take(update);
        told();
      }
    } catch (error) {
      this.say(failureOf(error).message, "warning");
    }
  }

  async #follow(): Promise<void> {
    for await (const { why } of this.host.changed(undefined)) {
      void this.load();
      if (why !== undefined) this.say(why);
    }
  }

  async #learn(): Promise<void> {
    this.techniques = (await this.act(this.host.techniques(undefined))) ?? this.techniques;
    this.#explainByItself();
    this.changed();
  }
}
