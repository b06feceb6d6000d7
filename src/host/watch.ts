import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { settled, stampOf } from "./settled.ts";

const pause = 500;

/** Calls `changed` when one of the files is another than before, once writing has come to rest; no stamp: it is gone. */
export function watchFiles(
  paths: readonly string[],
  changed: (path: string, stamp: string | undefined) => void,
): vscode.Disposable {
  return vscode.Disposable.from(...paths.map((path) => watchFile(path, (stamp) => changed(path, stamp))));
}

function watchFile(path: string, changed: (stamp: string | undefined) => void): vscode.Disposable {
  // The folder is watched, not a pattern of the name: names may hold what patterns mean something by.
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(dirname(path), "*"));
  const before = stampOf(path);
  let stamp: string | undefined;
  void before.then((first) => (stamp = first));
  let waiting = new AbortController();

  const look = async (uri: vscode.Uri) => {
    if (basename(uri.fsPath) !== basename(path)) return;
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    try {
      await before;
      const now = await settled(path, pause, signal);
      if (signal.aborted || now === stamp) return;
      stamp = now;
      changed(now);
    } catch {
      // A newer event took over, or the watch was given up: `settled` only ever fails by its signal.
    }
  };
  watcher.onDidChange(look);
  watcher.onDidCreate(look);
  watcher.onDidDelete(look);
  return new vscode.Disposable(() => {
    waiting.abort();
    watcher.dispose();
  });
}
