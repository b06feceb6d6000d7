import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { Current, LayerOf } from "./current.ts";
import type { Front, Shows } from "./follow-front.ts";
import { layerGiven, layerMeant } from "./layer-given.ts";
import { fileGiven } from "./model-given.ts";
import type { Models } from "./models.ts";
import { photoPath, photosGiven, pickPhoto } from "./photos.ts";

/** What a menu or the palette gives to a command. */
export type Given = readonly unknown[];

/** A model, and one of its layers where one is meant. */
type Looked = Pick<LayerOf, "model"> & Partial<LayerOf>;

/** What the commands that make pictures mean by what they are given: which model, photo and layer. */
export class Meant {
  constructor(
    private readonly models: Models,
    private readonly current: Current,
    private readonly front: Pick<Front, "shown">,
  ) {}

  /** What the panel in front shows: the palette, which gives nothing at all, means that. A menu means what it is of. */
  async #inFront(given: Given): Promise<Shows | undefined> {
    const shows = given.length ? undefined : await this.front.shown();
    return shows && this.models.mayRun(shows.model) ? shows : undefined;
  }

  /** Of what is made of a network: the one of a model's own menu, else that of the panel in front, else the side bar's. */
  async model(given: Given): Promise<string> {
    const { models } = this;
    const uri = fileGiven(given[0]);
    const file = uri && /\.onnx$/i.test(uri.path) ? await models.add(uri) : undefined;
    const model = file ?? (await this.#inFront(given))?.model ?? this.#seen ?? (await this.modelForPhotos(given));
    models.refuseUntrusted(model);
    return model;
  }

  /** The side bar's, as long as its file is there: the panel that showed it last may be gone, and the file with it. */
  get #seen(): string | undefined {
    const { model } = this.current;
    return model !== undefined && this.models.mayRun(model) && existsSync(model) ? model : undefined;
  }

  /** Of what is made of a photo: that of the panel in front, else the one that explains photos. To look into a model does not choose that. */
  async modelForPhotos(given: Given): Promise<string> {
    const shows = await this.#inFront(given);
    if (shows) return shows.model;
    const model = await this.models.byDefault();
    void this.models.sayDefault(model);
    return model;
  }

  /** The same; of a picture that was made here the message about it says by which network, and at which layer of it. */
  async networkFor(given: Given): Promise<Looked> {
    const { model, layer } = Object(given[1]) as Readonly<Record<string, unknown>>; // Object() makes anything safe to ask
    if (typeof model !== "string") return { model: await this.modelForPhotos(given) };
    this.models.refuseUntrusted(model);
    return { model, ...(typeof layer === "string" && { layer }) };
  }

  /** The one at hand, else one that is asked for. */
  async photo(given: Given, question = "Dream on which photo?"): Promise<string | undefined> {
    const atHand = await this.photoAtHand(given);
    if (atHand !== undefined) return atHand;
    const picked = await pickPhoto(question);
    return picked && photoPath(picked);
  }

  /**
   * A photo's own menu names it. The side bar's menus, which give a row or the lack of one, mean the current photo; the palette,
   * which gives nothing at all, means the photo in front, or that of the panel in front.
   */
  async photoAtHand(given: Given): Promise<string | undefined> {
    const { current } = this;
    const fromSideBar = given.length > 0 && !given.flat().some((one) => one instanceof vscode.Uri);
    if (fromSideBar && current.photo !== undefined) return current.photo;
    const [first, second] = given;
    const meant = photosGiven(first, second).at(-1);
    if (meant) return photoPath(meant);
    return (await this.#inFront(given))?.image ?? current.photo;
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
  async layerOrModel(given: Given): Promise<Looked> {
    const { current } = this;
    const [first] = given;
    const shown = await this.#shown(given);
    if (shown) return shown;
    const looked = first === undefined && current.layer?.model === current.model ? current.layer : undefined;
    return (layerGiven(first, current) ?? looked) ? this.layer(first) : { model: await this.model(given) };
  }

  /** The same of what is made of a photo and finds a layer by itself. */
  async layerForPhotos(given: Given): Promise<Looked> {
    const { current } = this;
    const [first] = given;
    if (layerGiven(first, current)) return this.layer(first);
    const shown = await this.#shown(given);
    if (shown) return shown;
    const model = await this.modelForPhotos(given);
    return first === undefined && current.layer?.model === model ? current.layer : { model };
  }

  /** The layer of the panel in front, else the one that was looked at last in its model. */
  async #shown(given: Given): Promise<Looked | undefined> {
    const { layer: looked } = this.current;
    const shows = await this.#inFront(given);
    if (!shows) return undefined;
    const { model, layer = looked?.model === model ? looked.layer : undefined } = shows;
    return { model, ...(layer !== undefined && { layer }) };
  }
}

/** The channel that a unit's menu says. */
export function channelGiven(given: unknown): number | undefined {
  const { channel } = Object(given) as { readonly channel?: unknown };
  return typeof channel === "number" ? channel : undefined;
}
