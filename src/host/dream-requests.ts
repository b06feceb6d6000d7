// What a Dream panel's page sends is checked here before anything acts on it, as `requests.ts` does for Explain's.
import type {
  DreamChange,
  dreamPanel,
  DreamPanelState,
  DreamSettings,
  OpenedSettings,
  StageSettings,
} from "../shared/dream-panel.ts";
import type { Handlers } from "../shared/rpc.ts";
import type { Digests, Ended, LayerChoice, Reach, Recipe, RecipeSettings } from "../shared/synthesis.ts";
import * as checks from "./requests.ts";

export type Params<Call extends keyof typeof dreamPanel> = Parameters<Handlers<typeof dreamPanel>[Call]>[0];

type Fields = Readonly<Record<string, unknown>>;

const { expected, fields, name, optional, oneOf } = checks;
const longestPath = 32 * 1024;
const mostLayers = 1000;
const mostStages = 10_000;

/** What makes a picture, without the files that it is made of. */
export function changeRequest(params: unknown): DreamChange {
  const given = fields(params);
  const { technique, parameters } = checks.runRequest({
    technique: given["technique"],
    parameters: given["parameters"],
  });
  return {
    technique,
    parameters,
    seed: seed("seed", given["seed"]),
    ...optional("layer", given["layer"], path),
    ...optional("layers", given["layers"], layers),
    ...optional("channel", given["channel"], whole),
    ...optional("place", given["place"], place),
    ...optional("target", given["target"], whole),
  };
}

export const usePhotoRequest = (params: unknown): Params<"usePhoto"> => optional("path", fields(params)["path"], path);

export const frameRequest = (params: unknown): Params<"frame"> => ({ frame: whole("frame", fields(params)["frame"]) });

export const fromRequest = (params: unknown): Params<"resume"> => optional("frame", fields(params)["frame"], whole);

export function filmRequest(params: unknown): Params<"saveFilm"> {
  const given = fields(params);
  const rate = whole("framesPerSecond", given["framesPerSecond"]);
  if (rate < 1 || rate > 60) throw expected("framesPerSecond", "1 to 60");
  return { ...frameRequest(given), kind: oneOf("kind", given["kind"], ["webp", "gif", "apng"]), framesPerSecond: rate };
}

export function channelRequest(params: unknown): Params<"visualizeChannel"> {
  const given = fields(params);
  return { ...frameRequest(params), channel: whole("channel", given["channel"]) };
}

/** What a page had kept of its panel; undefined where that is of no use. */
export function stateOf(kept: unknown): DreamPanelState | undefined {
  try {
    const given = fields(fields(kept)["panel"]);
    const id = name("id", given["id"]);
    const settings = fields(given["settings"]);
    return id === "" ? undefined : { id, settings: settingsOf(settings) };
  } catch {
    return undefined;
  }
}

const stageSettings = (given: Fields): StageSettings => ({
  ...changeRequest(given),
  model: path("model", given["model"]),
  ...optional("image", given["image"], path),
  ...optional("preparation", given["preparation"], (_, value) => checks.preparationOf(value)),
});

const settingsOf = (given: Fields): DreamSettings => ({
  ...stageSettings(given),
  ...optional("before", given["before"], stagesOf(stageSettings)),
  ...optional("until", given["until"], reach),
  ...optional("opened", given["opened"], openedSettings),
});

function openedSettings(_: string, value: unknown): OpenedSettings {
  const given = fields(value);
  return { of: name("of", given["of"]), ...(given["makesAnother"] === true && { makesAnother: true }) };
}

/** One stage of a recipe. */
export type RecipeStage = DreamChange &
  Pick<RecipeSettings, "model" | "image" | "guide" | "digests" | "preparation" | "label">;
export type CheckedRecipe = RecipeStage &
  Pick<Recipe, "until" | "continued"> & { readonly before?: readonly Ended<RecipeStage>[] };

/** A recipe comes from a file: what is in it is taken like what a page sends. */
export function recipeOf(recipe: Recipe): CheckedRecipe {
  const given = fields(recipe);
  return {
    ...recipeStage(given),
    ...optional("before", given["before"], stagesOf(recipeStage)),
    ...optional("until", given["until"], reach),
    ...optional("continued", given["continued"], path),
  };
}

const recipeStage = (given: Fields): RecipeStage => ({
  ...changeRequest(given),
  model: name("model", given["model"]),
  preparation: checks.preparationOf(given["preparation"]),
  ...optional("image", given["image"], name),
  ...optional("guide", given["guide"], name),
  ...optional("label", given["label"], path),
  ...optional("digests", given["digests"], digests),
});

function digests(field: string, value: unknown): Digests {
  const given = fields(value);
  return {
    ...optional("model", given["model"], name),
    ...optional("image", given["image"], name),
    ...optional("parameters", given["parameters"], (_, ofParameters) =>
      Object.fromEntries(Object.entries(fields(ofParameters)).map(([key, digest]) => [key, name(field, digest)])),
    ),
  };
}

const stagesOf =
  <S>(settings: (given: Fields) => S) =>
  (field: string, value: unknown): readonly Ended<S>[] => {
    if (!Array.isArray(value) || value.length > mostStages) throw expected(field, `at most ${mostStages} stages`);
    return value.map((one) => {
      const given = fields(one);
      const until = reach("until", given["until"]);
      return { ...settings(given), until, leaves: oneOf("leaves", given["leaves"], ["all", "picture"]) };
    });
  };

function reach(_: string, value: unknown): Reach {
  const given = fields(value);
  return { done: whole("done", given["done"]), ...optional("returns", given["returns"], whole) };
}

function layers(field: string, value: unknown): readonly LayerChoice[] {
  if (!Array.isArray(value) || value.length > mostLayers) throw expected(field, `at most ${mostLayers} layers`);
  return value.map((one): LayerChoice => {
    const given = fields(one);
    const { weight } = given;
    if (typeof weight !== "number" || !Number.isFinite(weight)) throw expected(field, "a finite weight of each");
    return { name: path(field, given["name"]), weight, ...optional("channel", given["channel"], whole) };
  });
}

const path = (field: string, value: unknown): string => checks.text(field, value, longestPath);

function whole(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw expected(field, "a whole number from 0");
  return value;
}

function seed(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw expected(field, "a whole number");
  return value;
}

function place(field: string, value: unknown): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) throw expected(field, "a row and a column");
  return [whole(field, value[0]), whole(field, value[1])];
}
