import * as vscode from "vscode";

const scheme = "glassbox-report";

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
      vscode.workspace.onDidCloseTextDocument(({ uri }) => uri.scheme === scheme && this.#texts.delete(uri.path)),
    );
  }

  /** Shows a text under a title; again under the same title: in the same tab. */
  async show(title: string, text: string): Promise<vscode.TextEditor> {
    const uri = vscode.Uri.from({ scheme, path: `/${title.replaceAll("/", "∕")}.md` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.#texts.get(path) ?? "What stood here was not kept. Ask for it again.\n";
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
