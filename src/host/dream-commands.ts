import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { DreamSettings } from "../shared/dream-panel.ts";
import { layerCalled } from "../shared/layer-called.ts";
import { browsePath } from "./browse-path.ts";
import type { LayerOf } from "./current.ts";
import { channelGiven, Meant, type Given } from "./dream-meant.ts";
import type { Dreaming } from "./dream-panel.ts";
import type { DreamPanels } from "./dream-panels.ts";
import { askChannel, askClass, askHowToFool, askLayer, askPrior } from "./dream-questions.ts";
import { recipeIn } from "./dream-recipes.ts";
import type { Front } from "./follow-front.ts";
import type { Command } from "./model-commands.ts";
import { browseRecipe, photoPath, pickPhoto } from "./photos.ts";
import { Refused } from "./requests.ts";

/** The commands that have a network make pictures. */
export function dreamCommands(
  dreaming: Dreaming,
  panels: DreamPanels,
  front: Pick<Front, "shown">,
): Readonly<Record<string, Command>> {
  const { services, current } = dreaming;
  const { engine, models } = services;
  const meant = new Meant(models, current, front);
  const begin = (settings: Omit<DreamSettings, "parameters" | "seed"> & Partial<DreamSettings>) =>
    panels.show({ parameters: {}, seed: 0, ...settings }, true);

  /** The one that is meant, or from the palette, where none was looked at, the one that is chosen then. */
  const layerFor = async (given: Given, question: string): Promise<LayerOf | undefined> => {
    const { model, layer } = await meant.layerOrModel(given);
    const name = layer ?? (await askLayer(await engine.client.open({ model }), question));
    return name === undefined ? undefined : { model, layer: name };
  };

  const dreamWithLayer: Command = async (...given) => {
    const where = await layerFor(given, "Dream with which layer?");
    if (!where) return;
    const channel = channelGiven(given[0]);
    const image = await meant.photo(given);
    if (image !== undefined)
      begin({ technique: "deep-dream", ...where, ...(channel !== undefined && { channel }), image });
  };
  const visualizeChannel: Command = async (...given) => {
    const where = await layerFor(given, "Visualize a channel of which layer?");
    if (!where) return;
    const { model, layer } = where;
    const network = await engine.client.open({ model });
    const card = layerCalled(network.layers, layer);
    if (!card?.spatial) throw new Refused(`${layer} has no maps: there is no channel to make a picture of.`);
    const channel = channelGiven(given[0]) ?? (await askChannel(network, card));
    if (channel !== undefined) begin({ technique: "neuron-visualization", model, layer: card.name, channel });
  };

  return {
    async deepDream(...given) {
      const image = await meant.photo(given);
      if (image !== undefined) begin({ technique: "deep-dream", ...(await meant.networkFor(given)), image });
    },
    dreamWithLayer,
    dreamWithChannel: dreamWithLayer,
    async visualizeClass(...given) {
      const model = await meant.model(given);
      const card = await engine.client.open({ model });
      const target = await askClass(card, { title: `What does ${card.title} take for…` });
      if (typeof target === "number") begin({ technique: "class-visualization", model, target });
    },
    async reconstructClass(...given) {
      const model = await meant.model(given);
      const card = await engine.client.open({ model });
      const target = await askClass(card, { title: `Which class of ${card.title} is reconstructed?` });
      const prior = typeof target === "number" ? await askPrior() : undefined;
      const path = prior && (await browsePath(prior === "folder" ? "folder" : "network"));
      if (typeof target !== "number" || prior === undefined || path === undefined) return;
      begin({ technique: "class-reconstruction", model, target, parameters: { prior, [prior]: path } });
    },
    visualizeChannel,
    visualizeThisChannel: visualizeChannel,
    async invertLayer(...given) {
      // A photo's own menu names no layer: the technique finds one where none of the photos' network was looked at.
      const where =
        meant.ownPhoto(given) === undefined
          ? await layerFor(given, "What does which layer keep of the photo?")
          : await meant.layerForPhotos([undefined]);
      if (!where) return;
      const image = await meant.photo(given, "What does the layer keep of which photo?");
      if (image !== undefined) begin({ technique: "inversion", ...where, image });
    },
    async featureGrid(...given) {
      const where = await layerFor(given, "The channels of which layer?");
      if (where) begin({ technique: "feature-grid", ...where });
    },
    async activationAtlas(...given) {
      const where = await meant.layerOrModel(given);
      const network = await models.nameOf(where.model);
      const seer = where.layer === undefined ? network : `${where.layer} of ${network}`;
      const folder = await browsePath("folder", `Map What ${seer} Sees in Which Folder of Photos?`);
      if (folder !== undefined) begin({ technique: "activation-atlas", ...where, parameters: { folder } });
    },
    async caricature(...given) {
      const where = await meant.layerForPhotos(given);
      const image = await meant.photo(given, "Draw a caricature of which photo?");
      if (image !== undefined) begin({ technique: "caricature", ...where, image });
    },
    async transferStyle(...given) {
      const image = await meant.photo(given, "Paint which photo anew?");
      if (image === undefined) return;
      const model = await meant.modelForPhotos(given);
      // A network that was made to paint has a style of its own.
      const paints = await engine.client.paints({ model });
      const style = paints ? undefined : await pickPhoto(`${basename(image)} in the style of which picture?`, image);
      if (paints) begin({ technique: "style-network", model, image });
      else if (style) begin({ technique: "style-transfer", model, image, parameters: { style: photoPath(style) } });
    },
    async makeTexture(...given) {
      const image = await meant.photo(given, "Make the texture of which photo?");
      if (image !== undefined)
        begin({ technique: "texture-synthesis", model: await meant.modelForPhotos(given), image });
    },
    async foolNetwork(...given) {
      const model = await meant.modelForPhotos(given);
      const atHand = await meant.photoAtHand(given);
      const how = await askHowToFool(await models.nameOf(model), atHand);
      const isOfPhoto = how !== undefined && how !== "noise";
      const photo = isOfPhoto ? (atHand ?? (await meant.photo(given, "Change which photo?"))) : undefined;
      if (how === undefined || (isOfPhoto && photo === undefined)) return;
      const target = await askClass(await engine.client.open({ model }), {
        title: `What is ${photo === undefined ? "noise" : basename(photo)} to be taken for?`,
        ...(how === "little" && { otherwise: "Anything else than what it is" }),
      });
      if (target === undefined) return;
      const wanted = typeof target === "number" ? { target } : {};
      if (how !== "little")
        begin({ technique: "fooling-image", model, ...wanted, parameters: photo === undefined ? {} : { photo } });
      else
        begin({
          technique: "adversarial-example",
          model,
          ...(photo !== undefined && { image: photo }),
          ...wanted,
          parameters: typeof target === "number" ? { towards: "class" } : {},
        });
    },
    /** A panel with a picture of ours and what it was made with, to be begun by hand. */
    async openRecipe(...given) {
      const [first] = given;
      const uri = first instanceof vscode.Uri ? first : await browseRecipe();
      if (!uri) return;
      const file = photoPath(uri);
      const now = {
        technique: "deep-dream",
        model: await meant.modelForPhotos(given),
        ...(current.photo !== undefined && { image: current.photo }),
        parameters: {},
        seed: 0,
      };
      const opened = await recipeIn(file, dirname(file), now, dreaming);
      panels.show(opened.settings, false).open(opened);
    },
  };
}
