import type { LocalCopies } from "./local-copies.ts";
import type { Preparations } from "./preparation.ts";
import { stampOf } from "./settled.ts";
import { sidecarOf } from "./sidecar.ts";

/** What a table of a model depends on, photos apart: its file, and how photos are prepared. Undefined: it cannot be found again. */
export async function stateOfModel(
  model: string,
  preparations: Pick<Preparations, "of">,
  copies: Pick<LocalCopies, "has">,
): Promise<string | undefined> {
  if (copies.has(model)) return undefined;
  const chosen = preparations.of(model); // as it is at this moment, before anything is awaited
  const [file, sidecar] = await Promise.all([stampOf(model), stampOf(sidecarOf(model))]);
  return file === undefined ? undefined : JSON.stringify([file, sidecar, chosen]);
}
