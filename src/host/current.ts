import { existsSync } from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import { neighborOf } from "./folder-photos.ts";
import { watchFiles } from "./watch.ts";

const photoKey = "glassbox.photo";
const modelKey = "glassbox.lookedInto";
/** Whether a person chose the photo. */
const chosenKey = "glassbox.photoChosen";

/** A layer of a model, by its name. */
export interface LayerOf {
  readonly model: string;
  readonly layer: string;
}

/** What this window looks at: one photo through which everything is seen, one model, one of its layers. */
export class Current implements vscode.Disposable {
  readonly #photoChanged = new vscode.EventEmitter<{ readonly why: string }>();
  readonly #modelChanged = new vscode.EventEmitter<string | undefined>();
  readonly #layerChanged = new vscode.EventEmitter<LayerOf | undefined>();
  /** Another photo, or the same file with another picture in it. */
  readonly onPhoto = this.#photoChanged.event;
  readonly onModel = this.#modelChanged.event;
  readonly onLayer = this.#layerChanged.event;
  #photo: string | undefined;
  #chosen: boolean;
  #model: string | undefined;
  #layer: LayerOf | undefined;
  #watching: vscode.Disposable | undefined;

  constructor(private readonly memory: vscode.Memento) {
    const kept = (key: string) => {
      const path = memory.get<unknown>(key);
      return typeof path === "string" && existsSync(path) ? path : undefined;
    };
    this.#photo = kept(photoKey);
    this.#model = kept(modelKey);
    this.#chosen = this.#photo !== undefined && memory.get<unknown>(chosenKey) !== false;
    this.#watch();
  }

  get photo(): string | undefined {
    return this.#photo;
  }

  /** The model of the editor or panel that had the focus last. */
  get model(): string | undefined {
    return this.#model;
  }

  get layer(): LayerOf | undefined {
    return this.#layer;
  }

  /** A person's own choice. */
  async usePhoto(path: string | undefined): Promise<void> {
    await this.#choose(path, path !== undefined);
  }

  async #choose(path: string | undefined, chosen: boolean): Promise<void> {
    if (chosen !== this.#chosen) {
      this.#chosen = chosen;
      await this.memory.update(chosenKey, chosen);
    }
    if (path === this.#photo) return;
    this.#photo = path;
    this.#watch();
    this.#photoChanged.fire({
      why: path === undefined ? "No photo is chosen." : `Seen through ${basename(path)} now.`,
    });
    await this.memory.update(photoKey, path);
  }

  /** The photo that is looked at elsewhere, until a person chooses one. */
  async offerPhoto(path: string): Promise<void> {
    if (this.#photo === undefined || !this.#chosen) await this.#choose(path, false);
  }

  async stepPhoto(by: 1 | -1): Promise<void> {
    const next = this.#photo && (await neighborOf(this.#photo, by));
    if (next) await this.usePhoto(next);
  }

  useModel(path: string): void {
    if (path === this.#model) return;
    this.#model = path;
    this.#modelChanged.fire(path);
  }

  /** Keeps the model for the next window: once it was read, so that one which cannot be is not tried at every start. */
  async keepModel(path: string): Promise<void> {
    if (path === this.#model && this.memory.get(modelKey) !== path) await this.memory.update(modelKey, path);
  }

  lookAt(layer: LayerOf | undefined): void {
    this.#layer = layer;
    this.#layerChanged.fire(layer);
  }

  #watch(): void {
    const photo = this.#photo;
    this.#watching?.dispose();
    this.#watching =
      photo === undefined
        ? undefined
        : watchFiles([photo], (_, stamp) => {
            const happened = stamp === undefined ? "was deleted" : "changed";
            this.#photoChanged.fire({ why: `${basename(photo)} ${happened}.` });
          });
  }

  dispose(): void {
    this.#watching?.dispose();
    vscode.Disposable.from(this.#photoChanged, this.#modelChanged, this.#layerChanged).dispose();
  }
}
