import { basename } from "node:path";
import type { engine } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";

/** What the supervisor reads of a call's parameters to name it; the rest only passes through. */
interface Named {
  readonly technique: string;
  readonly image: string;
  readonly model: string;
  readonly layer: string;
}

/** A call in words, and as the circuit breaker knows it. */
export interface Wording {
  /** "occlusion of kitten.png by squeezenet1.1.onnx" */
  readonly title: string;
  /** After "while", with the technique by its title: "running Occlusion of kitten.png by squeezenet1.1.onnx". */
  readonly doing: string;
  /** The same model file, call and technique: what crashed with it will likely crash again. */
  readonly key: string;
  /** Path of the model that it is about; empty where it is about none. */
  readonly model: string;
}

type Call = keyof typeof engine;

/** What a call is named where its own name would say little to a person. */
const called: Partial<Record<Call, string>> = {
  unitMaps: "unit maps",
  dead: "search for dead filters",
  examples: "search for what fires a layer",
};

const doing: Readonly<Record<Call, (named: Named, title: string) => string>> = {
  open: ({ model }) => `opening ${model}`,
  paints: ({ model }) => `finding out whether ${model} paints`,
  techniques: () => "listing the techniques",
  photo: ({ image }) => `reading ${image}`,
  glimpse: ({ image }) => `reading ${image}`,
  predict: ({ image, model }) => `running ${model} on ${image}`,
  preparations: ({ image, model }) => `finding out how ${model} wants ${image} prepared`,
  run: (_, title) => `running ${title}`,
  raw: (_, title) => `computing the values of ${title}`,
  trust: (_, title) => `checking ${title}`,
  render: (_, title) => `drawing ${title}`,
  structure: ({ model }) => `reading the graph of ${model}`,
  anatomy: ({ model }) => `measuring the layers of ${model}`,
  fields: ({ model }) => `measuring what the layers of ${model} see`,
  fieldless: ({ model }) => `measuring what the layers of ${model} see`,
  node: ({ model }) => `reading a node of ${model}`,
  weight: ({ model }) => `reading a weight of ${model}`,
  weightTable: ({ model }) => `reading a weight of ${model}`,
  weightValues: ({ model }) => `reading a weight of ${model}`,
  diff: () => "comparing two models",
  predictPainted: ({ image, model }) => `running ${model} on ${image}, painted over`,
  seen: ({ image }) => `preparing ${image}`,
  features: (named) => `computing the feature maps of ${at(named)}`,
  activation: (named) => `computing the output of ${at(named)}`,
  featureSheet: (named) => `drawing the feature maps of ${at(named)}`,
  glance: (named) => `drawing the feature maps of ${at(named)}`,
  counts: ({ image, model }) => `counting what is wrong with the layers of ${model} on ${image}`,
  overview: ({ image, model }) => `computing all layers of ${model} on ${image}`,
  fieldOf: (named) => `tracing what ${at(named)} sees`,
  seenBy: (named) => `tracing what ${at(named)} sees`,
  unit: (named) => `looking at a unit of ${at(named)}`,
  unitMaps: (named) => `projecting a unit of ${at(named)} back to the pixels`,
  contributions: (named) => `finding what a unit of ${at(named)} is made of`,
  step: (named) => `computing one step of ${at(named)}`,
  filters: (named) => `reading the filters of ${at(named)}`,
  filter: (named) => `reading a filter of ${at(named)}`,
  filterSheet: (named) => `drawing the filters of ${at(named)}`,
  dead: ({ model }) => `looking for dead filters in ${model}`,
  photoFolder: () => "listing the photos of a folder",
  examples: (named) => `looking for what fires ${at(named)}`,
  patch: ({ image }) => `cutting a patch from ${image}`,
  patchSheet: (named) => `drawing what fires ${at(named)}`,
  syntheses: () => "listing the techniques that make pictures",
  synthesize: (_, title) => `making ${title}`,
  pauseSynthesis: () => "pausing a picture that grows",
  pictureFile: () => "writing a picture",
  filmFile: () => "writing a film",
  recipeOf: ({ image }) => `reading the recipe in ${image}`,
  drawnIn: ({ image }) => `reading ${image}`,
  digestOf: () => "reading a file that a recipe names",
};

const at = ({ layer, model }: Named) => (layer ? `${layer} in ${model}` : model);

/** What a picture is made for: "channel 3 of fire5/concat", "class 282"; empty where the technique finds it by itself. */
function madeOf({ channel, target, layers }: Readonly<Record<string, unknown>>, layer: string): string {
  const count = Array.isArray(layers) ? layers.length : 0;
  const where = count > 1 ? `${count} layers` : layer;
  const unit = where && typeof channel === "number" ? `channel ${channel} of ${where}` : where;
  return [unit, typeof target === "number" ? `class ${target}` : ""].filter(Boolean).join(", ");
}

/** `titleOf` knows a technique by its id. */
export function wordingOf(call: string, params: unknown, titleOf = (technique: string): string => technique): Wording {
  const given = (typeof params === "object" && params !== null ? params : {}) as Readonly<Record<string, unknown>>; // read as text below
  const text = (name: keyof Named) => (typeof given[name] === "string" ? given[name] : "");
  const technique = text("technique");
  const image = basename(text("image"));
  const model = basename(text("model"));
  const layer = shown(text("layer"));
  const { images } = given;
  const over = Array.isArray(images) ? `over ${images.length} ${images.length === 1 ? "photo" : "photos"}` : "";
  const known = Object.hasOwn(doing, call) ? (call as Call) : undefined; // hasOwn has just said so
  const what = known === "synthesize" ? madeOf(given, layer) : "";
  const about = [image && `of ${image}`, what && `${image ? "at" : "of"} ${what}`, over, model && `by ${model}`];
  const titled = (name: string) => [name, ...about].filter(Boolean).join(" ");
  const named = technique || (known && called[known]) || call;
  const inWords = titled(technique ? titleOf(technique) : named);
  return {
    title: titled(named),
    doing: (known && doing[known])?.({ technique, image, model, layer }, inWords) ?? `answering ${inWords}`,
    model: text("model"),
    key: JSON.stringify([text("model"), call, technique]),
  };
}
