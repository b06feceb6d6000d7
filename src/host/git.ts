import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import * as vscode from "vscode";

/** What of git's extension is asked for. */
interface GitApi {
  /** The program that VS Code uses. */
  readonly git: { readonly path: string };
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
  getRepository(uri: vscode.Uri): Repository | null;
}

interface Repository {
  readonly rootUri: vscode.Uri;
  readonly state: { readonly indexChanges: readonly { readonly uri: vscode.Uri }[] };
}

/** The extension for git; undefined where it is switched off, as it is in a workspace that is not trusted. */
export async function gitApi(): Promise<GitApi | undefined> {
  const git = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>("vscode.git");
  try {
    return (await git?.activate())?.getAPI(1);
  } catch {
    return undefined; // it has no git to work with
  }
}

/**
 * Writes an old revision to a file as git gives it, piece by piece: git's extension would hand over all of it at once.
 * False where git cannot be asked; then that extension says what is wrong.
 */
export async function writeRevision(uri: vscode.Uri, target: string): Promise<boolean> {
  const api = await gitApi();
  const asked = uri.scheme === "git" ? revisionOf(uri) : undefined;
  const repository = asked && api?.getRepository(vscode.Uri.file(asked.path));
  if (!api || !asked || !repository) return false;
  const root = repository.rootUri.fsPath;
  const path = relative(root, vscode.Uri.file(asked.path).fsPath);
  if (path.startsWith("..")) return false;
  const isStaged = repository.state.indexChanges.some(({ uri }) => uri.path === vscode.Uri.file(asked.path).path);
  const object = `${treeOf(asked.ref, isStaged)}:${path.split(sep).join("/")}`;
  if (object.startsWith("-")) return false; // git would take it for an option
  // The object as it is stored: filters and text conversions are programs that a repository can name.
  const child = spawn(api.git.path, ["cat-file", "blob", object], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  });
  const ended = new Promise<boolean>((resolve) => {
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
  await pipeline(child.stdout, createWriteStream(target, { mode: 0o600 }));
  return ended;
}

/** What the address of an old revision says; undefined where it is none that git alone can give. */
export function revisionOf({ query }: vscode.Uri): { readonly path: string; readonly ref: string } | undefined {
  try {
    const { path, ref, submoduleOf } = JSON.parse(query) as Readonly<Record<string, unknown>>; // checked here
    return typeof path === "string" && typeof ref === "string" && !submoduleOf ? { path, ref } : undefined;
  } catch {
    return undefined;
  }
}

/** Git's extension writes "~" for what was staged, else committed last, and "~2" for a side of a merge. */
function treeOf(ref: string, isStaged: boolean): string {
  if (ref === "~") return isStaged ? "" : "HEAD";
  return /^~\d$/.test(ref) ? `:${ref.slice(1)}` : ref;
}
