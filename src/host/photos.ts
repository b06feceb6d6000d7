import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { isPhoto, photoEndings } from "../shared/photo-endings.ts";
import { Refused } from "./requests.ts";

const mostListed = 500;

/** The file's path, or an error that says why Glassbox cannot use it. */
export function photoPath(uri: vscode.Uri): string {
  const path = filePath(uri);
  if (isPhoto(path)) return path;
  throw new Refused(`${basename(path)} is not a photo that Glassbox reads (${photoEndings.join(", ")}).`);
}

export function filePath(uri: vscode.Uri): string {
  if (uri.scheme === "file") return uri.fsPath;
  throw new Refused(
    `${basename(uri.path)} is not on a disk that Glassbox can read (${uri.scheme}:). Its engine needs real files: ` +
      "open the folder on this machine, over SSH, in WSL or in a container.",
  );
}

/** What the commands of menus and of the palette are given, as photos; the tab in front when they are given nothing. */
export function photosGiven(first: unknown, second: unknown): readonly vscode.Uri[] {
  const selected = Array.isArray(second) ? second.filter((uri) => uri instanceof vscode.Uri) : [];
  // The one that was clicked comes last, to be in front in the end.
  if (selected.length > 1) return selected.sort((a, b) => Number(a === first) - Number(b === first));
  if (first instanceof vscode.Uri) return [first];
  const shown = photoInFront();
  return shown ? [shown] : [];
}

/** The photo of the tab in front: pictures are shown by custom editors, which no `activeTextEditor` tells of. */
export function photoInFront(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return shown && isPhoto(shown.path) ? shown : undefined;
}

export const photosOfWorkspace = (most: number): Thenable<readonly vscode.Uri[]> =>
  vscode.workspace.findFiles(anyCase(photoEndings), "**/node_modules/**", most);

/** Calls `changed` whenever a photo of the workspace comes or goes. */
export function watchPhotos(changed: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(anyCase(photoEndings), false, true, false);
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
    vscode.workspace.onDidChangeWorkspaceFolders(changed),
  );
}

/** `except`: a photo that is no answer. */
export async function pickPhoto(title = "Explain which photo?", except?: string): Promise<vscode.Uri | undefined> {
  const found = (await photosOfWorkspace(mostListed)).filter(({ fsPath }) => fsPath !== except);
  if (!found.length) return browsePhoto();
  const photos = found
    .map((uri) => ({ label: basename(uri.path), description: folderOf(uri), uri }))
    .sort((a, b) => a.description.localeCompare(b.description) || a.label.localeCompare(b.label));
  const browse = { label: "Browse…", description: "any photo on this machine", alwaysShow: true, uri: undefined };
  const picked = await vscode.window.showQuickPick([...photos, browse], {
    title,
    placeHolder: "A photo of this workspace, or Browse…",
    matchOnDescription: true,
  });
  return picked === browse ? browsePhoto() : picked?.uri;
}

/** In the workspace; empty where that is the workspace itself. */
function folderOf(uri: vscode.Uri): string {
  const folder = dirname(vscode.workspace.asRelativePath(uri));
  return folder === "." ? "" : folder;
}

export const browsePhoto = (): Promise<vscode.Uri | undefined> => browse("Choose a Photo", { Photos: photoEndings });

/** What a technique looks at beside the photo may be numbers, too: the direction of a concept, say. */
export const browsePhotoOrArray = (): Promise<vscode.Uri | undefined> =>
  browse("Choose a Photo", { Photos: photoEndings, "NumPy arrays": ["npy"] });

/** A picture that was saved with its recipe: no other kind of file holds one. */
export const browseRecipe = (): Promise<vscode.Uri | undefined> =>
  browse("Choose a Picture with a Recipe", { Pictures: ["png"] });

async function browse(title: string, kinds: Record<string, readonly string[]>): Promise<vscode.Uri | undefined> {
  const filters = Object.fromEntries(
    Object.entries(kinds).map(([what, endings]) => [what, [...endings, ...endings.map((e) => e.toUpperCase())]]),
  );
  const [uri] = (await vscode.window.showOpenDialog({ title, openLabel: "Choose", filters })) ?? [];
  return uri;
}

const anyCase = (endings: readonly string[]) =>
  `**/*.{${[...endings, ...endings.map((e) => e.toUpperCase())].join(",")}}`;
