import * as vscode from "vscode";
import type { Current, LayerOf } from "./current.ts";
import { layerGiven, layerMeant } from "./layer-given.ts";
import type { Models } from "./models.ts";
import { photoPath, photosGiven, pickPhoto } from "./photos.ts";

/** What a menu or the palette gives to a command. */
export type Given = readonly unknown[];

/** What the commands that make pictures mean by what they are given: which model, photo and layer. */
export class Meant {
  constructor(
    private readonly models: Models,
    private readonly current: Current,
  ) {}

  /** Of what is made of a network: the one of a model's own menu, else the one that the side bar shows. */
  async model(given?: unknown): Promise<string> {
    const { models, current } = this;
    const file = given instanceof vscode.Uri && /\.onnx$/i.test(given.path) ? await models.add(given) : undefined;
    const seen = current.model !== undefined && models.mayRun(current.model) ? current.model : undefined;
    const model = file ?? seen ?? (await this.modelForPhotos());
    models.refuseUntrusted(model);
    return model;
  }

  /** Of what is made of a photo: the one that explains it, too. To look at another model does not choose that. */
  async modelForPhotos(): Promise<string> {
    const model = await this.models.byDefault();
    void this.models.sayDefault(model);
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
    const meant = layerMeant(given, this.current);
    this.models.refuseUntrusted(meant.model);
    return meant;
  }

  /** The layer where one is meant, else only the model. One that was looked at in another network than the side bar's has no say. */
  async layerOrModel(given: unknown): Promise<{ readonly model: string; readonly layer?: string }> {
    const { current } = this;
    const looked = given === undefined && current.layer?.model === current.model ? current.layer : undefined;
    return (layerGiven(given, current) ?? looked) ? this.layer(given) : { model: await this.model() };
  }

  /** The same of what is made of a photo and finds a layer by itself. */
  async layerForPhotos(given: unknown): Promise<{ readonly model: string; readonly layer?: string }> {
    const { current } = this;
    if (layerGiven(given, current)) return this.layer(given);
    const model = await this.modelForPhotos();
    return given === undefined && current.layer?.model === model ? current.layer : { model };
  }
}

/** The channel that a unit's menu says. */
export function channelGiven(given: unknown): number | undefined {
  const { channel } = Object(given) as { readonly channel?: unknown };
  return typeof channel === "number" ? channel : undefined;
}
