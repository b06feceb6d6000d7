import { differing, type MadeWith } from "../../shared/made-with.ts";
import { defaultsOf, type Given } from "../../shared/parameters.ts";
import type { Checkpoint, SynthesisRequest } from "../../shared/synthesis.ts";
import { NotApplicable } from "../techniques/technique.ts";
import type { Cells } from "./sheet.ts";
import type { SynthesisTechnique } from "./technique.ts";

/** Any technique goes on from one picture; from anything else, only the technique that made it. */
export function demandReadable(
  { kind, technique, cells, made, shape }: Partial<Checkpoint>,
  own: string,
  titleOf: (technique: string) => string,
): void {
  if (!kind || technique === undefined || !made)
    throw new NotApplicable("An earlier version kept what there is to go on from, in another way: start anew.");
  if (technique === own || (kind === "picture" && shape?.[0] === 1 && !cells)) return;
  throw new NotApplicable(
    `What there is to go on from ${kind === "picture" ? "are several pictures" : "are numbers"} of ${titleOf(technique)}, of which ` +
      `${titleOf(own)} can make nothing: go on with ${titleOf(technique)}, or start anew.`,
  );
}

/** What a picture is of: a layer in whose place others were chosen is none of it. */
export function subjectOf(asked: Given, { several }: Pick<SynthesisTechnique, "several">): Given {
  const { layer: _, ...others } = asked;
  return several?.inPlaceOfLayer && Array.isArray(asked.layers) && asked.layers.length ? others : asked;
}

/** By which name a subject says in which state its files were: as a person reads it. */
export const filesOf = "contents of the files";
/** The same of folders, of which photos alone are read. */
export const photosOf = "photos in the folders";

/** What both were made of, though not as it was: by its path, the first there is. */
export function replacedBetween(
  { subject: before }: MadeWith,
  { subject: now }: MadeWith,
  among: typeof filesOf | typeof photosOf,
): string | undefined {
  const [then, states] = [before, now].map((subject) => new Map(Object.entries(subject[among] ?? {})));
  return [...(then ?? [])].find(([path, state]) => states?.has(path) && states.get(path) !== state)?.[0];
}

/** A checkpoint as it would be written today: parameters that there were not yet have their defaults. */
export function asToday(
  from: Checkpoint,
  own: string,
  technique: Pick<SynthesisTechnique, "several" | "parameters">,
  made: MadeWith,
): Checkpoint {
  if (from.technique !== own) return from;
  const parameters = { ...defaultsOf(technique.parameters), ...from.made.parameters };
  // Nobody knows of which files an earlier version made it: they are taken for the same.
  const { [filesOf]: files, [photosOf]: photos } = made.subject;
  const subject = { [filesOf]: files, [photosOf]: photos, ...subjectOf(from.made.subject, technique) };
  return { ...from, made: { subject, parameters } };
}

/** Fills in a sheet as far as it was made, with the same settings. */
export function resumeSheet(
  sheet: Cells,
  { from, made }: { readonly from: Checkpoint | undefined; readonly made: MadeWith },
): void {
  if (!from) return;
  sheet.resume(from);
  const folder = replacedBetween(from.made, made, photosOf);
  if (folder !== undefined)
    throw new NotApplicable(
      `The photos in ${folder} are not those that it was made of: go on with the same, or start anew.`,
    );
  const others = differing(from.made, made, "all but the pace");
  if (others.length)
    throw new NotApplicable(
      `The pictures to go on from were made with other settings (${others.join(", ")}), and those of a sheet belong ` +
        "together: go on with the same, or start anew.",
    );
}

/**
 * What a person should know where not all is left of what a run stood on when it paused. `held`: as far as it holds with
 * these settings. Undefined where nothing is lost: another technique goes on from the picture anyway; of a picture whose
 * steps are all done nothing more is asked; and what climbs nothing takes no way.
 */
export function whatIsLost(
  held: Checkpoint,
  { technique, from, parameters }: Pick<SynthesisRequest, "technique" | "from" | "parameters">,
): string | undefined {
  const { steps } = parameters;
  if (held.technique !== technique || typeof steps !== "number" || held.step >= steps) return undefined;
  if (!held.state)
    return "It goes on from the picture: what was learned of the way to it was not kept, so that it takes another one than without a pause.";
  if (!from?.state?.optimizer)
    return "What the optimizer had learned was too large to be kept: it learns anew, so that the picture takes another way than without a pause.";
  if (!held.state.optimizer)
    return "What the optimizer had learned was of other settings, or of files that have changed since: it learns anew, from the picture as it stands.";
  return undefined;
}
