import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { PathKind } from "../shared/parameters.ts";

/** What a recipe in this folder calls by this name, where there is one of its kind: never the folder itself, or one above it. */
export async function besideRecipe(folder: string, name: string, kind: PathKind): Promise<string | undefined> {
  const own = basename(name);
  if (own === "" || own === "." || own === "..") return undefined;
  const path = join(folder, own);
  const found = await stat(path).catch(() => undefined); // looked for elsewhere
  const isRight = kind === "folder" ? found?.isDirectory() : found?.isFile();
  return isRight ? path : undefined;
}

/** Of files of one name that of the recipe; the first where none is, or where it does not say which it was. */
export async function ofDigest(
  paths: readonly string[],
  digest: string | undefined,
  digestOf: (path: string) => Promise<string | undefined>,
): Promise<{ readonly path: string | undefined; readonly isAnother: boolean }> {
  const [first] = paths;
  if (first === undefined || digest === undefined) return { path: first, isAnother: false };
  for (const path of paths) if ((await digestOf(path)) === digest) return { path, isAnother: false };
  return { path: first, isAnother: true };
}
