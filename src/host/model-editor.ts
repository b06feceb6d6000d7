import * as vscode from "vscode";
import type { LayerOf } from "./current.ts";
import type { Inside } from "./inside.ts";
import type { LocalCopies } from "./local-copies.ts";
import { ModelDocument } from "./model-document.ts";
import { ModelPanel } from "./model-panel.ts";

/** The model editors of this window. */
export class ModelEditors implements vscode.CustomReadonlyEditorProvider<ModelDocument> {
  static readonly viewType = "glassbox.model";

  readonly #panels = new Set<ModelPanel>();
  readonly #changed = new vscode.EventEmitter<void>();
  /** One was opened or closed. */
  readonly onChange = this.#changed.event;
  /** Layers that editors are to show which are only just being opened. */
  readonly #wanted = new Map<string, string>();

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
    const layer = this.#wanted.get(document.path);
    this.#wanted.delete(document.path);
    const editor = new ModelPanel(panel, document, this.inside, layer === undefined ? {} : { layer });
    if (layer !== undefined) editor.reveals.tell({ layer }); // also where it comes back with another layer
    this.#panels.add(editor);
    this.#changed.fire();
    panel.onDidDispose(() => {
      this.#panels.delete(editor);
      this.#changed.fire();
    });
  }

  /** Shows a layer in the graph: in the editor in front, else in any of that model, else in a new one. */
  async reveal({ model, layer }: LayerOf, preserveFocus: boolean): Promise<void> {
    const open = this.all.filter(({ document }) => document.path === model);
    const editor = open.find(({ panel }) => panel.visible) ?? open[0];
    if (editor) {
      editor.reveals.tell({ layer });
      // Without its column VS Code would open another editor in the group that has the focus.
      editor.panel.reveal(editor.panel.viewColumn, preserveFocus);
      return;
    }
    this.#wanted.set(model, layer);
    await showModel(vscode.Uri.file(model), { preserveFocus });
  }

  /** Nothing that editors showed is certain any more. */
  look(why: string): void {
    for (const editor of this.#panels) editor.look(why);
  }
}

export const showModel = (uri: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Thenable<unknown> =>
  vscode.commands.executeCommand("vscode.openWith", uri, ModelEditors.viewType, { preview: true, ...options });
