import { inputSizeOf, type Library, type ModelEntry } from "../library.ts";
import type { Bound } from "../model.ts";

/** A model's network at its usual size; undefined where it takes no picture or cannot be understood at all. */
export async function boundOf(entry: ModelEntry): Promise<Bound | undefined> {
  return entry.file.picture ? (await entry.at(inputSizeOf(entry))).bound(1) : undefined;
}

/** The same for what must be shown in any case: what is wrong with the file is said elsewhere. */
export async function boundIfAny(library: Library, model: string): Promise<Bound | undefined> {
  try {
    return await boundOf(await library.open(model));
  } catch {
    return undefined;
  }
}
