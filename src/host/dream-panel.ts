import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import {
  dreamPanel,
  type DreamPanelState,
  type DreamSettings,
  type DreamSubject,
  type OpenedRecipe,
  type StageSettings,
} from "../shared/dream-panel.ts";
import type { Photo } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";
import type { Handlers } from "../shared/rpc.ts";
import type { SynthesisCard, SynthesisRequest, SynthesisSettings } from "../shared/synthesis.ts";
import type { Current } from "./current.ts";
import { lookedAt, meantBy, shownBy } from "./dream-asked.ts";
import { callsOf } from "./dream-calls.ts";
import type { Closed } from "./dream-closed.ts";
import { networksIn } from "./dream-networks.ts";
import { showSaved } from "./dream-opened.ts";
import { namesClass, titleOf } from "./dream-title.ts";
import { DreamRun } from "./dream-run.ts";
import type { Start } from "./dream-start.ts";
import { alone } from "./dream-stages.ts";
import type { DreamStore } from "./dream-store.ts";
import type { Opened } from "./dream-recipes.ts";
import type { Shows } from "./follow-front.ts";
import { showFailure } from "./messages.ts";
import type { WhatFires } from "./what-fires.ts";
import { News } from "./news.ts";
import type { OfferedPhotos } from "./offered-photos.ts";
import type { Services } from "./services.ts";
import { sidecarOf } from "./sidecar.ts";
import { watchFiles } from "./watch.ts";
import { pageOf, servePages, type Pages } from "./webview.ts";

/** What all Dream panels share. */
export interface Dreaming {
  readonly services: Services;
  readonly current: Current;
  readonly store: DreamStore;
  readonly fires: WhatFires;
  readonly photos: OfferedPhotos;
  /** The techniques that make pictures: asked for once. */
  readonly techniques: () => Promise<readonly SynthesisCard[]>;
}

const largestShown = 1280;
const longestLabel = 40;

/** Of what every page asks at once, what takes its time: answered while it is still loading. */
const asksFirst = [{ call: "techniques" }, { call: "subject" }];

/** A picture that a network makes, in a tab of its own. It grows whether or not somebody looks at the tab. */
export class DreamPanel {
  static readonly viewType = "glassbox.dream";

  /** What its page may ask for. */
  readonly calls: Handlers<typeof dreamPanel>;
  readonly run: DreamRun;
  readonly news = new News<{ readonly why?: string }>((before, item) => ({ ...before, ...item }));
  /** The recipes that were opened here: the page that is there says it, or the next. */
  readonly recipes = new News<OpenedRecipe>();
  readonly id: string;
  /** The frame whose picture was saved last. */
  savedFrame: number | undefined;
  /** What the tab is called: VS Code does not say it of one that is closed. */
  title = "Dream";
  readonly #pages: Pages;
  #request: SynthesisRequest | undefined;
  /** The techniques, once they are known. */
  #cards: readonly SynthesisCard[] = [];
  /** Of the network's classes, once they are known. */
  #labels: readonly string[] = [];
  /** Whether the photo could not be read when it was asked about last. */
  #isUnread = false;
  #watched = "";
  #watching: vscode.Disposable | undefined;
  #closed = false;
  readonly #disposables: vscode.Disposable[] = [];

  constructor(
    readonly panel: vscode.WebviewPanel,
    { id, settings }: DreamPanelState,
    private readonly dreaming: Dreaming,
    /** After each frame, and whenever the phase is another. */
    private readonly noted: () => void,
    /** It comes to the front or goes from it, or is of something else than before. */
    private readonly turned: () => void,
  ) {
    const { extension, log, engine, preparations } = dreaming.services;
    this.id = id;
    const start: Start = (asked, more, signal) => this.#start(asked, more, signal);
    this.run = new DreamRun(
      settings,
      start,
      (run) => this.#keep(run),
      () => this.#cards,
    );
    this.calls = callsOf(this, dreaming);
    panel.iconPath = {
      light: vscode.Uri.joinPath(extension, "media", "dream-light.svg"),
      dark: vscode.Uri.joinPath(extension, "media", "dream-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    this.#pages = servePages(dreamPanel, this.calls, panel, (call, name, message) => {
      if (name !== "Canceled") log.warn(`${panel.title}, ${call}: ${name}: ${message}`);
    });
    void pageOf(extension, "dream", { id, settings } satisfies DreamPanelState).then(
      (html) => this.#closed || (panel.webview.html = html),
      showFailure,
    );
    this.#watch();
    void this.#title();
    this.#disposables.push(
      engine.onChange(() => this.#queue()),
      preparations.onChange(
        (model) => model === this.settings.model && this.news.tell({ why: "The preprocessing was changed." }),
      ),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.news.tell({ why: "The workspace is trusted now." })),
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.#begin();
        this.turned();
      }),
    );
    this.#begin();
    panel.onDidDispose(() => this.#dispose());
  }

  get settings(): DreamSettings {
    return this.run.settings;
  }

  /** With settings that name other files, too: whichever page is there then, or still loads, is told to ask about them. */
  change(settings: DreamSettings): void {
    const { model, image, technique } = this.settings;
    this.run.change(settings);
    const mayDoWithout = this.#isUnread && settings.technique !== technique;
    if (settings.model !== model || settings.image !== image || mayDoWithout) this.news.tell({});
    this.#watch();
    void this.#title();
    this.turned();
  }

  /** What a person chooses. A recipe that was opened stays what it is as long as the same picture comes of it. */
  choose(settings: StageSettings): void {
    const meaning = (each: StageSettings) => (this.settings.opened ? meantBy(this.#cards, each) : each);
    if (!isDeepStrictEqual(meaning(settings), meaning(alone(this.settings)))) this.change(settings);
  }

  /** The picture of a file, with its settings: nothing comes of it before a person begins. */
  open({ settings, recipe, picture, ...told }: Opened): void {
    this.run.stop();
    this.change(settings);
    this.savedFrame = showSaved(this.run, { recipe, picture });
    this.recipes.tell(told);
  }

  /** What an earlier window left behind, where it left something. */
  async restore(): Promise<void> {
    const left = await this.dreaming.store.read(this.id);
    if (!left || this.#closed || this.run.phase !== "idle") return;
    const { model, image } = this.settings;
    this.change(left.chosen ?? left.settings);
    this.run.restore(left);
    if (this.settings.model !== model || this.settings.image !== image)
      this.news.tell(left.frame ? { why: "The last frame is back." } : {});
  }

  async subject(signal: AbortSignal): Promise<DreamSubject> {
    const { models, engine } = this.dreaming.services;
    const { model, image } = this.settings;
    models.refuseUntrusted(model);
    const [card, choices, photo] = await Promise.all([
      engine.client.open({ model }, signal),
      models.list(),
      image === undefined ? undefined : this.#photo(image, signal),
    ]);
    this.#labels = card.labels;
    return {
      card,
      models: choices,
      photo: photo && image !== undefined ? { name: basename(image), photo } : undefined,
      trusted: vscode.workspace.isTrusted,
    };
  }

  /** One that cannot be read is refused only where the technique starts from it. */
  async #photo(image: string, signal: AbortSignal): Promise<Photo | undefined> {
    try {
      const photo = await this.dreaming.services.engine.client.photo({ image, largest: largestShown }, signal);
      this.#isUnread = false;
      return photo;
    } catch (error) {
      signal.throwIfAborted();
      this.#isUnread = true;
      if ((await this.#technique())?.fromPhoto !== false) throw error;
      return undefined;
    }
  }

  async *#start(
    settings: DreamSettings,
    { from, frames, pausing }: Parameters<Start>[1],
    signal: AbortSignal,
  ): ReturnType<Start> {
    const { engine } = this.dreaming.services;
    const { before, until } = settings;
    const cards = await this.dreaming.techniques();
    const stages = before?.map(({ until, leaves, ...stage }) => ({ ...this.#asked(stage, cards), until, leaves }));
    const request: SynthesisRequest = {
      ...this.#asked(alone(settings), cards),
      ...(stages && { before: stages }),
      ...(until && { until }),
      ...(from && { from }),
      frames,
      checkpoints: true,
      run: randomUUID(),
    };
    const { run = "" } = request;
    // Where the engine has gone meanwhile, it goes on from the checkpoint before.
    const pause = () => void engine.client.pauseSynthesis({ run }).catch(() => undefined);
    pausing.addEventListener("abort", pause, { once: true, signal });
    this.#request = request;
    const { target } = settings;
    const label = () => {
      const [short] = (target === undefined ? undefined : this.#labels[target])?.split(",") ?? [];
      return short === undefined ? undefined : shown(short, longestLabel);
    };
    const about = { label, playing: () => this.run.playing, reveal: () => this.panel.reveal() };
    yield* engine.job("synthesize", request, signal, about);
  }

  /** What the engine is asked for with settings, which name no network that may not be run. */
  #asked(settings: StageSettings, cards: readonly SynthesisCard[]): SynthesisSettings {
    const { models, preparations } = this.dreaming.services;
    models.refuseUntrusted(settings.model);
    const card = cards.find(({ id }) => id === settings.technique);
    for (const network of card ? networksIn(card, settings) : []) models.refuseUntrusted(network);
    const preparation = settings.preparation ?? preparations.of(settings.model);
    return { ...(card ? lookedAt(card, settings) : settings), ...(preparation && { preparation }) };
  }

  /** Says what the engine is at while the run waits for its turn. */
  #queue(): void {
    if (this.run.phase !== "waiting" || !this.#request) return;
    const { engine } = this.dreaming.services;
    const { jobs } = engine.supervisor.state;
    const own = jobs.findIndex(({ params }) => params === this.#request);
    const [first, ...more] = jobs.slice(0, Math.max(0, own));
    this.run.waitFor(first && { title: engine.jobTitle(first), more: more.length });
  }

  #keep(run: DreamRun): void {
    void this.#write(run, !run.isGoing);
    this.noted();
  }

  /** The window ends: the last frame is written down as it is, whatever the run comes to without its engine. */
  async leave(): Promise<void> {
    const writing = this.#write(this.run, true);
    this.run.dispose();
    await writing;
  }

  async #write(run: DreamRun, now: boolean): Promise<void> {
    if (!this.#closed) await this.dreaming.store.keep(this.id, run.left, now);
  }

  async #title(): Promise<void> {
    const { settings } = this;
    const isMeant = () => !this.#closed && this.settings === settings;
    const card = await this.#technique();
    if (isMeant()) this.#call(titleOf(settings, card));
    const { models, engine } = this.dreaming.services;
    if (!isMeant() || !namesClass(settings, card) || !models.mayRun(settings.model)) return;
    const { labels } = await engine.client.open({ model: settings.model }).catch(() => ({ labels: [] })); // its number will do
    if (isMeant()) this.#call(titleOf(settings, card, labels));
  }

  #call(title: string): void {
    this.panel.title = this.title = title;
  }

  /** What it is of. */
  async state(): Promise<Shows> {
    const card = await this.#technique();
    return shownBy(this.settings, card, this.run.layerUsed);
  }

  /** Undefined where the engine cannot say. */
  async #technique(): Promise<SynthesisCard | undefined> {
    this.#cards = await this.dreaming.techniques().catch(() => this.#cards);
    return this.#cards.find(({ id }) => id === this.settings.technique);
  }

  #watch(): void {
    const { model, image } = this.settings;
    const watched = [model, sidecarOf(model), ...(image === undefined ? [] : [image])];
    if (watched.join("\n") === this.#watched) return;
    this.#watched = watched.join("\n");
    this.#watching?.dispose();
    this.#watching = watchFiles(watched, (path, stamp) => {
      this.news.tell({ why: `${basename(path)} ${stamp === undefined ? "was deleted" : "changed"}.` });
    });
  }

  #begin(): void {
    if (this.#pages.ahead(asksFirst.map((call) => ({ params: undefined, ...call })))) this.news.forget();
  }

  /** What is lost with the panel, unless it is saved. */
  get closed(): Closed | undefined {
    const { run, title } = this;
    if (run.newest && run.newest.id === this.savedFrame) return undefined;
    return { title, left: run.left, seconds: (performance.now() - run.begunAt) / 1000 };
  }

  #dispose(): void {
    this.#closed = true;
    this.run.dispose();
    this.#watching?.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}
