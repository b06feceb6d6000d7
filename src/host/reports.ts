import * as vscode from "vscode";

const scheme = "glassbox-report";
/** VS Code's own view of markdown, as an editor: its title has the way to the source. */
const rendered = "vscode.markdown.preview.editor";
/** Of a window that has run for weeks; the oldest are asked for again. */
const mostKept = 100;

/** Documents that were written for a person and lie nowhere: to read, to search, to save if they want. */
export class Reports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: vscode.Disposable;

  constructor() {
    this.#disposables = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    );
  }

  /** Shows a text under a title, as it is meant to be read; again under the same title: in the same tab. */
  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${title.replaceAll("/", "∕")}.md` });
    this.#texts.delete(uri.path); // to be the newest
    this.#texts.set(uri.path, text);
    for (const oldest of [...this.#texts.keys()].slice(0, -mostKept)) this.#texts.delete(oldest);
    this.#changed.fire(uri);
    try {
      await vscode.commands.executeCommand("vscode.openWith", uri, rendered, { preview: false });
    } catch {
      // The extension that renders markdown can be switched off.
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
    }
  }

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.#texts.get(path) ?? "What stood here was not kept. Ask for it again.\n";
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
