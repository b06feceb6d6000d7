import * as vscode from "vscode";
import { ExplainPanel } from "./explain-panel.ts";
import type { Services } from "./services.ts";

/** The Explain panels of this window, one per photo. */
export class ExplainPanels implements vscode.WebviewPanelSerializer {
  readonly #open = new Map<string, ExplainPanel>();
  #column: vscode.ViewColumn | undefined;

  constructor(private readonly services: Services) {}

  get all(): readonly ExplainPanel[] {
    return [...this.#open.values()];
  }

  /** The panel in front; else, where another tab has the focus, the only one that can be seen. */
  get active(): ExplainPanel | undefined {
    const [seen, ...more] = this.all.filter(({ panel }) => panel.visible);
    return this.all.find(({ panel }) => panel.active) ?? (more.length ? undefined : seen);
  }

  /**
   * Shows the panel of a photo; `model` is the one to use, or whatever is used by default. One that others are about to
   * cover (`covered`) asks the engine for nothing before somebody looks at it. `layer`: explained with Grad-CAM there.
   */
  show(image: string, model?: string, covered = false, layer?: string): ExplainPanel {
    const open = this.#open.get(image);
    if (open) {
      open.panel.reveal();
      const used = model === undefined ? Promise.resolve() : open.useModel(model);
      if (layer !== undefined) void used.then(() => open.lookAt(layer));
      return open;
    }
    this.services.engine.supervisor.warm();
    this.#column = this.#nextColumn();
    const panel = vscode.window.createWebviewPanel(ExplainPanel.viewType, "Explain", this.#column);
    const explaining = this.#adopt(panel, image, model);
    if (!covered) explaining.begin(layer === undefined);
    if (layer !== undefined) explaining.lookAt(layer);
    return explaining;
  }

  /** Beside what is open; panels keep together. VS Code says a moment late where a new one is: that is remembered. */
  #nextColumn(): vscode.ViewColumn {
    const { tabs, viewColumn } = vscode.window.tabGroups.activeTabGroup;
    const [first] = this.all;
    const others = first && (first.panel.viewColumn ?? this.#column);
    return others ?? (tabs.length ? viewColumn + 1 : viewColumn);
  }

  /** After a window reload, with what the page had kept. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { image, model } = keptBy(state);
    if (image === undefined || this.#open.has(image)) panel.dispose();
    else this.#adopt(panel, image, model).begin(false);
    return Promise.resolve();
  }

  #adopt(panel: vscode.WebviewPanel, image: string, model: string | undefined): ExplainPanel {
    const { models } = this.services;
    const chosen = model === undefined ? models.byDefault() : Promise.resolve(model);
    if (model === undefined) void chosen.then((path) => models.sayDefault(path)).catch(() => undefined); // whoever asks about the model is told
    const explaining = new ExplainPanel(panel, image, chosen, this.services, this);
    this.#open.set(image, explaining);
    panel.onDidDispose(() => this.#open.delete(image));
    return explaining;
  }
}

/** A page's state was written by this or an earlier version: only what has the right type is used. */
function keptBy(state: unknown): { readonly image: string | undefined; readonly model: string | undefined } {
  const { panel } = Object(state) as { readonly panel?: unknown }; // Object() makes anything safe to ask
  const { image, model } = Object(panel) as { readonly image?: unknown; readonly model?: unknown }; // the same
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return { image: text(image), model: text(model) };
}
