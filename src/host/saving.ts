import { extname } from "node:path";
import * as vscode from "vscode";
import { asText } from "./as-text.ts";
import { showFailure } from "./messages.ts";
import { saveFolder } from "./save-folder.ts";

const kinds: Readonly<Record<string, string>> = {
  png: "PNG picture",
  svg: "SVG figure",
  npy: "NumPy array",
  webp: "WebP film",
  gif: "GIF film",
  apng: "APNG film",
};

/** Where a new file is suggested: beside `origin` where it has one, else in the folder of the model or of a text in sight. */
export function folderFor(origin: string | undefined, model: string): string {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = [...(activeTextEditor ? [activeTextEditor] : []), ...visibleTextEditors];
  const texts = editors.map(({ document }) => document.uri).filter(({ scheme }) => scheme === "file");
  return saveFolder(origin, vscode.workspace.workspaceFolders, model, ...texts.map(({ fsPath }) => fsPath));
}

/** Asks where to, suggesting a name in `folder` that is not taken. Undefined when the person left the dialog. */
export async function askPlace(folder: string, name: string, kind: string): Promise<vscode.Uri | undefined> {
  const called = kinds[kind] ?? kind;
  const bare = fileName(name, kind).slice(0, -kind.length - 1);
  return vscode.window.showSaveDialog({
    title: `Save as ${called}`,
    defaultUri: await freePlace(folder, bare, (given) => fileName(given, kind)),
    filters: { [called]: [kind] },
  });
}

/**
 * In a folder the place of that name; where that is taken, of the first that is not, counted from 2. Where too many are, the
 * dialog asks before it overwrites.
 */
export async function freePlace(
  folder: string,
  bare: string,
  nameOf: (given: string) => string = (given) => given,
): Promise<vscode.Uri> {
  const placeOf = (given: string) => vscode.Uri.joinPath(vscode.Uri.file(folder), nameOf(given));
  const isTaken = (place: vscode.Uri) =>
    vscode.workspace.fs.stat(place).then(
      () => true,
      () => false,
    );
  for (let i = 1; i < 100; i++) {
    const place = placeOf(i === 1 ? bare : `${bare} ${i}`);
    if (!(await isTaken(place))) return place;
  }
  return placeOf(bare);
}

/** Asks where to, suggesting a name in `folder`, and writes; false when the person left the dialog. */
export async function saveFile(folder: string, name: string, bytes: Uint8Array, kind: string): Promise<boolean> {
  const target = await askPlace(folder, name, kind);
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, bytes);
  saySaved(target, { canOpen: kind !== "npy" }).catch(showFailure);
  return true;
}

export interface Said {
  /** What stands in place of "Saved …". */
  readonly words?: string;
  readonly remark?: string | undefined;
  /** Whether VS Code shows it, which it does unless it is said here. */
  readonly canOpen?: boolean;
  /** Further ways from it, which come first. */
  readonly ways?: Readonly<Record<string, Way>>;
}

/** What is done with the file; a command by its name, which is given it. */
type Way = string | ((place: vscode.Uri) => unknown);

/** Says where the file or folder is, and offers ways to it. */
export async function saySaved(
  place: vscode.Uri,
  { words, remark, canOpen = true, ways: further }: Said = {},
): Promise<void> {
  const inWorkspace = vscode.workspace.getWorkspaceFolder(place) !== undefined;
  // Only VS Code on this very machine has a file manager beside it that knows the file.
  const besideFiles = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  const ways: Readonly<Record<string, Way>> = {
    ...further,
    ...(canOpen && { Open: "vscode.open" }),
    ...(inWorkspace
      ? { "Reveal in Explorer": "revealInExplorer" }
      : besideFiles && { "Reveal in File Manager": "revealFileInOS" }),
  };
  const saved = words ?? `Saved ${inWorkspace ? vscode.workspace.asRelativePath(place) : place.fsPath}.`;
  const text = asText(remark === undefined ? saved : `${saved} ${remark}`);
  const said = await vscode.window.showInformationMessage(text, ...Object.keys(ways));
  const way = said === undefined ? undefined : ways[said];
  if (typeof way === "string") await vscode.commands.executeCommand(way, place);
  else await way?.(place);
}

/** A name that every file system takes, with the ending of its kind. */
export function fileName(name: string, kind: string): string {
  const plain = name.replace(/[\x00-\x1f<>:"/\\|?*]+/g, "-").slice(0, 200);
  return extname(plain).toLowerCase() === `.${kind}` ? plain : `${plain}.${kind}`;
}
