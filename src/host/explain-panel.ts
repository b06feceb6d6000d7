import { basename } from "node:path";
import * as vscode from "vscode";
import { explain, firstRun, type ModelCard, type PanelState, type Subject } from "../shared/protocol.ts";
import type { Handlers } from "../shared/rpc.ts";
import { callsOf, type SubjectView } from "./explain-calls.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import { showFailure } from "./messages.ts";
import { News } from "./news.ts";
import type { Services } from "./services.ts";
import { sidecarOf } from "./sidecar.ts";
import { watchFiles } from "./watch.ts";
import { pageOf, servePages, type Pages } from "./webview.ts";

/** What the engine said of one photo and one model. */
export type Seen = Pick<SubjectView, "photo" | "card" | "prediction">;

/** Longer sides are shown reduced to this: more would be slow to send and finer than any map. */
const largestShown = 1280;

/** One photo and the model that looks at it, in a tab of its own. */
export class ExplainPanel {
  static readonly viewType = "glassbox.explain";

  readonly photoName: string;
  /** What its page may ask for. */
  readonly calls: Handlers<typeof explain>;
  readonly news = new News<{ readonly why: string; readonly layer?: string }>();
  #model: Promise<string>;
  #seen: Promise<Seen> | undefined;
  readonly #missing = new Set<string>();
  #watched: readonly string[] = [];
  #watching: vscode.Disposable = new vscode.Disposable(() => undefined);
  #closed = false;
  #begun = false;
  readonly #pages: Pages;
  readonly #disposables: vscode.Disposable[] = [];

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly image: string,
    model: Promise<string>,
    private readonly services: Services,
    panels: Pick<ExplainPanels, "show">,
  ) {
    const { extension, log, preparations } = services;
    this.photoName = basename(image);
    this.#model = model;
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
    void pageOf(extension, "explain", { image }).then(
      (html) => this.#closed || (panel.webview.html = html),
      showFailure,
    );
    void this.#follow(model);
    this.#disposables.push(
      preparations.onChange((changed) => void this.#prepareAnew(changed)),
      panel.onDidChangeViewState(() => panel.visible && this.begin(!this.#begun)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#look("The workspace is trusted now.")),
    );
    panel.onDidDispose(() => this.#dispose());
  }

  /** What the page keeps, for the panel to come back with after a window reload. */
  async state(): Promise<PanelState> {
    return { image: this.image, model: await this.#model };
  }

  /** What the engine is asked about, once it is known that it may be. */
  async asked(): Promise<Subject> {
    const model = await this.#model;
    this.services.models.refuseUntrusted(model);
    const preparation = this.services.preparations.of(model);
    return { image: this.image, model, ...(preparation && { preparation }) };
  }

  /** The photo as the model sees it now. When its file is gone: as the model saw it last. */
  seen(): Promise<Seen> {
    if (this.#seen) return this.#seen;
    const seeing = this.#see();
    this.#seen = seeing;
    seeing.catch(() => {
      if (this.#seen === seeing) this.#seen = undefined; // the next question tries again
    });
    return seeing;
  }

  /** Has its page explain with Grad-CAM, looking at this layer of the model. */
  lookAt(layer: string): void {
    this.news.tell({ why: `Looking at ${layer} now.`, layer });
  }

  async useModel(path: string): Promise<void> {
    if (path === (await this.#model)) return;
    this.#model = Promise.resolve(path);
    void this.#follow(this.#model);
    this.#look(`Seen by ${basename(path)} now.`);
  }

  /**
   * Answers already while the page is still loading what it will ask first. `run`: with the map that a page asks for in
   * which nothing has been chosen yet.
   */
  begin(run: boolean): void {
    const calls = [{ call: "subject" }, { call: "techniques" }, ...(run ? [{ call: "run", params: firstRun }] : [])];
    this.news.forget();
    this.#pages.ahead(calls.map((call) => ({ params: undefined, ...call })));
    this.#begun = true;
  }

  async #see(): Promise<Seen> {
    const asked = await this.asked();
    const { client } = this.services.engine;
    const [photo, card, prediction] = await Promise.all([
      client.photo({ image: asked.image, largest: largestShown }),
      client.open({ model: asked.model }).then((card) => this.#learn(card)),
      client.predict(asked),
    ]);
    return { photo, card, prediction };
  }

  /** From the card comes what else there is to watch. */
  async #learn(card: ModelCard): Promise<ModelCard> {
    if (card.path === (await this.#model) && !this.#closed) this.#watch(card.path, card.files);
    return card;
  }

  async #prepareAnew(model: string): Promise<void> {
    const own = await this.#model.catch(() => undefined);
    if (model === own) this.#look("The preprocessing was changed.");
  }

  /** What was seen no longer holds: the page is told to ask again. */
  #look(why: string): void {
    this.#seen = undefined;
    this.news.tell({ why });
  }

  async #follow(model: Promise<string>): Promise<void> {
    const path = await model.catch(() => undefined); // whoever asks about the model is told
    if (path === undefined || model !== this.#model || this.#closed) return;
    for (const lost of this.#missing) if (lost !== this.image) this.#missing.delete(lost);
    this.#title();
    this.#watch(path, []);
  }

  /** `files`: what else the model is read from, as far as it is known. */
  #watch(model: string, files: readonly string[]): void {
    const sidecar = sidecarOf(model);
    const watched = [this.image, model, sidecar, ...files];
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
    this.#look(`${basename(sidecar)} changed.`);
  }

  #find(path: string): void {
    this.#missing.delete(path);
    this.#title();
    this.#look(`${basename(path)} changed.`);
  }

  /** What was seen stays on screen; the tab says that it is the last there is, as VS Code's own tabs do. */
  #lose(path: string): void {
    this.#missing.add(path);
    this.#title();
  }

  #title(): void {
    const missing = [...this.#missing].map((path) => basename(path)).join(", ");
    this.panel.title = `Explain: ${this.photoName}${missing && ` (${missing} deleted)`}`;
  }

  #dispose(): void {
    this.#closed = true;
    this.#watching.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}
