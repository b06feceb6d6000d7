import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DreamSettings } from "../shared/dream-panel.ts";
import type { Recipe } from "../shared/synthesis.ts";
import type { Kept } from "./dream-film.ts";
import type { Dreaming } from "./dream-panel.ts";
import { recipeOf } from "./dream-requests.ts";
import type { DreamRun } from "./dream-run.ts";
import { offeredPhotos } from "./offered-photos.ts";

/** The recipe of a frame. That of a finished picture is the engine's own; the others say that they were stopped, and where. */
export async function recipeFor(run: DreamRun, kept: Kept, dreaming: Dreaming): Promise<Recipe> {
  if (run.recipe && kept.id === run.newest?.id) return run.recipe;
  const { engine, preparations, models } = dreaming.services;
  const { model, image, preparation, parameters, ...asked } = run.settings;
  const sample = (await offeredPhotos(dreaming.services.extension)).find(({ where }) => where === "built in")?.path;
  models.refuseUntrusted(model);
  const own = preparation ?? preparations.of(model);
  const used = own ?? (await engine.client.predict({ model, image: image ?? sample ?? "" })).preparation;
  const { guide } = parameters;
  return {
    ...asked,
    model: basename(model),
    ...(image !== undefined && { image: basename(image) }),
    ...(typeof guide === "string" && guide !== "" && { guide: basename(guide) }),
    continued: `stopped at octave ${kept.octave}, step ${kept.step}`,
    preparation: used,
    parameters: typeof guide === "string" ? { ...parameters, guide: basename(guide) } : parameters,
  };
}

/** The settings that a recipe stands for, with its files looked for by their names; those not found stay as they are. */
export async function changeFrom(
  recipe: Recipe,
  folder: string,
  now: DreamSettings,
  { services }: Dreaming,
): Promise<{ readonly settings: DreamSettings; readonly missing: readonly string[] }> {
  const { model, image, guide, preparation, parameters, ...asked } = recipeOf(recipe);
  const missing: string[] = [];
  const photos = await offeredPhotos(services.extension);
  const found = async (name: string): Promise<string | undefined> => {
    const beside = join(folder, basename(name));
    if (await isFile(beside)) return beside;
    const path = photos.find((photo) => basename(photo.path) === name)?.path;
    if (path === undefined) missing.push(name);
    return path;
  };
  const models = (await services.models.list()).map(({ path }) => path).filter((path) => basename(path) === model);
  const modelPath = [now.model, join(folder, model)].find((path) => models.includes(path)) ?? models.at(-1);
  if (modelPath === undefined) missing.push(model);
  const imagePath = image === undefined ? undefined : await found(image);
  const guidePath = guide === undefined ? undefined : await found(guide);
  const { guide: _name, ...others } = parameters;
  const photo = imagePath ?? now.image;
  return {
    settings: {
      ...asked,
      parameters: guidePath === undefined ? others : { ...others, guide: guidePath },
      model: modelPath ?? now.model,
      ...(photo !== undefined && { image: photo }),
      ...(modelPath !== undefined && { preparation }),
    },
    missing,
  };
}

const isFile = (path: string) =>
  stat(path).then(
    (file) => file.isFile(),
    () => false,
  );
