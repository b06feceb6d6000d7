import * as vscode from "vscode";
import type { ModelChoice } from "../shared/protocol.ts";
import { asLabel } from "./as-text.ts";
import { besideTitle, type Models } from "./models.ts";

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

function entryOf(choice: ModelChoice, models: Models, current: string | undefined) {
  const { path, title } = choice;
  const refused = models.mayRun(path) ? [] : ["not in Restricted Mode"];
  return {
    label: `${path === current ? "$(check) " : ""}${asLabel(title)}`,
    description: [besideTitle(choice), ...refused].filter(Boolean).join(" · "),
    path,
  };
}
