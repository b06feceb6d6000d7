import { complete } from "../shared/parameters.ts";
import type { RunRequest } from "../shared/protocol.ts";
import { mostProbable } from "../shared/ranking.ts";
import type { Finding } from "../shared/updates.ts";
import { defaultLayer } from "./card.ts";
import type { Looking, Seen } from "./subject.ts";
import { techniques } from "./techniques/index.ts";
import { NotApplicable, type Technique } from "./techniques/technique.ts";

export class UnknownTechnique extends Error {
  override name = "UnknownTechnique";
}

export function techniqueOf(id: string): Technique {
  const all = techniques as unknown as Readonly<Record<string, Technique>>; // each is typed by its own parameters
  const found = Object.hasOwn(all, id) ? all[id] : undefined;
  if (!found) throw new UnknownTechnique(`There is no technique ${id}. There are ${Object.keys(all).join(", ")}.`);
  return found;
}

/** Runs a technique on what was asked for: checks the request, fills in what it left open. */
export async function* findings(looking: Looking, request: RunRequest, signal: AbortSignal): AsyncGenerator<Finding> {
  const technique = techniqueOf(request.technique);
  const parameters = complete(technique.parameters, request.parameters);
  const seen = await looking.see(request, signal);
  const { model, image, labels, colors, other } = seen;
  if (technique.needs.includes("class") && !seen.classes)
    throw new NotApplicable(`${technique.title} explains a class. ${await model.whyNoClasses()}`);
  const target = await targetOf(seen, request);
  const bound = await model.bound(1);
  // Without any maps the last layer has to do; what needs maps refuses it by name.
  const layer = request.layer ?? (defaultLayer(bound) ?? bound.layers.at(-1))?.name;
  if (technique.needs.includes("layer") && layer === undefined)
    throw new NotApplicable(`${technique.title} looks at a layer, and ${seen.entry.file.path} has none.`);
  yield* technique.run({ model, image, target, labels, layer: layer ?? "", parameters, colors, photo: other, signal });
}

/** One-hot for a class; with `against`, what speaks for the one and not for the other. */
export async function targetOf(
  { model, image, classes, labels, entry }: Seen,
  { target, against }: Pick<RunRequest, "target" | "against">,
) {
  const weights = new Float32Array(classes);
  if (!classes) return { weights, index: -1, label: "" };
  const index = target ?? mostProbable((await model.scores(image)).data);
  for (const asked of [index, ...(against === undefined ? [] : [against])])
    if (!Number.isInteger(asked) || asked < 0 || asked >= classes)
      throw new RangeError(`${entry.file.path} has the classes 0 to ${classes - 1}; there is no class ${asked}.`);
  weights[index] = 1;
  if (against !== undefined && against !== index) weights[against] = -1;
  const label = labels[index] ?? String(index);
  return { weights, index, label: against === undefined ? label : `${label} and not ${labels[against] ?? against}` };
}
