/**
 * A job's title with the class by its name: "… at class 282 by net.onnx" becomes "… at tiger cat by net.onnx". The photo and
 * the model may be called anything, "class 3" too: the class stands last before the model.
 */
export function withClassName(title: string, model: string, label: string): string {
  const end = title.length - (title.endsWith(` by ${model}`) ? ` by ${model}`.length : 0);
  return title.slice(0, end).replace(/^(.*)\bclass \d+/s, (_, before: string) => before + label) + title.slice(end);
}
