import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { failureOf } from "../shared/rpc.ts";
import type { Current } from "./current.ts";
import type { Engine } from "./engine.ts";
import { placeInFolder } from "./folder-photos.ts";
import { showFailure } from "./messages.ts";
import { isPhoto } from "../shared/photo-endings.ts";
import { photoPath } from "./photos.ts";
import { Refused } from "./requests.ts";

const uriList = "text/uri-list";

/** Longer sides of a thumbnail, in pixels: the largest that fits into a hover is shown. */
const thumbnails = [256, 192, 128] as const;
/** Bytes; in base64 a third more, of the 100,000 characters that a hover may have. */
const largestThumbnail = 68e3;

/** The photo through which everything is seen, as a tree of one. */
export class PhotoView implements vscode.TreeDataProvider<string>, vscode.Disposable {
  static readonly id = "glassbox.photo";

  readonly view: vscode.TreeView<string>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #disposables: vscode.Disposable;

  constructor(
    private readonly engine: Engine,
    private readonly current: Current,
  ) {
    this.view = vscode.window.createTreeView(PhotoView.id, {
      treeDataProvider: this,
      dragAndDropController: {
        dropMimeTypes: [uriList],
        dragMimeTypes: [],
        handleDrop: (_, transfer) => this.drop(transfer).catch(showFailure),
      },
    });
    this.#disposables = vscode.Disposable.from(
      this.view,
      this.#changed,
      current.onPhoto(() => this.#changed.fire(undefined)),
    );
  }

  getChildren(element?: string): string[] {
    return element === undefined && this.current.photo !== undefined ? [this.current.photo] : [];
  }

  async getTreeItem(photo: string): Promise<vscode.TreeItem> {
    const item = new vscode.TreeItem(basename(photo));
    item.id = photo;
    item.description = await placeText(photo);
    item.iconPath = new vscode.ThemeIcon("file-media");
    item.contextValue = "photo";
    item.accessibilityInformation = { label: `Current photo: ${basename(photo)}, ${item.description}` };
    item.command = { command: "vscode.open", title: "Open Photo", arguments: [vscode.Uri.file(photo)] };
    return item;
  }

  async resolveTreeItem(
    item: vscode.TreeItem,
    photo: string,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem | undefined> {
    const text = new vscode.MarkdownString();
    try {
      for (const largest of thumbnails) {
        const { png, width, height } = await this.engine.client.photo({ image: photo, largest });
        if (token.isCancellationRequested) return undefined;
        if (png.length > largestThumbnail) continue;
        const bytes = Buffer.from(png).toString("base64");
        text.appendMarkdown(`![The photo](data:image/png;base64,${bytes}|width=${width},height=${height})\n\n`);
        break;
      }
    } catch (error) {
      text.appendText(failureOf(error).message).appendMarkdown("\n\n");
    }
    text.appendText(photo);
    item.tooltip = text;
    return item;
  }

  /** Takes the first photo of what was dropped. */
  async drop(transfer: vscode.DataTransfer): Promise<void> {
    const text = (await transfer.get(uriList)?.asString()) ?? "";
    const uris = text.split(/\r?\n/).filter((line) => line && !line.startsWith("#"));
    const dropped = uris.map((line) => vscode.Uri.parse(line));
    const photo = dropped.find(({ path }) => isPhoto(path)) ?? dropped[0];
    if (!photo) throw new Refused("Nothing that was dropped is a file.");
    await this.current.usePhoto(photoPath(photo));
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** "2 of 3 in samples" */
async function placeText(photo: string): Promise<string> {
  const folder = basename(dirname(photo));
  try {
    const { photos, place } = await placeInFolder(photo);
    return place < 0 ? "deleted" : photos.length > 1 ? `${place + 1} of ${photos.length} in ${folder}` : folder;
  } catch {
    return "deleted"; // its folder is gone as well
  }
}
