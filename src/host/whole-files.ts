/** What it takes to write a file whole, by the names that an editor's file systems have for it. */
export interface Files<Place> {
  writeFile(place: Place, bytes: Uint8Array): PromiseLike<void>;
  rename(from: Place, to: Place, options: { readonly overwrite: boolean }): PromiseLike<void>;
  delete(place: Place): PromiseLike<void>;
}

export class NotWritten extends Error {
  override name = "NotWritten";
}

/** Whole or not at all: what was there before stays until all of it is written `beside`, and takes its place. */
export async function writeWhole<Place>(
  files: Files<Place>,
  { place, beside, words }: { readonly place: Place; readonly beside: Place; readonly words: string },
  bytes: Uint8Array,
): Promise<void> {
  try {
    await files.writeFile(beside, bytes);
    await files.rename(beside, place, { overwrite: true });
  } catch (error) {
    await files.delete(beside).then(undefined, () => undefined); // it may never have been made
    throw new NotWritten(`${words} was not written: ${reasonOf(error)}.`, { cause: error });
  }
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ENOSPC|EDQUOT|no space|disk quota/i, "the disk is full"],
  [/EFBIG|file too large/i, "no file may be that large there"],
  [/EACCES|EPERM|NoPermissions|permission/i, "it may not be written there"],
  [/EROFS|read-only/i, "the disk is read-only"],
  [/ENOENT|FileNotFound/i, "its folder is gone"],
];

/** A path, which may be called anything. The mark at its end is no apostrophe within it. */
const quoted = /(['"]).*?\1(?!\w)/g;

/** In words; an editor's file systems tell more in the message than in the code, and name the file there. */
export function reasonOf(error: unknown): string {
  const { code = "", message = String(error) } = error as Partial<NodeJS.ErrnoException>; // whatever was thrown
  const reasonIn = (text: string) => reasons.find(([pattern]) => pattern.test(text))?.[1];
  return reasonIn(code) ?? reasonIn(message.replace(quoted, "")) ?? message.replace(/\.$/, "");
}

/** Files of a series, one after the other; where one cannot be written, how many there are is said. */
export async function writeSeries(
  count: number,
  where: string,
  write: (i: number) => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  for (let i = 0; i < count; i++) {
    if (signal.aborted) return false;
    try {
      await write(i);
    } catch (error) {
      if (!(error instanceof NotWritten)) throw error;
      throw new NotWritten(`${i} of ${count} frames are in ${where}; ${error.message}`, { cause: error });
    }
  }
  return true;
}
