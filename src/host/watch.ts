import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { settled, stampOf } from "./settled.ts";

const pause = 500;

type Changed = (path: string, stamp: string | undefined) => void;

/** Calls `changed` when one of the files is another than before, once writing has come to rest; no stamp: it is gone. */
export function watchFiles(paths: readonly string[], changed: Changed): vscode.Disposable {
  const watchers = [...new Set(paths.map((path) => dirname(path)))].map((folder) => {
    const files = paths.filter((path) => dirname(path) === folder);
    return watchFolder(folder, files, changed);
  });
  return vscode.Disposable.from(...watchers);
}

/** The folder is watched, not a pattern of the names: names may hold what patterns mean something by. */
function watchFolder(folder: string, paths: readonly string[], changed: Changed): vscode.Disposable {
  const files = new Map(paths.map((path) => [basename(path), new WatchedFile(path, changed)]));
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, "*"));
  const look = ({ fsPath }: vscode.Uri) => void files.get(basename(fsPath))?.look();
  watcher.onDidChange(look);
  watcher.onDidCreate(look);
  watcher.onDidDelete(look);
  return new vscode.Disposable(() => {
    for (const file of files.values()) file.leave();
    watcher.dispose();
  });
}

class WatchedFile {
  #stamp: string | undefined;
  #waiting = new AbortController();
  readonly #before: Promise<void>;

  constructor(
    private readonly path: string,
    private readonly changed: Changed,
  ) {
    this.#before = stampOf(path).then((stamp) => void (this.#stamp = stamp));
  }

  async look(): Promise<void> {
    this.leave();
    const { signal } = (this.#waiting = new AbortController());
    try {
      await this.#before;
      const now = await settled(this.path, pause, signal);
      if (signal.aborted || now === this.#stamp) return;
      this.#stamp = now;
      this.changed(this.path, now);
    } catch {
      // A newer event took over, or the watch was given up: `settled` only ever fails by its signal.
    }
  }

  leave(): void {
    this.#waiting.abort();
  }
}
