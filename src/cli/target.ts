/** The number of a class that is given by its number or its label, as a person types it. Throws RangeError naming what is near. */
export function classNumber(asked: string, labels: readonly string[], classes: number): number {
  if (/^\d+$/.test(asked)) {
    if (Number(asked) < classes) return Number(asked);
    throw new RangeError(`there is no class ${asked}; the classes are 0 to ${classes - 1}`);
  }
  const wanted = asked.trim().toLowerCase();
  const exact = labels.findIndex((label) => label.toLowerCase() === wanted);
  if (exact >= 0) return exact;
  // ImageNet's labels list synonyms: "tabby, tabby cat".
  const synonym = labels.findIndex((label) => label.toLowerCase().split(", ").includes(wanted));
  if (synonym >= 0) return synonym;
  const near = labels.flatMap((label, i) => (label.toLowerCase().includes(wanted) ? [i] : []));
  const [only] = near;
  if (near.length === 1 && only !== undefined) return only;
  const names = near.slice(0, 5).map((i) => `${labels[i] ?? ""} (${i})`);
  throw new RangeError(
    near.length
      ? `"${asked}" may be ${names.join("; ")}${near.length > 5 ? "; …" : ""}`
      : `there is no class "${asked}"`,
  );
}
