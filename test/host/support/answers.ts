import * as vscode from "vscode";

type Window = typeof vscode.window;
/** The ways in which VS Code asks a person. */
type Questions = "showQuickPick" | "showInputBox" | "showOpenDialog" | "showSaveDialog" | "showInformationMessage";

/** What a person who is asked would answer: as long as `doing` runs, in place of the dialogs themselves. */
export async function answering<T>(
  answers: { readonly [K in Questions]?: (...asked: readonly never[]) => unknown },
  doing: () => Promise<T>,
): Promise<T> {
  const window = vscode.window as unknown as Record<string, unknown>; // its functions are replaced for a while
  const before = Object.fromEntries(Object.keys(answers).map((name) => [name, vscode.window[name as keyof Window]]));
  for (const [name, answer] of Object.entries(answers))
    window[name] = async (...asked: readonly never[]) => Promise.resolve(answer(...asked));
  try {
    return await doing();
  } finally {
    Object.assign(window, before);
  }
}

/** Picks the entry whose label fits. */
export const picking =
  (...labels: readonly RegExp[]) =>
  (entries: readonly vscode.QuickPickItem[]): vscode.QuickPickItem => {
    const found = entries.find(({ label }) => labels.some((wanted) => wanted.test(label)));
    if (!found) throw new Error(`Nothing fits among ${entries.slice(0, 9).map(({ label }) => label).join(", ")}.`); // prettier-ignore
    return found;
  };
