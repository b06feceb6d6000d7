import type { Playing } from "../shared/dream-panel.ts";
import type { Job } from "../supervisor/types.ts";

/** By what was asked, the very object that the job has. */
const stages = new WeakMap<object, () => Playing | undefined>();

/** A job knows its steps alone: who asks for a recipe in stages tells of which stage they are. */
export function tellStage(params: object, playing: () => Playing | undefined): void {
  stages.set(params, playing);
}

/** " 7/20"; of a recipe in stages ", stage 1 of 2: 7/20"; empty where nothing is known. */
export function progressOf({ params, done, total }: Pick<Job, "params" | "done" | "total">): string {
  const playing = typeof params === "object" && params !== null ? stages.get(params)?.() : undefined;
  return progressWords({ done, total, playing });
}

export function progressWords({
  done,
  total,
  playing,
}: {
  readonly done: number;
  readonly total: number;
  readonly playing?: Playing | undefined;
}): string {
  const steps = total > 0 ? ` ${Math.floor(done)}/${total}` : "";
  if (!playing) return steps;
  return `, stage ${playing.stage} of ${playing.stages}${steps && ":"}${steps}`;
}

/**
 * A job's title with the class by its name: "… at class 282 by net.onnx" becomes "… at tiger cat by net.onnx". The photo and
 * the model may be called anything, "class 3" too: the class stands last before the model.
 */
export function withClassName(title: string, model: string, label: string): string {
  const end = title.length - (title.endsWith(` by ${model}`) ? ` by ${model}`.length : 0);
  return title.slice(0, end).replace(/^(.*)\bclass \d+/s, (_, before: string) => before + label) + title.slice(end);
}
