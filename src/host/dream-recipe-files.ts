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
