import { open, stat } from "node:fs/promises";
import { shown } from "../../shared/shown.ts";

/** Why a file can't be used, for the person who chose it: the message starts with its path. */
export class UnreadableFile extends Error {
  override name = "UnreadableFile";
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`${shown(path, 400)}: ${problem}`);
  }
}

const MEGABYTE = 1e6;

/** All bytes of a regular file of at most `limit` bytes. Anything else (folders, pipes, devices) is refused unopened. */
export async function readRegularFile(path: string, limit: number): Promise<Uint8Array> {
  const refuse = (problem: string): never => {
    throw new UnreadableFile(path, problem);
  };
  try {
    // Looked at before it is opened: opening a pipe waits for somebody to write into it.
    const before = await stat(path);
    if (before.isDirectory()) return refuse("it is a folder, not a file");
    if (!before.isFile()) return refuse("it is a pipe or a device, not a regular file");
    if (before.size === 0) return refuse("the file is empty");
    if (before.size > limit)
      return refuse(`${Math.ceil(before.size / MEGABYTE)} MB are more than the ${limit / MEGABYTE} MB that are read`);
    const handle = await open(path, "r");
    try {
      const bytes = await handle.readFile();
      const after = await handle.stat();
      if (after.size !== bytes.length || after.size !== before.size || after.mtimeMs !== before.mtimeMs)
        return refuse("it changed while it was being read; try again");
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof UnreadableFile ? error : new UnreadableFile(path, systemProblem(error));
  }
}

/** What the operating system refused, in words. */
export function systemProblem(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    ENOTDIR: "there is no such file",
    EACCES: "no permission to read it",
    EPERM: "no permission to read it",
    ELOOP: "its symbolic links lead in a circle",
    ENAMETOOLONG: "its path is too long",
  };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}
