import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { Unreadable } from "../unreadable.ts";

/** What tells one state of a file from another. */
export interface FileStamp {
  readonly realPath: string;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
}

const remedies: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  ENOENT: ["there is no such file", "Was it moved or deleted?"],
  ENOTDIR: ["there is no such file", "A part of its path is not a folder."],
  EACCES: ["you have no permission to read it", "Change its permissions, or copy it to where you may."],
  EPERM: ["you have no permission to read it", "Change its permissions, or copy it to where you may."],
  ELOOP: ["it is a link that leads back to itself", "Replace the link with the file."],
  ENAMETOOLONG: ["its path is too long for this system", "Move it to a shorter path."],
  EMFILE: ["too many files are open", "Close some models and try again."],
};

/** The operating system's refusal in words. */
export function refusal(path: string, error: unknown): Unreadable {
  const code = (error as NodeJS.ErrnoException).code ?? String(error); // thrown by node:fs, which sets a code
  const [reason, remedy] = remedies[code] ?? [`it cannot be read (${code})`, undefined];
  return new Unreadable(path, reason, { cause: error, ...(remedy === undefined ? {} : { remedy }) });
}

/** Only regular files are opened: a folder has no bytes, and reading a pipe or a device may never end. */
function demandRegular(path: string, stats: BigIntStats): void {
  if (stats.isFile()) return;
  const what = stats.isDirectory()
    ? "a folder"
    : stats.isFIFO()
      ? "a pipe"
      : stats.isSocket()
        ? "a socket"
        : "a device";
  throw new Unreadable(path, `it is ${what}, not a file`, { remedy: "Choose a model file." });
}

const stampOf = (realPath: string, { size, mtimeNs, ino, dev }: BigIntStats): FileStamp => ({
  realPath,
  size: Number(size),
  mtimeNs,
  ino,
  dev,
});

const same = (a: FileStamp, b: FileStamp): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino && a.dev === b.dev;

/** Whether the file at that path is still the one that the stamp was taken of, untouched. */
export function isUnchanged(stamp: FileStamp): boolean {
  const stats = statSync(stamp.realPath, { bigint: true, throwIfNoEntry: false });
  return stats !== undefined && same(stamp, stampOf(stamp.realPath, stats));
}

const largestRead = 2 ** 30;

/** A regular file, open for reads at any position. Every failure is an `Unreadable` that names it. */
export class RegularFile {
  private constructor(
    /** As the person knows it. */
    readonly path: string,
    readonly stamp: FileStamp,
    private readonly descriptor: number,
  ) {}

  static open(path: string): RegularFile {
    let descriptor: number | undefined;
    try {
      const realPath = realpathSync.native(path);
      const before = statSync(realPath, { bigint: true });
      demandRegular(path, before);
      // Neither a pipe nor a link that took the file's place since may be waited for or followed.
      const guards = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
      descriptor = openSync(realPath, constants.O_RDONLY | guards);
      const stats = fstatSync(descriptor, { bigint: true });
      demandRegular(path, stats);
      if (stats.ino !== before.ino || stats.dev !== before.dev) throw changed(path);
      return new RegularFile(path, stampOf(realPath, stats), descriptor);
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor);
      throw error instanceof Unreadable ? error : refusal(path, error);
    }
  }

  get size(): number {
    return this.stamp.size;
  }

  /** Fills `into` with the bytes from `position` on. */
  read(into: Uint8Array, position: number): void {
    let done = 0;
    while (done < into.length) {
      const length = Math.min(into.length - done, largestRead);
      const count = this.readSome(into, done, length, position + done);
      if (count === 0) throw changed(this.path);
      done += count;
    }
  }

  private readSome(into: Uint8Array, offset: number, length: number, position: number): number {
    try {
      return readSync(this.descriptor, into, offset, length, position);
    } catch (error) {
      throw refusal(this.path, error);
    }
  }

  /** Whether the file still is what it was when it was opened; false also when its name leads elsewhere now. */
  isUnchanged(): boolean {
    return isUnchanged(this.stamp);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

export const changed = (path: string): Unreadable =>
  new Unreadable(path, "it changed while it was being read", { remedy: "Try again when it is completely written." });
