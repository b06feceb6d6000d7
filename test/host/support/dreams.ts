import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { DreamPanel } from "../../../src/host/dream-panel.ts";
import { glassbox, patient } from "./glassbox.ts";

/** The panel that the command opens. */
export async function opened(command: string, ...given: readonly unknown[]): Promise<DreamPanel> {
  const { dreams } = await glassbox();
  const before = new Set(dreams.all);
  await vscode.commands.executeCommand(`glassbox.${command}`, ...given);
  const [panel] = dreams.all.filter((one) => !before.has(one));
  assert.ok(panel, `${command} opens a panel`);
  return panel;
}

/** What the panel tells its page of the recipe that is opened next, or was before there was a page. */
export async function nextRecipe({ calls }: DreamPanel) {
  for await (const recipe of calls.openedRecipes(undefined, patient)) return recipe;
  return undefined;
}
