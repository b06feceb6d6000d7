import { basename, join } from "node:path";
import type { DreamSettings, OpenedRecipe } from "../shared/dream-panel.ts";
import { isPath, type Given, type PathKind, type Schema } from "../shared/parameters.ts";
import { quoted } from "../shared/shown.ts";
import type { Recipe } from "../shared/synthesis.ts";
import { recipeOf as recipeOfFrame, type Kept } from "./dream-film.ts";
import type { Dreaming } from "./dream-panel.ts";
import { besideRecipe } from "./dream-recipe-files.ts";
import { fitting, withoutPlaces } from "./dream-recipe-fit.ts";
import { recipeOf } from "./dream-requests.ts";
import { offeredPhotos } from "./offered-photos.ts";
import { Refused } from "./requests.ts";

/** The recipe of a frame, to be kept with its picture. */
export function recipeFor(kept: Kept): Recipe {
  const recipe = recipeOfFrame(kept);
  if (recipe) return recipe;
  throw new Refused("Nothing is known of how this frame was made: go on from it, and the next ones can be saved.");
}

/** What a recipe stands for here. */
export interface Opened extends OpenedRecipe {
  readonly settings: DreamSettings;
}

/** The settings that a picture of ours was made with. */
export async function recipeIn(file: string, folder: string, now: DreamSettings, dreaming: Dreaming): Promise<Opened> {
  const kept = await dreaming.services.engine.client.recipeOf({ image: file });
  if (!kept) throw new Refused(`${basename(file)} carries no recipe: only a PNG that Glassbox saved does.`);
  const recipe = recipeOf(kept);
  const card = (await dreaming.techniques()).find(({ id }) => id === recipe.technique);
  if (card) return { of: basename(file), ...(await changeFrom(recipe, card.parameters, folder, now, dreaming)) };
  const technique = quoted(recipe.technique);
  throw new Refused(
    `${basename(file)} was made by ${technique}, a technique that this Glassbox lacks: a newer one may have it.`,
  );
}

/** The settings that a recipe stands for, with its files looked for by their names; those not found stay as they are. */
async function changeFrom(
  recipe: ReturnType<typeof recipeOf>,
  schema: Schema,
  folder: string,
  now: DreamSettings,
  { services }: Dreaming,
): Promise<Omit<Opened, "of">> {
  // The guide is a parameter, too.
  const { model, image, guide: _guide, continued, preparation, parameters, ...asked } = recipe;
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
  const { parameters: fit, unfit } = fitting(schema, parameters);
  const photo = imagePath ?? now.image;
  const { change, left: places } = modelPath === undefined ? withoutPlaces(asked) : { change: asked, left: [] };
  return {
    settings: {
      ...change,
      parameters: await withPaths(schema, fit, found),
      model: modelPath ?? now.model,
      ...(photo !== undefined && { image: photo }),
      ...(modelPath !== undefined && { preparation }),
    },
    missing,
    places,
    unfit,
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
    const parameter = schema[key];
    const isName = parameter && isPath(parameter) && typeof value === "string" && value !== "";
    const now = isName ? await found(value, parameter.kind) : value;
    if (now !== undefined) entries.push([key, now]);
  }
  return Object.fromEntries(entries);
}
