import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import type { ModelChoice } from "../shared/protocol.ts";
import { photosIn } from "./folder-photos.ts";
import { Latest } from "./latest.ts";
import { photosOfWorkspace, watchPhotos } from "./photos.ts";
import { isSameFolder } from "./same-folder.ts";

const mostOffered = 100;
/** Milliseconds in which several events of files make one new list. */
const pause = 150;

/** The samples, the photos of the workspace, and those of `more` that are there: of a large workspace only so many are found. */
export async function offeredPhotos(
  extension: vscode.Uri,
  more: readonly string[] = [],
): Promise<readonly ModelChoice[]> {
  const samples = join(extension.fsPath, "samples");
  const found = (await photosOfWorkspace(mostOffered)).filter(({ scheme }) => scheme === "file");
  const there = await Promise.all(more.map(isThere));
  const own = [...new Set([...found.map(({ fsPath }) => fsPath), ...more.filter((_, i) => there[i])])]
    .filter((path) => !isSameFolder(join(path, ".."), samples))
    .map((path) => ({ path, title: vscode.workspace.asRelativePath(path), where: "workspace" as const }))
    .sort((a, b) => a.title.localeCompare(b.title));
  const titles = new Set(own.map(({ title }) => title));
  const builtIn = (await photosIn(samples)).map((path) => {
    const name = basename(path);
    return { path, title: titles.has(name) ? `${name} (built in)` : name, where: "built in" as const };
  });
  return [...own, ...builtIn];
}

/** The same for panels that stay open: whoever listens hears of every photo that comes or goes. */
export class OfferedPhotos implements vscode.Disposable {
  readonly #changes = new Latest(undefined);
  /** Pictures that were saved in this window. */
  readonly #saved = new Set<string>();
  #watching: vscode.Disposable | undefined;
  #pending: NodeJS.Timeout | undefined;

  constructor(private readonly extension: vscode.Uri) {}

  all(): Promise<readonly ModelChoice[]> {
    return offeredPhotos(this.extension, [...this.#saved]);
  }

  /** It is there at once: the disk tells of it later, or never. */
  add(path: string): void {
    this.#saved.add(path);
    this.#changes.set(undefined);
  }

  /** As they are, and whenever they are others. Ends when `signal` does, and not before. */
  async *listen(signal: AbortSignal): AsyncGenerator<readonly ModelChoice[], void> {
    this.#watching ??= watchPhotos(() => this.#soon());
    let before: readonly ModelChoice[] | undefined;
    for await (const _ of this.#changes.listen(signal)) {
      const now = await this.all();
      if (!isDeepStrictEqual(now, before)) yield (before = now);
    }
  }

  #soon(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#changes.set(undefined);
    }, pause);
  }

  dispose(): void {
    clearTimeout(this.#pending);
    this.#watching?.dispose();
  }
}

const isThere = (path: string) =>
  stat(path).then(
    (file) => file.isFile(),
    () => false,
  );
