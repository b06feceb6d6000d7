import * as vscode from "vscode";
import { shown } from "../shared/shown.ts";
import { asLabel } from "./as-text.ts";
import type { Models, Why } from "./models.ts";
import { DreamPanel } from "./dream-panel.ts";
import { ExplainPanel } from "./explain-panel.ts";
import { isCustomInFront, isPanelInFront } from "./front.ts";
import { ModelEditors } from "./model-editor.ts";
import { photoInFront } from "./photos.ts";

const reasons: Readonly<Record<Why, string>> = {
  chosen: "it was chosen in this workspace",
  first: "an image classifier of this workspace",
  "built in": "built in, as this workspace has no image classifier",
};

/** An item of the status bar that says by which network photos are seen, wherever that matters. */
export class NetworkStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("glassbox.network", vscode.StatusBarAlignment.Right, 101);
  readonly #listening: vscode.Disposable;
  #isAsked = false;

  constructor(private readonly models: Models) {
    this.#item.name = "Glassbox: Network for Photos";
    this.#item.command = "glassbox.chooseModel";
    const draw = () => void this.#draw();
    this.#listening = vscode.Disposable.from(
      models.onUsed(draw),
      vscode.window.tabGroups.onDidChangeTabs(draw),
      vscode.window.tabGroups.onDidChangeTabGroups(draw),
    );
    // Where one was chosen that is known at once.
    if (!models.undecided) void models.byDefault();
    draw(); // a window that is loaded again has its panels already
  }

  async #draw(): Promise<void> {
    const { used } = this.models;
    if (!used) this.#ask();
    if (!used || !matters()) return this.#item.hide();
    const name = await this.models.nameOf(used.path);
    if (used !== this.models.used || !matters()) return; // something else came to the front meanwhile
    this.#item.text = `$(circuit-board) Photos: ${asLabel(name)}`;
    this.#item.tooltip = `Glassbox explains photos, and makes pictures of them, with ${shown(name)} (${reasons[used.why]}). Click to choose another. With a panel in front, the palette uses the network of that panel.`;
    this.#item.show();
  }

  /** Beside a panel that is a question. For a photo alone the models of a workspace are not read. */
  #ask(): void {
    if (this.#isAsked || !isOwnInFront()) return;
    this.#isAsked = true;
    void this.models.byDefault();
  }

  dispose(): void {
    this.#listening.dispose();
    this.#item.dispose();
  }
}

/** A photo is in front, or something of ours, beside which a photo's own menu may be used. */
const matters = (): boolean => photoInFront() !== undefined || isOwnInFront();

const isOwnInFront = (): boolean =>
  isCustomInFront(ModelEditors.viewType) ||
  isPanelInFront(ExplainPanel.viewType) ||
  isPanelInFront(DreamPanel.viewType);
