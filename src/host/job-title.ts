import type { Playing } from "../shared/dream-panel.ts";

/** " 7/20"; of a recipe in stages ", stage 1 of 2: 7/20"; empty where nothing is known. */
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
