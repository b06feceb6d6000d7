import { needsOf } from "../../src/shared/relevance.ts";
import type { Given } from "../../src/shared/parameters.ts";
import type { ClassScore, Glimpse, ModelChoice, PanelState, TechniqueCard, Trust } from "../../src/shared/protocol.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import type { Failure } from "../../src/shared/rpc.ts";
import type { Notice } from "../shared/notice.ts";
import { Arrival } from "./arrival.ts";
import { inTurn } from "./in-turn.ts";
import { Inquiry } from "./inquiry.ts";
import { classIn, isOther, lookThrough } from "./looked.ts";
import type { FinishedRuns, Host, Looked, Standing } from "./looked.ts";
import { Queue } from "./queue.ts";
import { afresh, asksTheSame, fitting, questionOf, untouched, valuesFrom } from "./remembered.ts";
import type { Remembered } from "./remembered.ts";
import { asked, begun, current, failed, finished, nothingYet, recalled, refined, stopped } from "./result.ts";
import type { Result } from "./result.ts";

export type { Host, Looked, Standing };

const trustJob = "?trust";
const settled = 250;

/** All that the view knows, and all that a person can do in it. Knows nothing of how it is drawn. */
export class Session {
  standing: Standing = { kind: "loading" };
  techniques: readonly TechniqueCard[] = [];
  /** On offer; also known where the very first model was refused. */
  models: readonly ModelChoice[] = [];
  remembered: Remembered;
  /** What was last looked at: the way back from a refusal. */
  before: Looked | undefined;
  /** The photo that is on its way, or here: it comes before what the network saw in it. */
  glimpse: Glimpse | undefined;
  notice: Notice | undefined;
  readonly queue = new Queue(async (id, signal) => {
    await (id === trustJob ? this.#inquiry.ask(signal) : this.#run(id, signal));
    if (!signal.aborted) await Promise.race([this.drawn(), ended(signal)]);
  });
  readonly #results = new Map<string, Result>();
  /** What was computed before the page was loaded, until it is known whether it is asked for. */
  #finished: FinishedRuns = [];
  readonly #inquiry = new Inquiry(this);
  #loading = new AbortController();
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #arrival = new Arrival(() => this.changed());
  /** The technique to come back to with the next network that classifies. */
  #displaced: string | undefined;

  /**
   * `changed` is called whenever there is something new to draw. `drawn` settles when it is on screen: what comes next
   * would take the machine away from that.
   */
  constructor(
    readonly host: Host,
    remembered: Remembered = untouched,
    readonly changed: () => void = () => undefined,
    readonly drawn: () => Promise<void> = () => Promise.resolve(),
    /** Where the panel stands. */
    public panel: Partial<PanelState> = {},
  ) {
    this.remembered = remembered;
  }

  /** Asks for everything at once: the first map does not wait for what is drawn around it. */
  async start(): Promise<void> {
    void this.#follow();
    void this.#followPanel().catch(() => undefined); // what is wrong with the panel's model, `subject` says
    await Promise.all([this.load(), this.#learnTechniques()]);
  }

  /** Another photo is on its way: photo, map and words change together, and nothing is drawn or done until they can. */
  get arriving(): boolean {
    return this.#arrival.awaited;
  }
  get looked(): Looked | undefined {
    return this.standing.kind === "ready" ? this.standing.looked : undefined;
  }
  get technique(): TechniqueCard | undefined {
    return this.techniques.find(({ id }) => id === this.remembered.technique);
  }
  /** The class that is explained: chosen, or the most probable one. */
  get target(): ClassScore | undefined {
    return this.classOf(this.remembered.target ?? this.looked?.prediction.top[0]?.index);
  }
  get against(): ClassScore | undefined {
    return this.classOf(this.remembered.against);
  }

  classOf(index: number | undefined): ClassScore | undefined {
    return classIn(this.looked, index);
  }

  get trust(): Trust | Failure | undefined {
    return this.#inquiry.answer;
  }

  resultOf(id: string): Result {
    return this.#results.get(id) ?? nothingYet;
  }

  requestOf(id: string): ReturnType<typeof questionOf> {
    return questionOf(this.remembered, id, this.needsLayer(id));
  }

  needsLayer(id: string): boolean {
    // Before the catalogue is here, only the technique that is remembered runs, with the layer remembered for it.
    const card = this.techniques.find((one) => one.id === id);
    return card ? needsOf(card, this.valuesOf(card)).includes("layer") : true;
  }

  /** Whether the technique can be asked of this network at all. */
  applies({ needs }: TechniqueCard): boolean {
    return !needs.includes("class") || !this.looked || this.looked.card.classes !== undefined;
  }

  /** What a technique runs with, defaults included. */
  valuesOf(card: TechniqueCard): Given {
    return valuesFrom(this.remembered, card);
  }

  /** Asks what is looked at; the technique shown is asked for in the same breath. */
  async load(): Promise<void> {
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    if (this.standing.kind === "ready") this.standing = { ...this.standing, outdated: true };
    else this.standing = { kind: "loading" };
    this.#restart([this.remembered.technique]);
    try {
      const [looked, ran] = await lookThrough(this.host, signal, (glimpse) => {
        this.glimpse = glimpse;
        this.changed();
      });
      this.#finished = ran;
      this.standing = { kind: "ready", looked, outdated: false };
      if (this.before && isOther(this.before, looked)) this.#forgetPictures();
      this.before = looked;
      this.models = looked.models;
      this.#forgetForeign(looked);
      this.#goOn();
    } catch (error) {
      if (signal.aborted) return;
      this.standing = { kind: "refused", failure: failureOf(error) };
      this.queue.stop();
      if (!this.models.length) void this.#learnModels();
    }
    this.#arrive();
    this.changed();
  }

  /** What waits, in turn. */
  order(): readonly string[] {
    const waits = (card: TechniqueCard) => this.applies(card) && this.resultOf(card.id).status === "waiting";
    return inTurn(this.techniques.filter(waits), this.remembered.technique);
  }

  show(technique: string): void {
    this.keepPanel();
    this.#displaced = undefined;
    this.remember({ technique });
    const { status } = this.resultOf(technique);
    if (status === "waiting" || status === "stopped") this.again(technique);
    else this.#considerTrust();
  }

  explain(target: number): void {
    this.keepPanel();
    const { against, ...rest } = this.remembered;
    this.remembered = { ...rest, target, ...(against !== undefined && against !== target && { against }) };
    this.#restart();
  }

  /** Explains why the target and not that class; undefined: the target alone. */
  compare(against: number | undefined): void {
    this.keepPanel();
    const { against: _before, ...rest } = this.remembered;
    this.remembered = against === undefined ? rest : { ...rest, against };
    this.#restart();
  }

  useLayer(layer: string): void {
    this.keepPanel();
    this.remember({ layer });
    this.#soon(() => {
      const touched = this.techniques.map(({ id }) => id).filter((id) => this.needsLayer(id));
      for (const id of touched) this.#set(id, asked(this.#results.get(id)));
      const asks = [...touched, ...this.queue.stop()];
      const cards = this.techniques.filter(({ id }) => asks.includes(id));
      this.queue.last(...inTurn(cards, this.remembered.technique));
    });
  }

  /** Undefined: back to what the technique declares. */
  setParameters(id: string, given: Given | undefined): void {
    this.keepPanel();
    const { [id]: _before, ...others } = this.remembered.parameters;
    this.remember({ parameters: given === undefined ? others : { ...others, [id]: given } });
    this.#soon(() => this.again(id));
  }

  /** What was chosen here would be lost with the next photo: that gets a panel of its own. */
  keepPanel(): void {
    if (this.panel.preview) void this.act(this.host.keepPanel(undefined));
  }

  again(id: string): void {
    this.#set(id, asked(this.#results.get(id)));
    this.queue.now(id);
  }

  /** Stops all that runs and waits; what was reached stays on screen. */
  cancel(): void {
    clearTimeout(this.#later);
    const left = this.queue.stop();
    for (const id of left) if (id !== trustJob) this.#set(id, stopped(this.resultOf(id)));
    if (left.length > 0 && !left.includes(trustJob)) this.#considerTrust(); // of those that are ready
    this.changed();
  }

  /** Calls the host for an effect of which the host itself tells; what goes wrong is said here. */
  async act(action: Promise<unknown>): Promise<void> {
    try {
      await action;
    } catch (error) {
      this.say(failureOf(error).message, "warning");
    }
  }

  remember(choice: Partial<Remembered>): void {
    this.remembered = { ...this.remembered, ...choice };
    this.changed();
  }

  say(text: string, level: Notice["level"] = "info"): void {
    this.notice = { text, level };
    this.changed();
  }

  async #follow(): Promise<void> {
    for await (const { layer, same } of this.host.changed(undefined)) {
      if (layer !== undefined) this.remembered = { ...this.remembered, technique: untouched.technique, layer };
      void (same ? this.#hearAgain() : this.load());
    }
  }

  /** Only the words about it are others: all that was computed holds. */
  async #hearAgain(): Promise<void> {
    const { signal } = this.#loading;
    try {
      const subject = await this.host.subject(undefined, signal);
      if (this.standing.kind !== "ready") return;
      const looked = { ...this.standing.looked, ...subject };
      this.before = looked;
      this.standing = { ...this.standing, looked };
      this.changed();
    } catch {
      if (!signal.aborted) void this.load(); // which says what is wrong
    }
  }

  async #followPanel(): Promise<void> {
    let first = true;
    for await (const panel of this.host.panel(undefined)) {
      const { image } = this.panel;
      this.panel = panel;
      if (image !== undefined && image !== panel.image) this.#meetAnother(first);
      first = false;
      this.changed();
    }
  }

  /** As if in a panel of its own: only how maps are looked at stays. `first`: all was asked of this photo already. */
  #meetAnother(first: boolean): void {
    const { remembered } = this;
    this.remembered = afresh(remembered);
    if (first && asksTheSame(remembered, this.remembered)) return;
    this.#displaced = undefined;
    this.notice = undefined;
    this.#results.clear();
    this.#arrival.expect();
    this.standing = { kind: "loading" };
    void this.load();
  }

  /** It is here when the first picture of it is, or the word that there will be none. */
  #arrive(): void {
    const { standing, remembered } = this;
    const { status, pictures } = this.resultOf(remembered.technique);
    const answered = pictures.length > 0 || (status !== "waiting" && status !== "running");
    if (standing.kind === "refused" || (standing.kind === "ready" && answered)) this.#arrival.end();
  }

  async #learnModels(): Promise<void> {
    this.models = await this.host.models(undefined).catch(() => []); // without a list there is the dialog
    this.changed();
  }

  async #learnTechniques(): Promise<void> {
    try {
      this.techniques = await this.host.techniques(undefined);
    } catch (error) {
      this.say(`The list of techniques did not arrive: ${failureOf(error).message}`, "warning");
      return;
    }
    const known = this.techniques.some(({ id }) => id === this.remembered.technique);
    const first = this.techniques[0]?.id;
    if (!known && first !== undefined) this.remember({ technique: first });
    if (this.looked) this.#goOn();
    this.changed();
  }

  /** Photo and catalogue are here, or one of them: what is finished is shown, all of it at once, and the rest asked for. */
  #goOn(): void {
    this.#showFitting();
    if (!this.techniques.length) return;
    for (const { asked, updates } of this.#finished) {
      const id = asked.technique;
      if (this.resultOf(id).status === "done" || !asksTheSame(asked, this.requestOf(id))) continue;
      if (id === this.remembered.technique) this.queue.stop(); // until here that is all that was asked for
      this.#set(id, recalled(updates));
    }
    this.#finished = [];
    this.queue.last(...this.order());
    this.#considerTrust();
  }

  /** What was said and drawn of another photo or model says nothing of this one. */
  #forgetPictures(): void {
    this.notice = undefined;
    for (const [id, result] of this.#results) this.#results.set(id, current(result));
  }

  /** A network without classes opens on a technique that works; the next one with classes on the one before. */
  #showFitting(): void {
    const { technique } = this;
    if (!technique) return;
    const fitting = this.techniques.find((card) => this.applies(card));
    if (!this.applies(technique)) {
      if (!fitting) return;
      this.#displaced ??= technique.id;
      this.remember({ technique: fitting.id });
    } else if (this.#displaced !== undefined && this.looked?.card.classes !== undefined) {
      this.remember({ technique: this.#displaced });
      this.#displaced = undefined;
    }
  }

  /** What was chosen for another model, and is not in this one. */
  #forgetForeign({ card }: Looked): void {
    const { layer, target, against } = this.remembered;
    const kept = fitting(this.remembered, card);
    const fits = kept.layer === layer && kept.target === target && kept.against === against;
    this.remembered = kept;
    if (!fits) this.#restart([kept.technique]);
  }

  /** Another question: every answer is of the past, and is asked for again, or only these are. */
  #restart(only?: readonly string[]): void {
    clearTimeout(this.#later);
    for (const [id, result] of this.#results) this.#results.set(id, asked(result));
    this.#inquiry.forget();
    this.queue.stop();
    this.queue.last(...(only ?? this.order()));
    this.changed();
  }

  /** A person is still turning the knob: wait for the last turn. */
  #soon(action: () => void): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(action, settled);
  }

  #set(id: string, result: Result): void {
    this.#results.set(id, result);
    this.#arrive();
    this.changed();
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    this.#set(id, begun(this.resultOf(id)));
    try {
      for await (const update of this.host.run(this.requestOf(id), signal))
        this.#set(id, refined(this.resultOf(id), update));
      this.#set(id, finished(this.resultOf(id)));
    } catch (error) {
      // Whoever aborted has already said what becomes of the result: asked again, or stopped.
      const failure = failureOf(error);
      // Stopped elsewhere, from the status bar's list: no failure either.
      if (!signal.aborted && failure.name === "Canceled") this.#set(id, stopped(this.resultOf(id)));
      else if (!signal.aborted) this.#set(id, failed(this.resultOf(id), failure));
      else if (this.resultOf(id).status === "running") this.#set(id, asked(this.resultOf(id)));
    }
    if (!signal.aborted) this.#considerTrust();
  }

  #considerTrust(): void {
    if (this.#inquiry.due) this.queue.next(trustJob);
  }
}

const ended = (signal: AbortSignal) => new Promise((resolve) => signal.addEventListener("abort", resolve));
