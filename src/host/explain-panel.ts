import { basename } from "node:path";
import * as vscode from "vscode";
import { demandNumbers } from "../shared/not-numbers.ts";
import { samePreparation } from "../shared/preparation.ts";
import {
  explain,
  firstRun,
  type ExactPhoto,
  type Glimpse,
  type ModelCard,
  type PanelState,
  type Subject,
} from "../shared/protocol.ts";
import type { Handlers } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { callsOf, type SubjectView } from "./explain-calls.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import { FinishedRuns } from "./finished-runs.ts";
import { showFailure } from "./messages.ts";
import { News } from "./news.ts";
import type { Services } from "./services.ts";
import { sidecarOf } from "./sidecar.ts";
import { watchFiles } from "./watch.ts";
import { pageOf, servePages, type Pages } from "./webview.ts";

/** What the engine said of one photo and one model. */
export type Seen = Pick<SubjectView, "photoName" | "card" | "prediction">;

/** The engine's answers of one photo and one model, each asked for once: they hold when the photo's file is gone, too. */
interface Look {
  seen: Promise<Seen>;
  readonly glimpse: Promise<Glimpse>;
  exact?: Promise<ExactPhoto>;
}

/** Longer sides are shown reduced to this: more would be slow to send and finer than any map. */
const largestShown = 1280;

/** How long a tab goes on bearing the last photo's name, like its page, while the next one's picture is on its way. */
const renaming = 300;

/** One photo and the model that looks at it, in a tab: its own, or as a preview, until the next photo comes. */
export class ExplainPanel {
  static readonly viewType = "glassbox.explain";

  /** What its page may ask for. */
  readonly calls: Handlers<typeof explain>;
  readonly news = new News<{ readonly why: string; readonly layer?: string; readonly same?: boolean }>();
  /** It stands otherwise than before: another photo or model, or kept. */
  readonly standing = new News<true>();
  #image: string;
  #model: Promise<string>;
  #preview: boolean;
  /** Ends what is computed of what is looked at: another photo or model takes its place, or another state of its file. */
  #lookedAt = new AbortController();
  /** Those of what was looked at before, as long as the page has not heard that it no longer holds. */
  readonly #outdated: AbortController[] = [];
  #look: Look | undefined;
  /** What was seen, once it was. */
  #shown: Seen | undefined;
  #finished = new FinishedRuns();
  readonly #missing = new Set<string>();
  #watched: readonly string[] = [];
  #watching: vscode.Disposable = new vscode.Disposable(() => undefined);
  #renaming: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #begun = false;
  readonly #pages: Pages;
  readonly #disposables: vscode.Disposable[] = [];

  constructor(
    readonly panel: vscode.WebviewPanel,
    start: { readonly image: string; readonly model: Promise<string>; readonly preview: boolean },
    private readonly services: Services,
    panels: ExplainPanels,
  ) {
    const { extension, log, preparations } = services;
    const { image, model, preview } = start;
    this.#image = image;
    this.#model = model;
    this.#preview = preview;
    this.#title();
    panel.iconPath = {
      light: vscode.Uri.joinPath(extension, "media", "explain-light.svg"),
      dark: vscode.Uri.joinPath(extension, "media", "explain-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    this.calls = callsOf(this, services, panels);
    this.#pages = servePages(explain, this.calls, panel, (call, name, message) => {
      if (name !== "Canceled") log.warn(`${this.photoName}, ${call}: ${name}: ${message}`);
    });
    void pageOf(extension, "explain", { image, preview }).then(
      (html) => this.#closed || (panel.webview.html = html),
      showFailure,
    );
    void this.#follow(model);
    this.#disposables.push(
      preparations.onChange((changed) => void this.#prepareAnew(changed)),
      panel.onDidChangeViewState(() => panel.visible && this.begin(this.#preview || !this.#begun)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.look("The workspace is trusted now.")),
    );
    panel.onDidDispose(() => this.#dispose());
  }

  get image(): string {
    return this.#image;
  }

  get photoName(): string {
    return basename(this.#image);
  }

  /** Whether the next photo takes this one's place. */
  get preview(): boolean {
    return this.#preview;
  }

  /** What the page keeps, for the panel to come back with after a window reload. */
  async state(): Promise<PanelState> {
    return { image: this.#image, model: await this.#model, preview: this.#preview };
  }

  /** Emits where the panel stands, at once and whenever it stands otherwise. */
  async *states(signal: AbortSignal): AsyncGenerator<PanelState, void> {
    const changes = this.standing.listen(signal);
    yield await this.state();
    for await (const _ of changes) yield await this.state();
  }

  /** What the engine is asked about, once it is known that it may be. */
  async asked(): Promise<Subject> {
    const model = await this.#model;
    this.services.models.refuseUntrusted(model);
    const preparation = this.services.preparations.of(model);
    return { image: this.#image, model, ...(preparation && { preparation }) };
  }

  /** The signal of something computed of what is looked at now. */
  whileShown(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#lookedAt.signal]);
  }

  /** What was computed of what is looked at now. */
  get finished(): FinishedRuns {
    return this.#finished;
  }

  /** The next photo gets a panel of its own. */
  keep(): void {
    if (!this.#preview) return;
    this.#preview = false;
    this.standing.tell(true);
  }

  /** Another photo in place of this one. A page that stands gets the answers before it asks. */
  usePhoto(image: string, model: Promise<string>): void {
    if (this.#closed) return;
    this.#image = image;
    this.#model = model;
    this.#forget();
    this.#missing.clear();
    void this.#tellOf(image, model);
    const name = () => this.#image === image && this.#title();
    clearTimeout(this.#renaming);
    const late = (this.#renaming = setTimeout(name, renaming));
    void this.seen()
      .catch(() => undefined) // the page says what is wrong
      .then(() => {
        clearTimeout(late);
        name();
      });
    void this.#follow(model);
  }

  async #tellOf(image: string, model: Promise<string>): Promise<void> {
    await model.catch(() => undefined); // where the panel stands cannot be told before
    if (this.#closed || this.#image !== image) return;
    this.#pages.again([
      { call: "glimpse", params: undefined },
      { call: "subject", params: undefined },
      { call: "finished", params: undefined },
      { call: "run", params: firstRun },
    ]);
    this.standing.tell(true);
    this.#endOutdated();
  }

  /** What was seen no longer holds. */
  #forget(): void {
    this.#outdated.push(this.#lookedAt);
    this.#lookedAt = new AbortController();
    this.#look = undefined;
    this.#shown = undefined;
    this.#finished = new FinishedRuns();
  }

  /** The page hears first why what is computed of it ends: that end is no news to it then. */
  #endOutdated(): void {
    const outdated = this.#outdated.splice(0);
    setImmediate(() => outdated.forEach((control) => control.abort()));
  }

  /** The photo as the model sees it now. When its file is gone: as the model saw it last. */
  seen(): Promise<Seen> {
    return this.#looking().seen;
  }

  /** The photo itself, before it is known what the network says of it. */
  glimpse(): Promise<Glimpse> {
    return this.#looking().glimpse;
  }

  exactPhoto(): Promise<ExactPhoto> {
    const look = this.#looking();
    look.exact ??= this.asked().then(({ image }) =>
      this.services.engine.client.photo({ image, largest: largestShown }),
    );
    look.exact.catch(() => delete look.exact); // the next question tries again
    return look.exact;
  }

  #looking(): Look {
    if (this.#look) return this.#look;
    const asked = this.asked();
    const { client } = this.services.engine;
    const { signal } = this.#lookedAt;
    const look: Look = (this.#look = {
      glimpse: client.glimpse({ image: this.#image, largest: largestShown }), // it needs no model
      seen: asked.then((subject) => this.#see(subject, signal)),
    });
    this.#shown = undefined;
    const failed = () => {
      if (this.#look === look) this.#look = undefined; // the next question tries again
    };
    look.glimpse.catch(failed);
    look.seen.then((seen) => {
      if (this.#look === look) this.#shown = seen;
    }, failed);
    return look;
  }

  /** Has its page explain with Grad-CAM, looking at this layer of the model. */
  lookAt(layer: string): void {
    this.news.tell({ why: `Looking at ${layer} now.`, layer });
  }

  async useModel(path: string): Promise<void> {
    const name = shown(await this.services.models.nameOf(path));
    if (path === (await this.#model)) return;
    this.#model = Promise.resolve(path);
    this.standing.tell(true);
    void this.#follow(this.#model);
    this.look(`Seen by ${name} now.`);
  }

  /**
   * Answers already while the page is still loading what it will ask first. `run`: with the map that a page asks for in
   * which nothing has been chosen yet.
   */
  begin(run: boolean): void {
    const first = run ? [{ call: "run", params: firstRun }] : [];
    const names = ["panel", "glimpse", "subject", "techniques", "finished"];
    const answers = this.#pages.ahead([...names.map((call) => ({ call, params: undefined })), ...first]);
    if (answers) this.news.forget(({ layer }) => layer === undefined); // a layer is not known by asking
    this.#begun = true;
  }

  async #see(asked: Subject, signal: AbortSignal): Promise<Seen> {
    const { client } = this.services.engine;
    const [card, prediction] = await Promise.all([
      client.open({ model: asked.model }).then((card) => this.#learn(card)),
      client.predict(asked),
    ]);
    await demandNumbers(client, card, asked, prediction, signal);
    return { photoName: basename(asked.image), card, prediction };
  }

  /** From the card comes what else there is to watch. */
  async #learn(card: ModelCard): Promise<ModelCard> {
    if (card.path === (await this.#model) && !this.#closed) this.#watch(card.path, card.files);
    return card;
  }

  async #prepareAnew(model: string): Promise<void> {
    const own = await this.#model.catch(() => undefined);
    if (model !== own) return;
    const latest = this.services.preparations.latest(model);
    const prediction = this.#shown?.prediction;
    if (!this.#shown || !prediction || !latest || !samePreparation(latest.preparation, prediction.preparation))
      return this.look("The preprocessing was changed.");
    this.#shown = { ...this.#shown, prediction: { ...prediction, preparationFrom: latest.from } };
    if (this.#look) this.#look.seen = Promise.resolve(this.#shown);
    this.news.tell({ why: "The preprocessing was kept.", same: true });
  }

  /** What was seen no longer holds: the page is told to ask again. */
  look(why: string): void {
    this.#forget();
    this.news.tell({ why });
    this.#endOutdated();
  }

  async #follow(model: Promise<string>): Promise<void> {
    const path = await model.catch(() => undefined); // whoever asks about the model is told
    if (path === undefined || model !== this.#model || this.#closed) return;
    if (![...this.#missing].every((lost) => lost === this.#image)) {
      for (const lost of this.#missing) if (lost !== this.#image) this.#missing.delete(lost);
      this.#title();
    }
    this.#watch(path, []);
  }

  /** `files`: what else the model is read from, as far as it is known. */
  #watch(model: string, files: readonly string[]): void {
    const sidecar = sidecarOf(model);
    const watched = [this.#image, model, sidecar, ...files];
    if (watched.join("\n") === this.#watched.join("\n")) return;
    this.#watched = watched;
    this.#watching.dispose();
    this.#watching = watchFiles(watched, (changed, stamp) => {
      if (changed === sidecar) void this.#readSidecar(model, stamp);
      else if (stamp === undefined) this.#lose(changed);
      else this.#find(changed);
    });
  }

  async #readSidecar(model: string, stamp: string | undefined): Promise<void> {
    const sidecar = sidecarOf(model);
    if (this.services.preparations.wrote(sidecar, stamp)) return;
    await this.services.preparations.forget(model);
    this.look(`${basename(sidecar)} changed.`);
  }

  #find(path: string): void {
    this.#missing.delete(path);
    this.#title();
    this.look(`${basename(path)} changed.`);
  }

  /** What was seen stays on screen; the tab says that it is the last there is, as VS Code's own tabs do. */
  #lose(path: string): void {
    this.#missing.add(path);
    this.#title();
  }

  #title(): void {
    if (this.#closed) return;
    const missing = [...this.#missing].map((path) => basename(path)).join(", ");
    this.panel.title = `Explain: ${this.photoName}${missing && ` (${missing} deleted)`}`;
  }

  #dispose(): void {
    this.#closed = true;
    this.#forget();
    this.#endOutdated();
    clearTimeout(this.#renaming);
    this.#watching.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}
