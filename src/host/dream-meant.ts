import * as vscode from "vscode";
import type { Current, LayerOf } from "./current.ts";
import { layerGiven } from "./layer-given.ts";
import { ModelEditors } from "./model-editor.ts";
import type { Models } from "./models.ts";
import { photoPath, photosGiven, pickPhoto } from "./photos.ts";
import { Refused } from "./requests.ts";

/** What a menu or the palette gives to a command. */
export type Given = readonly unknown[];

/** What the commands that make pictures mean by what they are given: which model, photo and layer. */
export class Meant {
  constructor(
    private readonly models: Models,
    private readonly current: Current,
  ) {}

  async model(given?: unknown): Promise<string> {
    const { models, current } = this;
    const file = given instanceof vscode.Uri && /\.onnx$/i.test(given.path) ? await models.add(given) : undefined;
    const model =
      file ?? (current.model !== undefined && models.mayRun(current.model) ? current.model : await models.byDefault());
    models.refuseUntrusted(model);
    return model;
  }

  /**
   * A photo's own menu names it. The side bar's menus, which give a row or the lack of one, mean the current photo; the palette,
   * which gives nothing at all, means the photo in front.
   */
  async photo(given: Given, question = "Dream on which photo?"): Promise<string | undefined> {
    const { current } = this;
    const fromSideBar = given.length > 0 && !given.flat().some((one) => one instanceof vscode.Uri);
    if (fromSideBar && current.photo !== undefined) return current.photo;
    const [first, second] = given;
    const meant = photosGiven(first, second).at(-1);
    if (meant) return photoPath(meant);
    if (current.photo !== undefined) return current.photo;
    const picked = await pickPhoto(question);
    return picked && photoPath(picked);
  }

  /** The photo of a photo's own menu. */
  ownPhoto([first, second]: Given): string | undefined {
    if (!(first instanceof vscode.Uri)) return undefined;
    const meant = photosGiven(first, second).at(-1);
    return meant && photoPath(meant);
  }

  /** The layer of the Layers view's own row or of a model editor's own menu, or the layer looked at last. */
  layer(given: unknown): LayerOf {
    const meant = layerGiven(given) ?? this.#ofPage(given) ?? this.current.layer;
    if (!meant) throw new Refused("Choose a layer first, in the Layers view or in a model's graph.");
    this.models.refuseUntrusted(meant.model);
    return meant;
  }

  /** The layer where one is meant, else only the model: the technique finds a layer by itself. */
  async layerOrModel(given: unknown): Promise<{ readonly model: string; readonly layer?: string }> {
    const isMeant = layerGiven(given) ?? this.#ofPage(given) ?? (given === undefined ? this.current.layer : undefined);
    return isMeant ? this.layer(given) : { model: await this.model() };
  }

  /** A page names a layer alone: the model is that of the editor in front. */
  #ofPage(given: unknown): LayerOf | undefined {
    const { webview, layer } = Object(given) as Readonly<Record<string, unknown>>; // Object() makes anything safe to ask
    const { model } = this.current;
    const isOurs = webview === ModelEditors.viewType && typeof layer === "string" && model !== undefined;
    return isOurs ? { model, layer } : undefined;
  }
}

/** The channel that a unit's menu says. */
export function channelGiven(given: unknown): number | undefined {
  const { channel } = Object(given) as { readonly channel?: unknown };
  return typeof channel === "number" ? channel : undefined;
}
