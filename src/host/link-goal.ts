import { readlink, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Links that lead to one another are followed no further: whoever writes there is told. */
const mostLinks = 40;

/** The file that is meant by a path: where it is a symbolic link, what that leads to, be it there or not. */
export async function goalOf(path: string, links = mostLinks): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined || links === 0) return real ?? path;
  const next = await readlink(path).catch(() => undefined);
  if (next === undefined) return path;
  return goalOf(resolve(await realpath(dirname(path)), next), links - 1);
}
