import * as vscode from "vscode";

// What is in front, as the tabs say it: a panel's own word on whether it is active may be out of date.

const inFront = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

/** Whether the tab in front is a custom editor of this file. */
export function isEditedInFront(uri: vscode.Uri): boolean {
  const input = inFront();
  return input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
}

/** Whether the tab in front is a custom editor of this type. */
export function isCustomInFront(viewType: string): boolean {
  const input = inFront();
  return input instanceof vscode.TabInputCustom && input.viewType === viewType;
}

/** Whether the tab in front is a panel of this type: before it VS Code puts a word of its own. */
export function isPanelInFront(viewType: string): boolean {
  const input = inFront();
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType);
}
