/** A file's name out of names from a model, which may hold anything: "fire2/squeeze" becomes "fire2-squeeze". */
export const fileNameOf = (...names: readonly string[]): string =>
  names
    .join("-")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 100) || "model";
