import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { DreamSettings } from "../shared/dream-panel.ts";
import { DreamPanel, type Dreaming } from "./dream-panel.ts";
import { stateOf } from "./dream-requests.ts";

/** The Dream panels of this window. */
export class DreamPanels implements vscode.WebviewPanelSerializer {
  readonly #open = new Set<DreamPanel>();
  #column: vscode.ViewColumn | undefined;

  constructor(private readonly dreaming: Dreaming) {}

  get all(): readonly DreamPanel[] {
    return [...this.#open];
  }

  /** Where the last frames are kept for the next window. */
  get folder(): string {
    return this.dreaming.store.folder;
  }

  /** The window ends: what grows is written down. */
  async leave(): Promise<void> {
    await Promise.all(this.all.map((panel) => panel.leave()));
  }

  /** Opens a panel with these settings, and begins at once where `begin` says so. */
  show(settings: DreamSettings, begin: boolean): DreamPanel {
    this.dreaming.services.engine.supervisor.warm();
    this.#column = this.#nextColumn();
    const panel = vscode.window.createWebviewPanel(DreamPanel.viewType, "Dream", this.#column);
    const shown = this.#adopt(panel, { id: randomUUID(), settings });
    if (begin) shown.run.begin();
    return shown;
  }

  /** After a window reload: with the last frame that the window before had written down. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = stateOf(state);
    if (kept) await this.#adopt(panel, kept).restore();
    else panel.dispose();
  }

  /** Beside what is open; panels keep together. */
  #nextColumn(): vscode.ViewColumn {
    const { tabs, viewColumn } = vscode.window.tabGroups.activeTabGroup;
    const [first] = this.all;
    const others = first && (first.panel.viewColumn ?? this.#column);
    return others ?? (tabs.length ? viewColumn + 1 : viewColumn);
  }

  #adopt(panel: vscode.WebviewPanel, state: { readonly id: string; readonly settings: DreamSettings }): DreamPanel {
    const adopted = new DreamPanel(panel, state, this.dreaming);
    this.#open.add(adopted);
    panel.onDidDispose(() => this.#open.delete(adopted));
    return adopted;
  }
}
