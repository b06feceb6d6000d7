import * as vscode from "vscode";
import type { Reveal, Traced } from "../shared/model-panel.ts";
import type { LayerOf } from "./current.ts";
import type { Inside } from "./inside.ts";
import type { LocalCopies } from "./local-copies.ts";
import { ModelDocument } from "./model-document.ts";
import { ModelPanel } from "./model-panel.ts";

/** The model editors of this window. */
export class ModelEditors implements vscode.CustomReadonlyEditorProvider<ModelDocument> {
  static readonly viewType = "glassbox.model";

  readonly #panels = new Set<ModelPanel>();
  /** Those that had the focus, the last one last: VS Code may no longer call that one active when it is split. */
  readonly #focused = new Set<ModelPanel>();
  readonly #changed = new vscode.EventEmitter<void>();
  /** One was opened or closed. */
  readonly onChange = this.#changed.event;
  /** What editors are to show which are only just being opened, by their document. */
  readonly #wanted = new Map<string, Reveal>();

  constructor(
    private readonly inside: Inside,
    private readonly copies: LocalCopies,
  ) {}

  get all(): readonly ModelPanel[] {
    return [...this.#panels];
  }

  isOpen(model: string): boolean {
    return this.all.some(({ document }) => document.path === model);
  }

  openCustomDocument(uri: vscode.Uri): Promise<ModelDocument> {
    this.inside.services.engine.supervisor.warm();
    return ModelDocument.open(uri, this.copies);
  }

  resolveCustomEditor(document: ModelDocument, panel: vscode.WebviewPanel): void {
    const wanted = this.#wanted.get(document.uri.toString());
    this.#wanted.delete(document.uri.toString());
    const isBeside = (each: ModelPanel) => each.document === document;
    const beside = [...this.#focused].findLast(isBeside) ?? this.all.find(isBeside);
    const state = wanted && "layer" in wanted ? { layer: wanted.layer } : (beside?.standing ?? {});
    const editor = new ModelPanel(panel, document, this.inside, state);
    if (wanted) editor.reveals.tell(wanted); // also where it comes back with another layer
    this.#panels.add(editor);
    const focus = () => {
      if (!panel.active) return;
      this.#focused.delete(editor);
      this.#focused.add(editor);
    };
    focus();
    panel.onDidChangeViewState(focus);
    this.#changed.fire();
    panel.onDidDispose(() => {
      this.#panels.delete(editor);
      this.#focused.delete(editor);
      this.#changed.fire();
    });
  }

  /** Shows a layer in the graph: in the editor in front, else in any of that model, else in a new one. */
  async reveal(
    { model, layer }: LayerOf,
    preserveFocus: boolean,
    unit: { readonly section?: "fires"; readonly channel?: number } = {},
  ): Promise<void> {
    const open = this.all.filter(({ document }) => document.path === model);
    await this.#show(open, vscode.Uri.file(model), { layer, ...unit }, preserveFocus);
  }

  /** Traces a tensor in the graph of the editor with this id. */
  trace(editor: string, traced: Traced): void {
    this.all.find(({ id }) => id === editor)?.reveals.tell(traced);
  }

  /** Shows the table of dead channels of a model, over a photo or over a folder, in the same way. */
  async showDead(uri: vscode.Uri, over: "photo" | "folder"): Promise<void> {
    const open = this.all.filter(({ document }) => document.uri.toString() === uri.toString());
    await this.#show(open, uri, { dead: over }, false);
  }

  async #show(open: readonly ModelPanel[], uri: vscode.Uri, wanted: Reveal, preserveFocus: boolean): Promise<void> {
    const editor = open.find(({ panel }) => panel.visible) ?? open[0];
    if (editor) {
      editor.reveals.tell(wanted);
      // Without its column VS Code would open another editor in the group that has the focus.
      editor.panel.reveal(editor.panel.viewColumn, preserveFocus);
      return;
    }
    this.#wanted.set(uri.toString(), wanted);
    await showModel(uri, { preserveFocus });
  }

  /** Nothing that editors showed is certain any more. */
  look(why: string): void {
    for (const editor of this.#panels) editor.look(why);
  }
}

export const showModel = (uri: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Thenable<unknown> =>
  vscode.commands.executeCommand("vscode.openWith", uri, ModelEditors.viewType, { preview: true, ...options });
