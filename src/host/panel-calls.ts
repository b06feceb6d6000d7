import * as vscode from "vscode";

const runs = (command: string) => async () => {
  await vscode.commands.executeCommand(command);
};

/** What every page may ask of its host, the same for all: the ways out of trouble, and what is new. */
export const panelCalls = <T>(news: { listen(signal: AbortSignal): AsyncIterable<T> }) => ({
  showLog: runs("glassbox.showLog"),
  restartEngine: runs("glassbox.restartEngine"),
  manageTrust: runs("workbench.trust.manage"),
  changed: (_: void, signal: AbortSignal) => news.listen(signal),
});
