import { basename } from "node:path";
import * as vscode from "vscode";
import type { ModelChoice } from "../shared/protocol.ts";
import type { Models } from "./models.ts";

const headings = { "built in": "Built in", workspace: "In this workspace", opened: "Opened before" } as const;

/** Lets the person choose a model; undefined when they left. */
export async function pickModel(
  models: Models,
  current: string | undefined,
  title: string,
): Promise<string | undefined> {
  const choices = await models.list();
  const browse = { label: "$(folder-opened) Browse…", path: undefined, alwaysShow: true };
  const entries = (["workspace", "opened", "built in"] as const).flatMap((where) => {
    const here = choices.filter((choice) => choice.where === where);
    const heading = { label: headings[where], kind: vscode.QuickPickItemKind.Separator, path: undefined };
    return here.length ? [heading, ...here.map((choice) => entryOf(choice, models, current))] : [];
  });
  const picked = await vscode.window.showQuickPick([...entries, browse], {
    title,
    placeHolder: "An ONNX image classifier",
    matchOnDescription: true,
  });
  const path = picked === browse ? await models.browse() : picked?.path;
  if (path !== undefined) models.refuseUntrusted(path);
  return path;
}

function entryOf({ path, title, where }: ModelChoice, models: Models, current: string | undefined) {
  const place = where === "built in" ? basename(path) : vscode.workspace.asRelativePath(path);
  return {
    label: path === current ? `$(check) ${title}` : title,
    description: models.mayRun(path) ? place : "not in Restricted Mode",
    path,
  };
}
