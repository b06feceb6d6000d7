import { stat } from "node:fs/promises";
import type { InputShape } from "../shared/preparation.ts";
import type { ModelCard } from "../shared/protocol.ts";

/** Milliseconds that a model may take to open which nobody asked for. */
const patience = 15_000;

/** Sides of pictures that are too small for what a photo shows, in pixels: those of digits and of CIFAR are. */
const tiny = 48;

/** States of files remembered as deadly. */
const most = 100;

/** Failures of a model that ended the engine, or had to. */
const endings = new Set(["EngineCrashed", "ModelCrashed", "OutOfMemory", "DeadlineExceeded", "Canceled"]);

export interface Probing {
  readonly open: (model: string, signal: AbortSignal) => Promise<Pick<ModelCard, "classes" | "picture">>;
  /** States of files that the engine died of, kept from window to window. */
  readonly deadly: () => readonly string[];
  readonly remember: (deadly: readonly string[]) => PromiseLike<void>;
  readonly log: (line: string) => void;
}

/**
 * Looks into models unasked until one classifies pictures like photos; where none does, it is the first that classifies any,
 * such as grey digits. What the engine died of is not looked into again, as long as its file is what it was: a person may
 * still choose it.
 */
export async function firstClassifier(
  models: readonly string[],
  { open, deadly, remember, log }: Probing,
): Promise<string | undefined> {
  let first: string | undefined;
  for (const model of models) {
    const state = await stateOf(model);
    if (deadly().includes(state)) continue;
    try {
      const { classes, picture } = await open(model, AbortSignal.timeout(patience));
      if (classes === undefined || !picture) continue;
      if (isLikePhotos(picture)) return model;
      first ??= model;
    } catch (error) {
      const { name, message } = error as Error; // rpc fails with errors only
      log(`${model} is not taken by default: ${message}`);
      if (endings.has(name)) await remember([state, ...deadly()].slice(0, most));
    }
  }
  return first;
}

/** A side that the file leaves open may be any. */
const isLikePhotos = ({ channels = 3, height = Infinity, width = Infinity }: InputShape): boolean =>
  channels >= 3 && Math.min(height, width) > tiny;

/** A file as it is now; another one when it is written anew. */
const stateOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ size, mtimeMs, ino }) => JSON.stringify([path, size, mtimeMs, ino]),
    () => path,
  );
