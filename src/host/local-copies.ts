import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { writeRevision } from "./git.ts";

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
    const folder = await mkdtemp(join(tmpdir(), "glassbox-"));
    this.#folders.add(folder);
    const path = join(folder, basename(uri.path) || "model.onnx");
    try {
      if (!(await writeRevision(uri, path))) await copied(uri, path);
    } catch (error) {
      await this.#remove(folder);
      throw error;
    }
    return { path, copied: true, dispose: () => void this.#remove(folder) };
  }

  /** Whether this is such a copy, which nobody finds again when it is gone. */
  has(path: string): boolean {
    return this.#folders.has(dirname(path));
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

/**
 * VS Code gives other files only whole. It could copy them itself, but then by way of the window: where that is in a
 * browser or far away, 5 MB took it 13 seconds.
 */
const copied = async (uri: vscode.Uri, path: string): Promise<void> =>
  writeFile(path, await vscode.workspace.fs.readFile(uri), { mode: 0o600 });
