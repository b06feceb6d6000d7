import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { asText } from "./as-text.ts";
import type { ModelChoice } from "../shared/protocol.ts";
import type { Engine } from "./engine.ts";
import { firstClassifier } from "./first-classifier.ts";
import { filePath } from "./photos.ts";
import { Refused } from "./requests.ts";
import { isSameFolder, placeIn } from "./same-folder.ts";
import { nameBeside } from "./sidecar.ts";
import { surelyNone } from "./surely-none.ts";

const lastUsed = "glassbox.model";
const openedBefore = "glassbox.openedModels";
const preferred = "efficientnet-lite0.onnx";
const mostListed = 200;
const mostOpened = 12;
/** How many of a workspace's models are looked into, to find one that classifies, before the built-in one is taken. */
const mostTried = 8;
/** What the engine died of when it was looked into. */
const deadly = "glassbox.deadlyModels";

/** What stands beside its title: its file, unless the title is its name, else its folder; and where it comes from, unless that is the workspace. */
export const placeOf = (choice: ModelChoice): string =>
  [besideTitle(choice), ...(choice.where === "workspace" ? [] : [choice.where])].filter(Boolean).join(" · ");

/** The same where a heading says where it comes from. */
export function besideTitle({ path, title, where }: ModelChoice): string {
  const file = where === "built in" ? basename(path) : vscode.workspace.asRelativePath(path);
  if (title !== basename(path)) return file;
  const folder = dirname(file);
  return folder === "." ? "" : folder;
}

/** Why photos are seen by a model: a person chose it, or it is one of the workspace that classifies, or there was none. */
export type Why = "chosen" | "first" | "built in";

/** A model of a folder that nobody has said to trust. */
export class Untrusted extends Error {
  override name = "Untrusted";
}

/** The models that a photo can be explained with: built in, in the workspace, or opened from anywhere. */
export class Models implements vscode.Disposable {
  readonly #builtInFolder: string;
  #builtIn: Promise<readonly string[]> | undefined;
  #inWorkspace: Promise<readonly string[]> | undefined;
  #watching: vscode.Disposable | undefined;
  #saidDefault = false;
  #place: { readonly key: string; readonly folder: string | undefined } | undefined;
  readonly #remembered = new vscode.EventEmitter<string>();
  readonly #usedChanged = new vscode.EventEmitter<void>();
  /** A model was chosen, to be used from now on. */
  readonly onRemember = this.#remembered.event;
  /** `used` is another one. */
  readonly onUsed = this.#usedChanged.event;
  #used: { readonly path: string; readonly why: Why } | undefined;

  constructor(
    extension: vscode.Uri,
    private readonly memory: vscode.Memento,
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#builtInFolder = join(extension.fsPath, "samples");
  }

  async list(): Promise<readonly ModelChoice[]> {
    const workspace = await this.#found();
    const elsewhere = [...new Set(this.#opened().map((path) => this.#asListed(path)))].filter(
      (path) => !workspace.some((other) => isSameFile(path, other)) && !this.isBuiltIn(path),
    );
    const there = await Promise.all(elsewhere.map(exists));
    const opened = elsewhere.filter((_, i) => there[i]);
    const choices = (paths: readonly string[], where: ModelChoice["where"]) =>
      Promise.all(paths.map((path) => this.#choiceOf(path, where)));
    const builtIn = await this.#builtIns();
    return [
      ...(await choices(
        builtIn.filter((path) => !workspace.includes(this.#asListed(path))),
        "built in",
      )),
      ...(await choices(workspace, "workspace")),
      ...(await choices(opened, "opened")),
    ];
  }

  /** By the name that all panels call it by, wherever it lies. */
  async #choiceOf(path: string, where: ModelChoice["where"]): Promise<ModelChoice> {
    const choice = { path, title: await this.nameOf(path), where };
    const place = besideTitle(choice);
    return { ...choice, ...(place && { place }) };
  }

  /** The one used last in this workspace, else its first classifier of photos, else of any pictures, else the built-in one. */
  async byDefault(): Promise<string> {
    const last = this.memory.get<string>(lastUsed);
    if (last !== undefined && this.mayRun(last) && (await exists(last)))
      return this.#use(this.#asListed(last), "chosen");
    const first = vscode.workspace.isTrusted ? await this.#firstClassifier() : undefined;
    return first === undefined ? this.#use(this.builtIn, "built in") : this.#use(first, "first");
  }

  /** The model by which photos are seen where nobody says by which, once that is known. */
  get used(): { readonly path: string; readonly why: Why } | undefined {
    return this.#used;
  }

  #use(path: string, why: Why): string {
    if (path === this.#used?.path && why === this.#used.why) return path;
    this.#used = { path, why };
    this.#usedChanged.fire();
    return path;
  }

  /** Whether it has to be looked for still which model a photo is explained with. */
  get undecided(): boolean {
    return this.memory.get(lastUsed) === undefined && this.#inWorkspace === undefined;
  }

  /** Says so when `model` was taken without being asked for, from among several. */
  async sayDefault(model: string): Promise<void> {
    if (this.#saidDefault || this.isBuiltIn(model) || this.memory.get<string>(lastUsed) === model) return;
    const { length } = await this.#found();
    if (length < 2) return;
    this.#saidDefault = true;
    const choose = "Choose Another…";
    const said = await vscode.window.showInformationMessage(
      asText(
        `Photos are seen by ${await this.nameOf(model)}: an image classifier among this workspace's ${length} models.`,
      ),
      choose,
    );
    if (said === choose) await vscode.commands.executeCommand("glassbox.chooseModel");
  }

  get builtIn(): string {
    return this.#asListed(join(this.#builtInFolder, preferred));
  }

  /** Whether it is one that the workspace does not hold. */
  isBuiltIn(path: string): boolean {
    return this.#ownFolder === undefined && this.#comesAlong(path);
  }

  #comesAlong(path: string): boolean {
    return isSameFolder(dirname(path), this.#builtInFolder);
  }

  /** Where the workspace itself holds the very files that are built in: there they are its own, unless nothing of it may run. */
  get #ownFolder(): string | undefined {
    if (!vscode.workspace.isTrusted) return undefined;
    const local = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    const folders = local.map(({ uri }) => uri.fsPath);
    // Asked about every path of a list, and answered by looking at the disk.
    const key = folders.join("\n");
    if (this.#place?.key !== key) this.#place = { key, folder: placeIn(folders, this.#builtInFolder) };
    return this.#place.folder;
  }

  /** A built-in model has one name, whichever way its folder was reached. */
  #asListed(path: string): string {
    return this.#comesAlong(path) ? join(this.#ownFolder ?? this.#builtInFolder, basename(path)) : path;
  }

  /** In Restricted Mode nothing of the workspace is run, and a model is a program. */
  mayRun(path: string): boolean {
    return vscode.workspace.isTrusted || this.isBuiltIn(path);
  }

  refuseUntrusted(path: string): void {
    if (this.mayRun(path)) return;
    throw new Untrusted(
      `${basename(path)} is not run in Restricted Mode: a model is a program. Trust this workspace, or use a built-in model.`,
    );
  }

  async remember(path: string): Promise<void> {
    await this.memory.update(lastUsed, path);
    this.#use(this.#asListed(path), "chosen");
    this.#remembered.fire(path);
  }

  /** Takes a file from anywhere into the list. */
  async add(uri: vscode.Uri): Promise<string> {
    const path = this.#asListed(filePath(uri));
    if (!/\.onnx$/i.test(path)) throw new Refused(`${basename(path)} is not a model that Glassbox reads (onnx).`);
    const others = this.#opened().filter((other) => other !== path);
    await this.memory.update(openedBefore, [path, ...others].slice(0, mostOpened));
    return path;
  }

  async browse(): Promise<string | undefined> {
    const filters = { "ONNX models": ["onnx", "ONNX"] };
    const [uri] = (await vscode.window.showOpenDialog({ title: "Choose a Model", openLabel: "Choose", filters })) ?? [];
    return uri && this.add(uri);
  }

  #builtIns(): Promise<readonly string[]> {
    return (this.#builtIn ??= readdir(this.#builtInFolder).then((names) =>
      names
        .filter((name) => name.endsWith(".onnx"))
        .sort((a, b) => Number(b === preferred) - Number(a === preferred) || a.localeCompare(b))
        .map((name) => join(this.#builtInFolder, name)),
    ));
  }

  /** The workspace's models, without those that are built in. */
  async #found(): Promise<readonly string[]> {
    this.#watching ??= this.#watch();
    const paths = await (this.#inWorkspace ??= this.#search());
    return paths.filter((path) => !this.isBuiltIn(path));
  }

  async #search(): Promise<readonly string[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const paths = folders.filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
    if (paths.length === folders.length && (await surelyNone(paths, ".onnx"))) return [];
    const uris = await vscode.workspace.findFiles("**/*.onnx", "**/node_modules/**", mostListed);
    return uris
      .filter(({ scheme }) => scheme === "file")
      .map(({ fsPath }) => fsPath)
      .sort();
  }

  #watch(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher("**/*.onnx", false, true, false);
    const forget = () => (this.#inWorkspace = undefined);
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidDelete(forget),
      vscode.workspace.onDidChangeWorkspaceFolders(forget),
    );
  }

  async #firstClassifier(): Promise<string | undefined> {
    return firstClassifier((await this.#found()).slice(0, mostTried), {
      open: (model, signal) => this.engine.client.open({ model }, signal),
      deadly: () => this.memory.get<readonly string[]>(deadly, []),
      remember: (states) => this.memory.update(deadly, states),
      log: (line) => this.log.info(line),
    });
  }

  #opened(): readonly string[] {
    return this.memory.get<readonly string[]>(openedBefore, []);
  }

  /** What its panels call it: by the name beside it, else by its file's. */
  async nameOf(path: string): Promise<string> {
    const name = await nameBeside(path).catch(() => undefined); // the panel says what is wrong there
    return name ?? basename(path);
  }

  dispose(): void {
    this.#watching?.dispose();
    vscode.Disposable.from(this.#remembered, this.#usedChanged).dispose();
  }
}

const isSameFile = (one: string, other: string): boolean =>
  basename(one) === basename(other) && isSameFolder(dirname(one), dirname(other));

const exists = (path: string) =>
  stat(path).then(
    (file) => file.isFile(),
    () => false,
  );
