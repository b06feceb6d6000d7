import { basename } from "node:path";
import * as vscode from "vscode";
import type { PhotoSet } from "../shared/dead.ts";
import type { CountedDead } from "../shared/model-panel.ts";
import { deadText } from "./dead-text.ts";
import { tablesOver, type CountUpdate, type FolderCount } from "./dead-counts.ts";
import type { Inside } from "./inside.ts";
import { showFailure } from "./messages.ts";
import { Refused } from "./requests.ts";

/** The search for dead filters over the current photo. */
export async function* deadOnPhoto(
  model: string,
  inside: Inside,
  signal: AbortSignal,
): AsyncGenerator<CountUpdate, void> {
  const { current, dead, health } = inside;
  const { photo } = current;
  if (photo === undefined) throw new Refused("Choose a photo first: whether a filter is dead shows on photos.");
  const { round } = health;
  for await (const found of counting(model, { images: [photo] }, { photo: basename(photo) }, inside, signal)) {
    if (found.kind === "report") {
      // The tree's badges are about the current photo: what a folder's photos leave silent is another matter.
      health.learnDead(round, model, found.layers);
      dead.learnOnPhoto(model, found);
    }
    yield found;
  }
}

/** The same over all photos of a folder: in the background, with its progress and a way to end it wherever one is in the window. */
export function countFolder(model: string, folder: string, inside: Inside): FolderCount {
  inside.services.models.refuseUntrusted(model);
  const count = inside.dead.start(model, folder, (signal) => counting(model, { folder }, { folder }, inside, signal));
  void vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Looking for dead filters of ${basename(model)} over ${basename(folder)}`,
      cancellable: true,
    },
    async (progress, token) => {
      const end = new AbortController();
      token.onCancellationRequested(() => count.cancel());
      let before = 0;
      try {
        for await (const found of count.steps(end.signal)) {
          if (found.kind === "report") continue;
          const done = (100 * found.done) / Math.max(1, found.total);
          progress.report({ increment: done - before, message: `${found.done} of ${found.total} photos` });
          before = done;
        }
      } catch (error) {
        if (count.failedUnheard) void showFailure(error);
      }
    },
  );
  return count;
}

async function* counting(
  model: string,
  set: PhotoSet,
  over: { readonly folder: string } | { readonly photo: string },
  { services: { engine, models, preparations } }: Inside,
  signal: AbortSignal,
): AsyncGenerator<CountUpdate, void> {
  models.refuseUntrusted(model);
  const preparation = preparations.of(model);
  const asked = { model, ...set, ...(preparation && { preparation }) };
  yield* tablesOver(over, engine.job("dead", asked, signal));
}

export async function askForFolder(): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: "Look for Dead Filters Over Which Folder of Photos?",
      openLabel: "Look",
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder?.fsPath;
}

/** The last table over the photo, or over a folder, as a document. */
export async function showDeadReport(model: string, over: "photo" | "folder", inside: Inside): Promise<void> {
  const { dead } = inside;
  const counted: CountedDead | undefined = over === "photo" ? dead.onPhoto(model) : await dead.onFolder(model);
  if (!counted) throw new Refused("There is no finished count: look for dead filters first.");
  await inside.reports.show(`Dead filters of ${basename(model)}`, deadText(counted, basename(model), wordsOf(counted)));
}

const wordsOf = ({ folder, photo }: CountedDead): string => (folder === undefined ? (photo ?? "") : folder);
