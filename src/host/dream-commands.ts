import { join } from "node:path";
import * as vscode from "vscode";
import type { DreamSettings } from "../shared/dream-panel.ts";
import type { LayerOf } from "./current.ts";
import type { Dreaming } from "./dream-panel.ts";
import type { DreamPanels } from "./dream-panels.ts";
import type { Command } from "./model-commands.ts";
import { photoPath, photosGiven, pickPhoto } from "./photos.ts";
import { Refused } from "./requests.ts";

/** The commands that have a network make pictures. */
export function dreamCommands(dreaming: Dreaming, panels: DreamPanels): Readonly<Record<string, Command>> {
  const { services, current } = dreaming;
  const { engine, models } = services;
  const plain = { parameters: {}, seed: 0 };

  const modelMeant = async () => {
    const model =
      current.model !== undefined && models.mayRun(current.model) ? current.model : await models.byDefault();
    models.refuseUntrusted(model);
    return model;
  };
  const photoMeant = async (first: unknown, second: unknown): Promise<string | undefined> => {
    const [given] = photosGiven(first, second).slice(-1);
    if (given) return photoPath(given);
    if (current.photo !== undefined) return current.photo;
    const picked = await pickPhoto("Dream on which photo?");
    return picked && photoPath(picked);
  };
  /** The model of the Layers view's own row, or of the layer looked at last. */
  const layerMeant = (given: unknown): LayerOf => {
    const { model, layer } = Object(given) as Readonly<Record<string, unknown>>; // any object can be asked for these
    const meant = typeof model === "string" && typeof layer === "string" ? { model, layer } : current.layer;
    if (!meant) throw new Refused("Choose a layer first, in the Layers view or in a model's graph.");
    models.refuseUntrusted(meant.model);
    return meant;
  };
  const begin = (settings: Omit<DreamSettings, "parameters" | "seed">) => panels.show({ ...plain, ...settings }, true);

  return {
    async deepDream(first, second) {
      const image = await photoMeant(first, second);
      if (image !== undefined) begin({ technique: "deep-dream", model: await modelMeant(), image });
    },
    dreamWithLayer: async (first) => {
      const { model, layer } = layerMeant(first);
      const image = await photoMeant(undefined, undefined);
      if (image !== undefined) begin({ technique: "deep-dream", model, layer, image });
    },
    async visualizeClass() {
      const model = await modelMeant();
      const { classes, labels, title } = await engine.client.open({ model });
      if (classes === undefined)
        throw new Refused(`${title} does not classify: there is no class to make a picture of.`);
      const entries = Array.from({ length: classes }, (_, index) => ({
        label: labels[index] ?? `class ${index}`,
        description: String(index),
        index,
      }));
      const picked = await vscode.window.showQuickPick(entries, {
        title: `What does ${title} take for…`,
        placeHolder: "A class: its name or its number",
        matchOnDescription: true,
      });
      if (picked) begin({ technique: "class-visualization", model, target: picked.index });
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
    dreamSample: async () => {
      const image = join(services.extension.fsPath, "samples", "cat-chelsea.png");
      begin({ technique: "deep-dream", model: await modelMeant(), image });
    },
  };
}

async function askChannel(layer: string, count: number | undefined): Promise<number | undefined> {
  const last = count === undefined ? undefined : count - 1;
  const typed = await vscode.window.showInputBox({
    title: `Visualize a channel of ${layer}`,
    prompt: last === undefined ? "Its number, from 0" : `Its number, from 0 to ${last}`,
    value: "0",
    validateInput: (text) => {
      const channel = Number(text);
      const fine = text.trim() !== "" && Number.isInteger(channel) && channel >= 0 && channel <= (last ?? Infinity);
      return fine ? undefined : `A whole number from 0${last === undefined ? "" : ` to ${last}`}`;
    },
  });
  return typed === undefined ? undefined : Number(typed);
}
