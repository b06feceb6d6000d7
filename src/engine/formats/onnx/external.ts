import { realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { shown } from "../../../shared/shown.ts";

/** A file that a model may not name, or that is not there; the message is a clause without its file's name. */
export class OutOfReach extends Error {
  override name = "OutOfReach";
}

/** It may be named, and would be in one of these places. */
export class NotThere extends OutOfReach {
  constructor(
    message: string,
    readonly paths: readonly string[],
  ) {
    super(message);
  }
}

/**
 * The real path of a file that a model names as its own. It must lie in the model's folder or, where the model is a link, in
 * the folder of what it leads to: Hugging Face's cache is made of such links. Hard links are the person's own doing.
 */
export function besideModel(location: string, model: string): string {
  const name = location.replaceAll("\\", "/");
  const told = `"${shown(location)}"`;
  if (name === "") throw new OutOfReach("names no file for its values");
  if (name.includes("\0")) throw new OutOfReach(`names a file with a zero byte in it (${told})`);
  if (name.startsWith("/") || /^[a-z]:/i.test(name) || (sep === "\\" && name.includes(":")))
    throw new OutOfReach(`names ${told}, which is not a path relative to the model`);
  if (name.split("/").includes("..")) throw new OutOfReach(`names ${told}, which leads out of the model's folder`);

  const folders = [dirname(model), dirname(realpathSync.native(model))];
  const paths = [...new Set(folders.map((folder) => join(folder, name)))];
  const found = paths.map(realPathOf).find((path) => path !== undefined);
  if (found === undefined) throw new NotThere(`needs the file ${told} beside the model, which is not there`, paths);
  const inside = folders.some((folder) => found.startsWith(withSeparator(realpathSync.native(folder))));
  if (!inside) throw new OutOfReach(`names ${told}, a link that leads out of the model's folder`);
  return found;
}

const withSeparator = (folder: string) => (folder.endsWith(sep) ? folder : folder + sep);

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
