import * as vscode from "vscode";
import { ExplainPanel } from "./explain-panel.ts";
import type { Services } from "./services.ts";

/** How a photo is to be shown. */
export interface Showing {
  /** Others are about to cover it: the engine is asked for nothing before somebody looks at it. */
  readonly covered?: boolean;
  /** Explained with Grad-CAM there, in a panel of its own: a choice that the next photo would end. */
  readonly layer?: string;
  /** In a panel of its own, which the next photo leaves alone. */
  readonly kept?: boolean;
}

/**
 * The Explain panels of this window: one per photo that is kept, another where it is to be seen by another model beside
 * that, and at most one for whichever photo comes next.
 */
export class ExplainPanels implements vscode.WebviewPanelSerializer {
  readonly #open = new Set<ExplainPanel>();
  readonly #stateChanged = new vscode.EventEmitter<void>();
  /** One came to the front, or went from it. */
  readonly onState = this.#stateChanged.event;
  #column: vscode.ViewColumn | undefined;

  constructor(private readonly services: Services) {}

  get all(): readonly ExplainPanel[] {
    return [...this.#open];
  }

  /** The panel in front; else, where another tab has the focus, the only one that can be seen. */
  get active(): ExplainPanel | undefined {
    const [seen, ...more] = this.all.filter(({ panel }) => panel.visible);
    return this.all.find(({ panel }) => panel.active) ?? (more.length ? undefined : seen);
  }

  /** Shows a photo; `model` is the one to use, or whatever is used by default. */
  show(image: string, model?: string, { covered = false, layer, kept = false }: Showing = {}): ExplainPanel {
    const open = this.#of(image);
    if (open) {
      open.panel.reveal();
      if (kept || layer !== undefined) open.keep();
      const used = model === undefined ? Promise.resolve() : open.useModel(model);
      if (layer !== undefined) void used.then(() => open.lookAt(layer));
      return open;
    }
    return this.#begin(image, model, { covered, kept, ...(layer !== undefined && { layer }) });
  }

  /** The photo as this model sees it. What shows it to another one stays as it is, unless the next photo would take its place. */
  async showSeenBy(model: string, image: string): Promise<void> {
    const open = await this.#find(image, model);
    if (open) open.panel.reveal();
    else this.#begin(image, model);
  }

  #begin(image: string, model?: string, { covered = false, layer, kept = false }: Showing = {}): ExplainPanel {
    this.services.engine.supervisor.warm();
    if (model === undefined && !covered) this.#guess(image);
    const preview = !kept && layer === undefined && wantsPreview();
    const standing = preview ? this.all.find((panel) => panel.preview) : undefined;
    const explaining = standing ?? this.#create(image, model, preview);
    if (standing) {
      standing.usePhoto(image, this.#modelFor(model));
      standing.panel.reveal();
    } else if (!covered) explaining.begin(layer === undefined);
    if (layer !== undefined) explaining.lookAt(layer);
    return explaining;
  }

  /** Another photo where this one was, with its model; where the other has a panel already, that takes its place. */
  async showInPlaceOf(panel: ExplainPanel, image: string): Promise<void> {
    const { model } = await panel.state();
    const open = this.#of(image);
    if (!open) return panel.usePhoto(image, Promise.resolve(model));
    if (open === panel) return panel.look("Asked for again.");
    this.show(image, model);
    panel.panel.dispose();
  }

  /** While models are looked for, the one is asked that it will most likely be. */
  #guess(image: string): void {
    const { engine, models } = this.services;
    const { builtIn: model } = models;
    if (models.undecided) engine.client.predict({ image, model }).catch(() => undefined); // a photo that is none is told of later
  }

  #of(image: string): ExplainPanel | undefined {
    return this.all.find((panel) => panel.image === image);
  }

  async #find(image: string, model: string): Promise<ExplainPanel | undefined> {
    const panels = this.all.filter((panel) => panel.image === image);
    const states = await Promise.all(panels.map((panel) => panel.state().catch(() => undefined))); // its page says what is wrong
    return panels.find((_, i) => states[i]?.model === model);
  }

  #create(image: string, model: string | undefined, preview: boolean): ExplainPanel {
    this.#column = this.#nextColumn();
    const panel = vscode.window.createWebviewPanel(ExplainPanel.viewType, "Explain", this.#column);
    return this.#adopt(panel, image, model, preview);
  }

  /** Beside what is open; panels keep together. VS Code says a moment late where a new one is: that is remembered. */
  #nextColumn(): vscode.ViewColumn {
    const { tabs, viewColumn } = vscode.window.tabGroups.activeTabGroup;
    const [first] = this.all;
    const others = first && (first.panel.viewColumn ?? this.#column);
    return others ?? (tabs.length ? viewColumn + 1 : viewColumn);
  }

  /** After a window reload, with what the page had kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { image, model, preview } = keptBy(state);
    if (image === undefined) return void panel.dispose();
    const open = model === undefined ? this.#of(image) : await this.#find(image, model);
    const another = this.all.some((panel) => panel.preview);
    if (open) panel.dispose();
    else this.#adopt(panel, image, model, preview && !another).begin(false);
  }

  #adopt(panel: vscode.WebviewPanel, image: string, model: string | undefined, preview: boolean): ExplainPanel {
    const start = { image, model: this.#modelFor(model), preview };
    const explaining = new ExplainPanel(panel, start, this.services, this);
    this.#open.add(explaining);
    panel.onDidChangeViewState(() => this.#stateChanged.fire());
    panel.onDidDispose(() => this.#open.delete(explaining));
    return explaining;
  }

  #modelFor(given: string | undefined): Promise<string> {
    if (given !== undefined) return Promise.resolve(given);
    const { models } = this.services;
    const chosen = models.byDefault();
    void chosen.then((path) => models.sayDefault(path)).catch(() => undefined); // whoever asks about the model is told
    return chosen;
  }
}

const wantsPreview = () => vscode.workspace.getConfiguration("glassbox.explain").get("preview", true);

interface Kept {
  readonly image: string | undefined;
  readonly model: string | undefined;
  readonly preview: boolean;
}

/** A page's state was written by this or an earlier version: only what has the right type is used. */
function keptBy(state: unknown): Kept {
  const { panel } = Object(state) as { readonly panel?: unknown }; // Object() makes anything safe to ask
  const { image, model, preview } = Object(panel) as Readonly<Record<string, unknown>>; // the same
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return { image: text(image), model: text(model), preview: preview === true };
}
