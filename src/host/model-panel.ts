import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { PaintedSubject } from "../shared/inside.ts";
import {
  modelPanel,
  type Change,
  type Compared,
  type ModelPanelState,
  type PanelPhoto,
  type PhotoSlot,
  type Reveal,
} from "../shared/model-panel.ts";
import type { Subject } from "../shared/protocol.ts";
import type { Handlers } from "../shared/rpc.ts";
import { showFailure } from "./messages.ts";
import type { ModelDocument } from "./model-document.ts";
import { callsOf } from "./model-calls.ts";
import type { Inside } from "./inside.ts";
import { Latest } from "./latest.ts";
import { News } from "./news.ts";
import { Refused } from "./requests.ts";
import { pageOf, servePages, type Pages } from "./webview.ts";

/** Longer sides are shown reduced to this: more would be slow to send and finer than any map. */
const largestShown = 1280;

/** What every page asks first but one, by which it is known: answered while it is still loading. */
const asksFirst = [
  { call: "structure" },
  { call: "card" },
  { call: "anatomy" },
  { call: "photo", params: { photo: "current" } },
];

/** One editor of a model. */
export class ModelPanel {
  /** By which the menus of its page say where they were opened: of two side by side VS Code says of neither that it is active. */
  readonly id = randomUUID();
  /** What its page may ask for. */
  readonly calls: Handlers<typeof modelPanel>;
  readonly news = new News<Change>();
  readonly reveals = new News<Reveal>();
  /** What stands beside it in a diff editor. */
  readonly compared = new Latest<{ readonly compared?: Compared }>({});
  /** The photo that the current one is compared with; of this editor alone. */
  #other: string | undefined;
  #closed = false;
  readonly #pages: Pages;
  readonly #disposables: vscode.Disposable[] = [];

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly document: ModelDocument,
    private readonly inside: Inside,
    /** Where it stands, as its page said last. */
    public standing: ModelPanelState,
  ) {
    const { services, current, facts } = inside;
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    this.calls = callsOf(this, inside);
    this.#pages = servePages(modelPanel, this.calls, panel, (call, name, message) => {
      if (name !== "Canceled") services.log.warn(`${document.name}, ${call}: ${name}: ${message}`);
    });
    void pageOf(services.extension, "model", standing, { graphEditor: this.id }).then(
      (html) => this.#closed || (panel.webview.html = html),
      showFailure,
    );
    facts.watch(document.path);
    this.#disposables.push(
      facts.onChange(({ model, why }) => model === document.path && this.news.tell({ what: "model", why })),
      current.onPhoto(({ why }) => this.news.tell({ what: "photo", why })),
      services.preparations.onChange(
        (model) =>
          model === document.path && this.news.tell({ what: "preparation", why: "The preprocessing was changed." }),
      ),
      vscode.workspace.onDidGrantWorkspaceTrust(() =>
        this.news.tell({ what: "model", why: "The workspace is trusted now." }),
      ),
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.#begin();
        if (panel.active) current.useModel(document.path);
      }),
    );
    panel.onDidDispose(() => this.#dispose());
    if (panel.active) current.useModel(document.path);
    this.#begin();
  }

  /** A photo's path; undefined where none is chosen. */
  photoOf(slot: PhotoSlot): string | undefined {
    return slot === "current" ? this.inside.current.photo : this.#other;
  }

  get chosenPhoto(): Pick<PanelPhoto, "name" | "path"> | undefined {
    const path = this.photoOf("current");
    return path === undefined ? undefined : { name: basename(path), path };
  }

  async usePhoto(slot: PhotoSlot, path: string): Promise<void> {
    if (slot === "current") return this.inside.current.usePhoto(path);
    this.#other = path;
    this.news.tell({ what: "other", why: `Compared with ${basename(path)}.` });
  }

  /** What the engine is asked about, once it is known that it may be. */
  asked(slot: PhotoSlot = "current"): PaintedSubject {
    const { image, ...model } = this.askedOfModel(slot);
    if (image === undefined) throw new Refused("Choose a photo first: the network is seen through one.");
    return { image, ...model };
  }

  /** The same of what can be asked without a photo. */
  askedOfModel(slot: PhotoSlot = "current"): Partial<Subject> & Pick<Subject, "model"> {
    const { models, preparations } = this.inside.services;
    const { path } = this.document;
    models.refuseUntrusted(path);
    const image = this.photoOf(slot);
    const preparation = preparations.of(path);
    return { model: path, ...(image !== undefined && { image }), ...(preparation && { preparation }) };
  }

  async photo(slot: PhotoSlot, signal: AbortSignal): Promise<PanelPhoto | undefined> {
    const image = this.photoOf(slot);
    if (image === undefined) return undefined;
    const { client } = this.inside.services.engine;
    const asked = this.asked(slot);
    const [photo, prediction] = await Promise.all([
      client.photo({ image, largest: largestShown }, signal),
      client.predict(asked, signal),
    ]);
    return { name: basename(image), path: image, photo, prediction, preparation: prediction.preparation };
  }

  /** What it showed no longer holds, for a reason that no file tells of. */
  look(why: string): void {
    this.news.tell({ what: "model", why });
  }

  #begin(): void {
    if (this.#pages.ahead(asksFirst.map((call) => ({ params: undefined, ...call })))) this.news.forget();
  }

  #dispose(): void {
    this.#closed = true;
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}
