import { basename } from "node:path";
import * as vscode from "vscode";
import type { FilmKind } from "../shared/dream-panel.ts";
import { filmed, keptWords } from "../shared/dream-kept.ts";
import { filmRemark } from "../shared/film-size.ts";
import type { Drawn, Frame, Recipe } from "../shared/synthesis.ts";
import { fileNameOf, type Named } from "./dream-file-name.ts";
import type { Kept } from "./dream-film.ts";
import type { Engine } from "./engine.ts";
import { goalOf } from "./link-goal.ts";
import { showFailure } from "./messages.ts";
import { askPlace, fileName, freePlace, saySaved, type Said } from "./saving.ts";
import { writeSeries, writeWhole } from "./whole-files.ts";

/** With names where it is a sheet, suggested in `folder`. Where the picture was saved; undefined when the dialog was left. */
export async function savePicture(
  engine: Engine,
  { picture, sheet }: Pick<Frame, "picture" | "sheet">,
  recipe: Recipe,
  folder: string,
  said: Said = {},
): Promise<string | undefined> {
  const bytes = await engine.client.pictureFile({ picture, recipe, ...(sheet && { sheet }) });
  return saveTo(folder, fileNameOf(recipe), bytes, "png", said);
}

export async function saveFilm(
  engine: Engine,
  line: readonly Kept[],
  kind: FilmKind,
  framesPerSecond: number,
  made: Named,
  folder: string,
): Promise<boolean> {
  const frames = filmed(line).map(({ frame }) => frame.picture);
  const bytes = await engine.client.filmFile({ frames, kind, framesPerSecond });
  const remark = filmRemark(largestOf(frames), frames.length);
  return (await saveTo(folder, fileNameOf(made), bytes, kind, { remark })) !== undefined;
}

/**
 * Each frame as a PNG of its own, as it would be saved by itself, numbered, into a folder of their own that a dialog asks for:
 * they are many, and would lie among the photos.
 */
export async function saveFrames(
  engine: Engine,
  line: readonly Kept[],
  recipeOf: (kept: Kept) => Recipe,
  made: Named,
  suggested: string,
  signal: AbortSignal,
): Promise<boolean> {
  const folder = await vscode.window.showSaveDialog({
    title: `Save Frames Into a New Folder: ${keptWords(line)}`,
    defaultUri: await freePlace(suggested, folderName(`${fileNameOf(made)} frames`)),
  });
  if (!folder) return false;
  await vscode.workspace.fs.createDirectory(folder);
  const write = async (i: number) => {
    const kept = line[i]!;
    const { picture, sheet } = kept.frame;
    const bytes = await engine.client.pictureFile({ picture, recipe: recipeOf(kept), ...(sheet && { sheet }) });
    const name = fileName(`${fileNameOf(made)}-${String(i + 1).padStart(4, "0")}`, "png");
    const place = vscode.Uri.joinPath(folder, name);
    await replace(place, place.fsPath, bytes); // nobody chose this very file: a link of its name is not followed
  };
  if (!(await writeSeries(line.length, folder.fsPath, write, signal))) return false;
  saySaved(folder, { words: `Saved ${line.length} frames in ${folder.fsPath}.`, canOpen: false }).catch(showFailure);
  return true;
}

/** A name that every file system takes. */
const folderName = (name: string): string => fileName(name, "png").slice(0, -".png".length);

/** Asks where to, suggesting a name in `folder`, and writes; says where it is, and offers ways to it. */
async function saveTo(
  folder: string,
  name: string,
  bytes: Uint8Array,
  kind: FilmKind | "png",
  said: Said,
): Promise<string | undefined> {
  const target = await askPlace(folder, name, kind);
  if (!target) return undefined;
  await writeFile(target, bytes);
  saySaved(target, said).catch(showFailure);
  return target.fsPath;
}

/** A link that a person chose stays one: the file that it leads to is the one that is written. */
async function writeFile(chosen: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const place = chosen.scheme === "file" ? vscode.Uri.file(await goalOf(chosen.fsPath)) : chosen;
  return replace(place, chosen.fsPath, bytes);
}

/** `words`: what the file is called where it cannot be written. */
function replace(place: vscode.Uri, words: string, bytes: Uint8Array): Promise<void> {
  const beside = vscode.Uri.joinPath(place, "..", `.${basename(place.path)}.${process.pid}`);
  return writeWhole(vscode.workspace.fs, { place, beside, words }, bytes);
}

const largestOf = (frames: readonly Drawn[]) => ({
  width: Math.max(...frames.map(({ width }) => width)),
  height: Math.max(...frames.map(({ height }) => height)),
});
