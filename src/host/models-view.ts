import * as vscode from "vscode";
import type { ModelChoice } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";
import type { Current } from "./current.ts";
import type { FactsOfModels } from "./model-facts.ts";
import { placeOf, type Models } from "./models.ts";

/** Milliseconds in which several events of files make one new list. */
const pause = 150;

type State = "unreadable" | "not trusted" | "changed" | "open" | "";

const icons: Readonly<Record<State, string>> = {
  unreadable: "error",
  "not trusted": "workspace-untrusted",
  changed: "diff-modified",
  open: "folder-opened",
  "": "package",
};

const explained: Readonly<Record<State, string>> = {
  unreadable: "cannot be read",
  "not trusted": "is shown, but not run in Restricted Mode",
  changed: "changed on disk since it was read",
  open: "is open in an editor",
  "": "",
};

/** The models of this window: of the workspace, opened from elsewhere, built in; each with its state. */
export class ModelsView implements vscode.TreeDataProvider<ModelChoice>, vscode.Disposable {
  static readonly id = "glassbox.models";

  readonly view: vscode.TreeView<ModelChoice>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #unreadable = new Map<string, string>();
  readonly #outdated = new Set<string>();
  readonly #disposables: vscode.Disposable;
  #pending: NodeJS.Timeout | undefined;

  constructor(
    private readonly models: Models,
    facts: FactsOfModels,
    current: Current,
    private readonly isOpen: (model: string) => boolean,
  ) {
    this.view = vscode.window.createTreeView(ModelsView.id, { treeDataProvider: this, canSelectMany: true });
    const watcher = vscode.workspace.createFileSystemWatcher("**/*.onnx", false, true, false);
    const names = vscode.workspace.createFileSystemWatcher("**/*.glassbox.json");
    const soon = () => this.refresh();
    this.#disposables = vscode.Disposable.from(
      this.view,
      this.#changed,
      watcher,
      watcher.onDidCreate(soon),
      watcher.onDidDelete(soon),
      names,
      names.onDidCreate(soon),
      names.onDidChange(soon),
      names.onDidDelete(soon),
      vscode.workspace.onDidChangeWorkspaceFolders(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
      current.onModel(soon),
      facts.onChange(({ model }) => {
        this.#outdated.add(model);
        soon();
      }),
      facts.onRead(({ model, failure }) => {
        this.#outdated.delete(model);
        if (failure === undefined) this.#unreadable.delete(model);
        else this.#unreadable.set(model, failure);
        soon();
      }),
    );
  }

  refresh(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#changed.fire(undefined);
    }, pause);
  }

  async getChildren(element?: ModelChoice): Promise<ModelChoice[]> {
    if (element) return [];
    const order = ["workspace", "opened", "built in"];
    return [...(await this.models.list())].sort((a, b) => order.indexOf(a.where) - order.indexOf(b.where));
  }

  getTreeItem(model: ModelChoice): vscode.TreeItem {
    const { path, title, where } = model;
    const state = this.stateOf(path);
    const item = new vscode.TreeItem(shown(title));
    const error = new vscode.ThemeColor("list.errorForeground");
    item.id = path;
    item.description = [placeOf(model), state].filter(Boolean).join(" · ");
    item.iconPath = new vscode.ThemeIcon(icons[state], state === "unreadable" ? error : undefined);
    item.contextValue = "model";
    item.tooltip = [path, state && `It ${explained[state]}.`, this.#unreadable.get(path)].filter(Boolean).join("\n\n");
    item.accessibilityInformation = { label: [title, where, explained[state]].filter(Boolean).join(", ") };
    item.command = { command: "glassbox.openModel", title: "Open Model", arguments: [vscode.Uri.file(path)] };
    return item;
  }

  stateOf(path: string): State {
    if (this.#unreadable.has(path)) return "unreadable";
    if (!this.models.mayRun(path)) return "not trusted";
    if (this.#outdated.has(path)) return "changed";
    return this.isOpen(path) ? "open" : "";
  }

  dispose(): void {
    clearTimeout(this.#pending);
    this.#disposables.dispose();
  }
}
