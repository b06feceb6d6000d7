import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { DreamPanelState, DreamSettings } from "../shared/dream-panel.ts";
import { asText } from "./as-text.ts";
import { asPaused, closedWords } from "./dream-closed.ts";
import { FilmRoom } from "./dream-film-room.ts";
import { DreamPanel, type Dreaming } from "./dream-panel.ts";
import { stateOf } from "./dream-requests.ts";
import { playingOf } from "./dream-stages.ts";
import type { Paused } from "./jobs.ts";
import { progressWords } from "./job-title.ts";
import { showFailure } from "./messages.ts";

/** The Dream panels of this window. */
export class DreamPanels implements vscode.WebviewPanelSerializer {
  readonly #open = new Set<DreamPanel>();
  readonly #room = new FilmRoom();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #turned = new vscode.EventEmitter<void>();
  /** One came to the front or went from it, or is of something else. */
  readonly onState = this.#turned.event;
  #column: vscode.ViewColumn | undefined;

  constructor(private readonly dreaming: Dreaming) {}

  get all(): readonly DreamPanel[] {
    return [...this.#open];
  }

  /** The panel in front. */
  get active(): DreamPanel | undefined {
    return this.all.find(({ panel }) => panel.active);
  }

  get paused(): readonly Paused[] {
    return this.all.filter(({ run }) => run.phase === "paused").map(pausedIn);
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
    const shown = this.#create({ id: randomUUID(), settings });
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

  #create(state: DreamPanelState): DreamPanel {
    this.#column = this.#nextColumn();
    return this.#adopt(vscode.window.createWebviewPanel(DreamPanel.viewType, "Dream", this.#column), state);
  }

  #adopt(panel: vscode.WebviewPanel, state: DreamPanelState): DreamPanel {
    const noted = () => {
      this.#room.settle();
      this.#changed.fire();
    };
    const turned = () => this.#turned.fire();
    const adopted = new DreamPanel(panel, state, this.dreaming, noted, turned);
    this.#open.add(adopted);
    turned();
    this.#room.enter(adopted.run);
    panel.onDidDispose(() => {
      this.#open.delete(adopted);
      this.#room.leave(adopted.run);
      this.#changed.fire();
      this.#offerBack(adopted).catch(showFailure);
    });
    return adopted;
  }

  /** Of a picture that was in the making the last frame is kept as long as the message is there that offers it. */
  async #offerBack({ id, settings, closed }: DreamPanel): Promise<void> {
    const { store } = this.dreaming;
    const words = closed && closedWords(closed);
    if (!closed || words === undefined) return store.forget(id);
    void store.keep(id, asPaused(closed.left), true);
    const reopen = "Reopen";
    const said = await vscode.window.showInformationMessage(asText(words), reopen);
    if (said === reopen) await this.#create({ id, settings }).restore();
    else await store.forget(id);
  }
}

const pausedIn = ({ id, title, run, panel }: DreamPanel): Paused => {
  const { done = 0, total = 0, played } = run.newest ?? {};
  return {
    key: id,
    title,
    progress: progressWords({ done, total, playing: playingOf(played) }),
    reveal: () => panel.reveal(),
    stop: () => run.stop(),
  };
};
