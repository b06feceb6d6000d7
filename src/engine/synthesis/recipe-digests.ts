import { isPath, type Given, type Schema } from "../../shared/parameters.ts";
import type { Digests } from "../../shared/synthesis.ts";
import type { ModelEntry } from "../library.ts";
import type { Looking } from "../subject.ts";

/** A recipe has names of files alone: what tells each from others of its name. */
export async function digestsOf(
  { digests }: Pick<Looking, "digests">,
  { file }: Pick<ModelEntry, "file">,
  image: string | undefined,
  schema: Schema,
  given: Given,
): Promise<Digests> {
  const model = await digests.ofModel(file);
  const photo = image === undefined ? undefined : await digests.of(image, "photo");
  const parameters: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(schema)) {
    const path = given[name];
    if (!isPath(parameter) || typeof path !== "string" || path === "") continue;
    const digest = await digests.of(path, parameter.kind);
    if (digest !== undefined) parameters[name] = digest;
  }
  return {
    ...(model !== undefined && { model }),
    ...(photo !== undefined && { image: photo }),
    ...(Object.keys(parameters).length && { parameters }),
  };
}
