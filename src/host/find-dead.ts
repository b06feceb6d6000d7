import { basename } from "node:path";
import * as vscode from "vscode";
import { askForFolder, countFolder } from "./dead.ts";
import type { Inside } from "./inside.ts";
import type { ModelEditors } from "./model-editor.ts";
import { filePath } from "./photos.ts";

/**
 * Looks for dead filters over the current photo or over a folder, which is asked for where none is given, and shows them
 * in the model's editor: there each number opens its channels.
 */
export async function findDead(
  uri: vscode.Uri,
  given: vscode.Uri | undefined,
  inside: Inside,
  editors: ModelEditors,
): Promise<void> {
  const open = editors.all.find(({ document }) => document.uri.toString() === uri.toString());
  const model = open?.document.path ?? filePath(uri);
  const over = given ? filePath(given) : await askOver(model, inside);
  if (over === undefined) return;
  if (over === onPhoto) return editors.showDead(uri, "photo");
  if (await countFolder(model, over, inside).whole()) await editors.showDead(uri, "folder");
}

/** Nothing that a folder could be called. */
const onPhoto = "";

/** A folder's path; undefined where the question was left. */
async function askOver(model: string, { services, current: { photo }, dead }: Inside): Promise<string | undefined> {
  const before = (await dead.kept(model))?.counted.folder;
  const choices = [
    ...(photo === undefined ? [] : [{ label: "The current photo", description: basename(photo), over: onPhoto }]),
    ...(before === undefined ? [] : [{ label: `The folder ${basename(before)} once more`, description: before, over: before }]), // prettier-ignore
    { label: "A folder of photos…", description: "dead over a set is dead for sure", over: undefined },
  ];
  const title = `Dead filters of ${await services.models.nameOf(model)} over what?`;
  const picked = await vscode.window.showQuickPick(choices, { title });
  return picked && (picked.over ?? askForFolder());
}
