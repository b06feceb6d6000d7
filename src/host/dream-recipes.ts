import { basename, join } from "node:path";
import type { DreamSettings, OpenedRecipe } from "../shared/dream-panel.ts";
import { isPath, type Given, type PathKind, type Schema } from "../shared/parameters.ts";
import type { Recipe } from "../shared/synthesis.ts";
import type { Kept } from "./dream-film.ts";
import type { Dreaming } from "./dream-panel.ts";
import { besideRecipe } from "./dream-recipe-files.ts";
import { recipeOf } from "./dream-requests.ts";
import type { DreamRun } from "./dream-run.ts";
import { offeredPhotos } from "./offered-photos.ts";
import { Refused } from "./requests.ts";

/** The recipe of a frame, to be kept with its picture. */
export function recipeFor(run: DreamRun, kept: Kept): Recipe {
  const recipe = run.recipeOf(kept);
  if (recipe) return recipe;
  throw new Refused("Nothing is known of how this frame was made: go on from it, and the next ones can be saved.");
}

/** What a recipe stands for here. */
export interface Opened extends OpenedRecipe {
  readonly settings: DreamSettings;
}

/** The settings that a picture of ours was made with. */
export async function recipeIn(file: string, folder: string, now: DreamSettings, dreaming: Dreaming): Promise<Opened> {
  const recipe = await dreaming.services.engine.client.recipeOf({ image: file });
  if (!recipe) throw new Refused(`${basename(file)} carries no recipe: only a PNG that Glassbox saved does.`);
  return changeFrom(recipe, folder, now, dreaming);
}

/** The settings that a recipe stands for, with its files looked for by their names; those not found stay as they are. */
async function changeFrom(
  recipe: Recipe,
  folder: string,
  now: DreamSettings,
  { services, techniques }: Dreaming,
): Promise<Opened> {
  // The guide is a parameter, too.
  const { model, image, guide: _guide, continued, preparation, parameters, ...asked } = recipeOf(recipe);
  const missing: string[] = [];
  const photos = await offeredPhotos(services.extension);
  const models = (await services.models.list()).map(({ path }) => path);
  const offered = { photo: photos.map((photo) => photo.path), network: models, folder: [] };
  const found = async (name: string, kind: PathKind): Promise<string | undefined> => {
    const beside = await besideRecipe(folder, name, kind);
    if (beside !== undefined) return beside;
    const path = offered[kind].find((path) => basename(path) === name);
    if (path === undefined) missing.push(name);
    return path;
  };
  const named = models.filter((path) => basename(path) === model);
  const modelPath = [now.model, join(folder, model)].find((path) => named.includes(path)) ?? named.at(-1);
  if (modelPath === undefined) missing.push(model);
  const imagePath = image === undefined ? undefined : await found(image, "photo");
  const schema = (await techniques()).find(({ id }) => id === asked.technique)?.parameters ?? {};
  const photo = imagePath ?? now.image;
  return {
    settings: {
      ...asked,
      parameters: await withPaths(schema, parameters, found),
      model: modelPath ?? now.model,
      ...(photo !== undefined && { image: photo }),
      ...(modelPath !== undefined && { preparation }),
    },
    missing,
    ...(continued !== undefined && { continued }),
  };
}

/** A recipe has names of files only: each is looked for, and left out where it is not here. */
async function withPaths(
  schema: Schema,
  parameters: Given,
  found: (name: string, kind: PathKind) => Promise<string | undefined>,
): Promise<Given> {
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(parameters)) {
    const parameter = Object.hasOwn(schema, key) ? schema[key] : undefined;
    const isName = parameter && isPath(parameter) && typeof value === "string" && value !== "";
    const now = isName ? await found(value, parameter.kind) : value;
    if (now !== undefined) entries.push([key, now]);
  }
  return Object.fromEntries(entries);
}
