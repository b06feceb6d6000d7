import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, extname, join, resolve, sep } from "node:path";
import { isPhoto } from "../shared/photo-endings.ts";
import { WrongUse } from "./words.ts";

/** Where the files go that were asked for. */
export interface Destination {
  readonly out: string | undefined;
  readonly raw: string | undefined;
  /** Names in the folder `out` that are taken: by this run's files, and by those that it reads. */
  readonly taken: Set<string>;
}

/**
 * Finds out, before anything is computed, whether what is asked for can be written there; makes the folder for it. `read`:
 * the files that it is made of; `folders`: those whose photos it is made of.
 */
export function destination(
  out: string | undefined,
  raw: string | undefined,
  read: readonly string[] = [],
  folders: readonly string[] = [],
): Destination {
  if (raw !== undefined) tryFile(raw);
  if (out !== undefined) {
    if (isPng(out)) tryFile(out);
    else tryFolder(out);
  }
  for (const path of [out, raw]) if (path !== undefined) demandNotRead(path, read, folders);
  if (out !== undefined && raw !== undefined && isPng(out) && isSameFile(out, raw))
    throw new WrongUse(`--raw ${raw} is the file of --out: give each a name of its own`);
  const isInFolder = (path: string) =>
    out !== undefined && !isPng(out) && existsSync(path) && isSameFile(dirname(path), out);
  return { out, raw, taken: new Set(read.filter(isInFolder).map((path) => basename(path))) };
}

/** A .png is a file; anything else a folder, where each map is named after its image and technique; of two alike the second is "photo-2". */
export function mapPath(out: string, image: string, technique: string, taken: Set<string>): string {
  if (isPng(out)) return out;
  const name = (count: number) => `${basename(image, extname(image))}${count > 1 ? `-${count}` : ""}.${technique}.png`;
  let count = 1;
  while (taken.has(name(count))) count++;
  taken.add(name(count));
  return join(out, name(count));
}

/** Whole or not at all: what was there before stays until all of it is written. */
export function writeTo(path: string, bytes: Uint8Array, write: typeof writeFileSync = writeFileSync): string {
  spoken(path, () => {
    // A device, and a file in a folder that takes no new ones, can only be written as they are.
    const goal = goalOf(path);
    if (!canBeReplaced(goal)) return write(goal, bytes);
    const whole = join(dirname(goal), `.${basename(goal)}.${process.pid}`);
    const mode = statSync(goal, { throwIfNoEntry: false })?.mode;
    try {
      // Who may not read the old one may not read the new one meanwhile either.
      write(whole, bytes, mode === undefined ? {} : { mode });
      if (mode !== undefined) chmodSync(whole, mode);
      renameSync(whole, goal);
    } finally {
      rmSync(whole, { force: true });
    }
  });
  return path;
}

/** Links that lead to one another are followed no further: whoever writes there is told. */
const mostLinks = 40;

/** What a link leads to, be it there or not. */
function goalOf(path: string, links = mostLinks): string {
  if (existsSync(path)) return realpathSync(path);
  if (links === 0) return path;
  const link = lstatSync(path, { throwIfNoEntry: false });
  return link?.isSymbolicLink() ? goalOf(resolve(realpathSync(dirname(path)), readlinkSync(path)), links - 1) : path;
}

function canBeReplaced(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) return false;
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether two files that can be written are one, by whatever names and links. */
export const isSameFile = (one: string, other: string): boolean => placeOf(one) === placeOf(other);

function placeOf(path: string): string {
  const goal = goalOf(path);
  return join(realpathSync(dirname(goal)), basename(goal));
}

/** Throws where what is to be written would take the place of what it is made of: of a file, or of a photo in a folder. */
export function demandNotRead(path: string, read: readonly string[], folders: readonly string[]): void {
  if (read.some((each) => existsSync(each) && isSameFile(path, each)) || folders.some((each) => isPhotoOf(path, each)))
    throw new WrongUse(`${path} is read here, and what is written would take its place: give that another name`);
}

/** A link to a photo is one, too. */
const isPhotoOf = (path: string, folder: string): boolean =>
  isPhoto(path) &&
  existsSync(path) &&
  existsSync(folder) &&
  [path, realpathSync(path)].some((each) => asFolder(dirname(each)).startsWith(asFolder(folder)));

const asFolder = (path: string): string => join(realpathSync(path), sep);

export const isPng = (path: string) => extname(path).toLowerCase() === ".png";

/** Opens it as it will be opened, and leaves things as they were. Opening a pipe would wait for somebody to read from it. */
function tryFile(path: string): void {
  const found = spoken(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found && !found.isFile() && !found.isDirectory() && !found.isCharacterDevice())
    throw new Error(`${path} was not written: it is a pipe or a device, not a file.`);
  spoken(path, () => {
    closeSync(openSync(path, "a"));
    if (!found) rmSync(realpathSync(path));
  });
}

function tryFolder(path: string): void {
  spoken(path, () => {
    makeFolder(resolve(path));
    const trial = join(path, `.glassbox-${process.pid}`);
    closeSync(openSync(trial, "wx"));
    rmSync(trial);
  });
}

/** One after the other: in a folder that takes none (/proc), Node's own way to make all that are missing never ends. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw Object.assign(new Error("not a folder"), { code: "EEXIST" });
    return;
  }
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** What node:fs calls what can go wrong when something is written, in words. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "it may not be written there",
  EPERM: "it may not be written there",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EFBIG: "no file may be that large there",
  ENOENT: "nothing can be made there",
  ENOTDIR: "a part of its path is a file, not a folder",
  EEXIST: "there is a file of that name, where a folder is needed",
  EISDIR: "there is a folder of that name",
  ELOOP: "its symbolic links lead in a circle",
};

function spoken<A>(path: string, act: () => A): A {
  try {
    return act();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException; // what node:fs throws
    const folder = code === "ENOENT" ? dirname(goalOf(path)) : dirname(path);
    const reason =
      code === "ENOENT" && !existsSync(folder) ? `there is no folder ${folder}` : (reasons[code] ?? message);
    throw new Error(`${path} was not written: ${reason}.`, { cause: error });
  }
}
