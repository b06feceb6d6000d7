import { join } from "node:path";
import * as vscode from "vscode";
import type { DreamSettings } from "../shared/dream-panel.ts";
import type { LayerOf } from "./current.ts";
import type { Dreaming } from "./dream-panel.ts";
import type { DreamPanels } from "./dream-panels.ts";
import { askChannel, askClass, askHowToFool } from "./dream-questions.ts";
import { layerGiven } from "./layer-given.ts";
import type { Command } from "./model-commands.ts";
import { browsePath } from "./browse-path.ts";
import { photoPath, photosGiven, pickPhoto } from "./photos.ts";
import { Refused } from "./requests.ts";

type Given = readonly unknown[];

/** The commands that have a network make pictures. */
export function dreamCommands(dreaming: Dreaming, panels: DreamPanels): Readonly<Record<string, Command>> {
  const { services, current } = dreaming;
  const { engine, models } = services;

  const modelMeant = async (given?: unknown) => {
    const file = given instanceof vscode.Uri && /\.onnx$/i.test(given.path) ? await models.add(given) : undefined;
    const model =
      file ?? (current.model !== undefined && models.mayRun(current.model) ? current.model : await models.byDefault());
    models.refuseUntrusted(model);
    return model;
  };
  /**
   * A photo's own menu names it. The side bar's menus, which give a row or the lack of one, mean the current photo; the palette, which
   * gives nothing at all, means the photo in front.
   */
  const photoMeant = async (given: Given, question = "Dream on which photo?"): Promise<string | undefined> => {
    const fromSideBar = given.length > 0 && !given.flat().some((one) => one instanceof vscode.Uri);
    if (fromSideBar && current.photo !== undefined) return current.photo;
    const [first, second] = given;
    const meant = photosGiven(first, second).at(-1);
    if (meant) return photoPath(meant);
    if (current.photo !== undefined) return current.photo;
    const picked = await pickPhoto(question);
    return picked && photoPath(picked);
  };
  /** The model of the Layers view's own row, or of the layer looked at last. */
  const layerMeant = (given: unknown): LayerOf => {
    const meant = layerGiven(given) ?? current.layer;
    if (!meant) throw new Refused("Choose a layer first, in the Layers view or in a model's graph.");
    models.refuseUntrusted(meant.model);
    return meant;
  };
  /** The layer where one is meant, else only the model: the technique finds a layer by itself. */
  const layerOrModel = async (given: unknown): Promise<{ readonly model: string; readonly layer?: string }> =>
    layerGiven(given) || (given === undefined && current.layer) ? layerMeant(given) : { model: await modelMeant() };
  const begin = (settings: Omit<DreamSettings, "parameters" | "seed"> & Partial<DreamSettings>) =>
    panels.show({ parameters: {}, seed: 0, ...settings }, true);

  return {
    async deepDream(...given) {
      const image = await photoMeant(given);
      if (image !== undefined) begin({ technique: "deep-dream", model: await modelMeant(), image });
    },
    async dreamWithLayer(...given) {
      const { model, layer } = layerMeant(given[0]);
      const image = await photoMeant(given);
      if (image !== undefined) begin({ technique: "deep-dream", model, layer, image });
    },
    async visualizeClass(first) {
      const model = await modelMeant(first);
      const card = await engine.client.open({ model });
      const target = await askClass(card, { title: `What does ${card.title} take for…` });
      if (typeof target === "number") begin({ technique: "class-visualization", model, target });
    },
    async visualizeChannel(first) {
      const { model, layer } = layerMeant(first);
      const { layers } = await engine.client.open({ model });
      const card = layers.find(({ name, value }) => name === layer || value === layer);
      const count = card?.shape?.[1];
      if (!card?.spatial) throw new Refused(`${layer} has no maps: there is no channel to make a picture of.`);
      const asked = Object(first) as { readonly channel?: unknown }; // a unit's menu says which
      const channel = typeof asked.channel === "number" ? asked.channel : await askChannel(card.name, count);
      if (channel !== undefined) begin({ technique: "neuron-visualization", model, layer: card.name, channel });
    },
    async invertLayer(...given) {
      const { model, layer } = layerMeant(given[0]);
      const image = await photoMeant(given, "What does the layer keep of which photo?");
      if (image !== undefined) begin({ technique: "inversion", model, layer, image });
    },
    async featureGrid(first) {
      begin({ technique: "feature-grid", ...layerMeant(first) });
    },
    async activationAtlas(first) {
      const where = await layerOrModel(first);
      const folder = await browsePath("folder");
      if (folder !== undefined) begin({ technique: "activation-atlas", ...where, parameters: { folder } });
    },
    async caricature(...given) {
      const where = await layerOrModel(given[0]);
      const image = await photoMeant(given, "Draw a caricature of which photo?");
      if (image !== undefined) begin({ technique: "caricature", ...where, image });
    },
    async transferStyle(...given) {
      const image = await photoMeant(given, "Paint which photo anew?");
      const style = image === undefined ? undefined : await pickPhoto("In the style of which picture?");
      if (image !== undefined && style)
        begin({
          technique: "style-transfer",
          model: await modelMeant(),
          image,
          parameters: { style: photoPath(style) },
        });
    },
    async makeTexture(...given) {
      const image = await photoMeant(given, "Make the texture of which photo?");
      if (image !== undefined) begin({ technique: "texture-synthesis", model: await modelMeant(), image });
    },
    async foolNetwork(...given) {
      const model = await modelMeant();
      const technique = await askHowToFool();
      const fromPhoto = technique === "adversarial-example";
      const image = fromPhoto ? await photoMeant(given, "Change which photo?") : undefined;
      if (technique === undefined || (fromPhoto && image === undefined)) return;
      const target = await askClass(await engine.client.open({ model }), {
        title: "Taken for what?",
        ...(fromPhoto && { otherwise: "Anything else than what it is" }),
      });
      if (target === undefined) return;
      begin({
        technique,
        model,
        ...(image !== undefined && { image }),
        ...(typeof target === "number" && { target }),
        ...(fromPhoto && typeof target === "number" && { parameters: { towards: "class" } }),
      });
    },
    dreamSample: async () => {
      const image = join(services.extension.fsPath, "samples", "cat-chelsea.png");
      begin({ technique: "deep-dream", model: await modelMeant(), image });
    },
  };
}
