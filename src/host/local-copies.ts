import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";

/** A path that the engine can read, for as long as it is needed. */
export interface LocalFile extends vscode.Disposable {
  readonly path: string;
  /** A copy of what lies elsewhere: an old revision, a virtual workspace. */
  readonly copied: boolean;
}

/** Files that are on no disk, as copies that go away with whoever asked for them, and at the latest with the window. */
export class LocalCopies implements vscode.Disposable {
  readonly #folders = new Set<string>();

  async of(uri: vscode.Uri): Promise<LocalFile> {
    if (uri.scheme === "file") return { path: uri.fsPath, copied: false, dispose: () => undefined };
    const bytes = await vscode.workspace.fs.readFile(uri);
    const folder = await mkdtemp(join(tmpdir(), "glassbox-"));
    this.#folders.add(folder);
    const path = join(folder, basename(uri.path) || "model.onnx");
    await writeFile(path, bytes, { mode: 0o600 });
    return { path, copied: true, dispose: () => void this.#remove(folder) };
  }

  async #remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    this.#folders.delete(folder);
  }

  dispose(): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
    this.#folders.clear();
  }
}
