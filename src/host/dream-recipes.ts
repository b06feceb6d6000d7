import { basename, join } from "node:path";
import type { DreamSettings, OpenedRecipe, StageSettings } from "../shared/dream-panel.ts";
import { isPath, type Given, type PathKind, type Schema } from "../shared/parameters.ts";
import { makesAnother } from "../shared/opened-recipe.ts";
import { quoted } from "../shared/shown.ts";
import type { Ended, Recipe, SynthesisCard } from "../shared/synthesis.ts";
import { recipeOf as recipeOfFrame, type Kept } from "./dream-film.ts";
import type { Dreaming } from "./dream-panel.ts";
import type { Saved } from "./dream-opened.ts";
import { besideRecipe, ofDigest } from "./dream-recipe-files.ts";
import { fitting, withoutPlaces } from "./dream-recipe-fit.ts";
import { recipeOf, type RecipeStage } from "./dream-requests.ts";
import { Refused } from "./requests.ts";

/** The recipe of a frame, to be kept with its picture. */
export function recipeFor(kept: Kept): Recipe {
  const recipe = recipeOfFrame(kept);
  if (recipe) return recipe;
  throw new Refused("Nothing is known of how this frame was made: go on from it, and the next ones can be saved.");
}

/** A picture with its recipe, and what that stands for here. */
export interface Opened extends OpenedRecipe, Saved {
  readonly settings: DreamSettings;
}

/** A picture of ours, and the settings that it was made with. */
export async function recipeIn(file: string, folder: string, now: DreamSettings, dreaming: Dreaming): Promise<Opened> {
  const { client } = dreaming.services.engine;
  const kept = await client.recipeOf({ image: file });
  if (!kept) throw new Refused(`${basename(file)} carries no recipe: only a PNG that Glassbox saved does.`);
  const checked = recipeOf(kept);
  const { before, until, continued, ...recipe } = checked;
  const cards = await dreaming.techniques();
  const lacking = [recipe, ...(before ?? [])].find(({ technique }) => !cards.some(({ id }) => id === technique));
  if (lacking)
    throw new Refused(
      `${basename(file)} was made by ${quoted(lacking.technique)}, a technique that this Glassbox lacks: a newer one may have it.`,
    );
  const look = await lookingFor(folder, dreaming);
  const settings = await look.settingsOf(recipe, now, cards);
  const stages: Ended<StageSettings>[] = [];
  for (const { until, leaves, ...stage } of before ?? [])
    stages.push({ ...(await look.settingsOf(stage, now, cards)), until, leaves });
  const told: OpenedRecipe = {
    of: basename(file),
    ...look.lacks(),
    ...(before && { stages: before.length }),
    ...(until && { stoppedAfter: until.done }),
    ...(continued !== undefined && { continued }),
  };
  const opened = { of: told.of, ...(makesAnother(told) && ({ makesAnother: true } as const)) };
  return {
    ...told,
    settings: { ...settings, ...(before && { before: stages }), ...(until && { until }), opened },
    recipe: checked,
    picture: await client.drawnIn({ image: file }),
  };
}

/** Looks for what recipes in this folder name, and remembers what of it is not here. */
async function lookingFor(folder: string, { services, photos }: Dreaming) {
  const [missing, others, places, unfit] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  const models = (await services.models.list()).map(({ path }) => path);
  const offered = { photo: (await photos.all()).map(({ path }) => path), network: models, folder: [] };
  const { client } = services.engine;
  const itsOwn = async (paths: readonly string[], { name, kind, digest }: Wanted): Promise<string | undefined> => {
    const { path, isAnother } = await ofDigest(paths, digest, (path) => client.digestOf({ path, kind }));
    if (path === undefined) missing.add(name);
    if (isAnother) others.add(name);
    return path;
  };
  const found = async (wanted: Wanted): Promise<string | undefined> => {
    const { name, kind, digest, now } = wanted;
    const beside = await besideRecipe(folder, name, kind);
    const called = offered[kind].filter((path) => basename(path) === name);
    const isChosen = digest !== undefined && now !== undefined && basename(now) === name; // it may lie anywhere
    return itsOwn([...(beside === undefined ? [] : [beside]), ...called, ...(isChosen ? [now] : [])], wanted);
  };
  return {
    lacks: () => ({ missing: [...missing], others: [...others], places: [...places], unfit: [...unfit] }),
    /** What a recipe stands for here: what is not found stays as it is `now`. */
    async settingsOf(recipe: RecipeStage, now: DreamSettings, cards: readonly SynthesisCard[]): Promise<StageSettings> {
      // The guide is a parameter, too; the label is the network's own.
      const { model, image, guide: _guide, label: _label, digests, preparation, parameters, ...asked } = recipe;
      const schema = cards.find(({ id }) => id === recipe.technique)?.parameters ?? {};
      const named = models.filter((path) => basename(path) === model);
      const nearest = [now.model, join(folder, model)].filter((path) => named.includes(path));
      const ofModel: Wanted = { name: model, kind: "network", digest: digests?.model };
      const modelPath = await itsOwn([...nearest, ...named.toReversed()], ofModel);
      const ofPhoto = { kind: "photo", digest: digests?.image, now: now.image } as const;
      const photo = (image === undefined ? undefined : await found({ name: image, ...ofPhoto })) ?? now.image;
      const fit = fitting(schema, parameters);
      for (const one of fit.unfit) unfit.add(one);
      const { change, left } = modelPath === undefined ? withoutPlaces(asked) : { change: asked, left: [] };
      for (const one of left) places.add(one);
      return {
        ...change,
        parameters: await withPaths(schema, fit.parameters, (key, wanted) =>
          found({ ...wanted, digest: ownOf(digests?.parameters, key), now: ownOf(now.parameters, key) }),
        ),
        model: modelPath ?? now.model,
        ...(photo !== undefined && { image: photo }),
        ...(modelPath !== undefined && { preparation }),
      };
    },
  };
}

/** A file that a recipe names. */
interface Wanted {
  readonly name: string;
  readonly kind: PathKind;
  readonly digest?: string | undefined;
  /** What is chosen in its place at present. */
  readonly now?: string | undefined;
}

/** A recipe has names of files only: each is looked for, and left out where it is not here. */
async function withPaths(
  schema: Schema,
  parameters: Given,
  found: (key: string, wanted: Pick<Wanted, "name" | "kind">) => Promise<string | undefined>,
): Promise<Given> {
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(parameters)) {
    const parameter = schema[key];
    const isName = parameter && isPath(parameter) && typeof value === "string" && value !== "";
    const now = isName ? await found(key, { name: value, kind: parameter.kind }) : value;
    if (now !== undefined) entries.push([key, now]);
  }
  return Object.fromEntries(entries);
}

/** A recipe may have been written by hand: its keys name nothing that every object has. */
function ownOf(given: Given | undefined, key: string): string | undefined {
  const value = given && Object.hasOwn(given, key) ? given[key] : undefined;
  return typeof value === "string" ? value : undefined;
}
