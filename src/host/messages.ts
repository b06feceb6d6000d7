import * as vscode from "vscode";
import { asText } from "./as-text.ts";
import { Refused } from "./requests.ts";
import { Untrusted } from "./models.ts";

const actions = {
  "Show Log": "glassbox.showLog",
  "Restart Engine": "glassbox.restartEngine",
  "Choose Model": "glassbox.chooseModel",
  "Manage Workspace Trust": "workbench.trust.manage",
} as const;
type Action = keyof typeof actions;

/** Tells the person what went wrong and offers what can be done about it. */
export async function showFailure(error: unknown): Promise<void> {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === "Canceled") return;
  const said = await vscode.window.showErrorMessage(asText(message), ...actionsFor(error));
  if (said) await vscode.commands.executeCommand(actions[said]);
}

function actionsFor(error: unknown): readonly Action[] {
  if (error instanceof Refused) return [];
  if (error instanceof Untrusted) return ["Manage Workspace Trust", "Choose Model"];
  return ["Show Log", "Restart Engine"];
}
