import * as vscode from "vscode";
import type { DeadReport } from "../shared/inside.ts";
import type { Progress } from "../shared/updates.ts";
import type { Inside } from "./inside.ts";
import { photosIn } from "./folder-photos.ts";
import { Refused } from "./requests.ts";

/** The search for dead filters over the current photo, or over a folder that a dialog asks for; nothing when that was left. */
export async function* deadOver(
  over: "photo" | "folder",
  model: string,
  { services, current, health }: Inside,
  signal: AbortSignal,
): AsyncGenerator<Progress | DeadReport, void> {
  const { engine, models, preparations } = services;
  models.refuseUntrusted(model);
  const images = over === "photo" ? currentPhoto(current.photo) : await askForFolder();
  if (!images) return;
  const { round } = health;
  const preparation = preparations.of(model);
  for await (const found of engine.job("dead", { model, images, ...(preparation && { preparation }) }, signal)) {
    // The tree's badges are about the current photo: what a folder's photos leave silent is another matter.
    if (over === "photo" && found.kind === "report") health.learnDead(round, model, found.layers);
    yield found;
  }
}

function currentPhoto(photo: string | undefined): readonly string[] {
  if (photo === undefined) throw new Refused("Choose a photo first: whether a filter is dead shows on photos.");
  return [photo];
}

async function askForFolder(): Promise<readonly string[] | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: "Look for Dead Filters Over Which Folder of Photos?",
      openLabel: "Look",
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!folder) return undefined;
  const photos = await photosIn(folder.fsPath);
  if (!photos.length) throw new Refused(`There are no photos in ${folder.fsPath}.`);
  return photos;
}
