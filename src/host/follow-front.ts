import * as vscode from "vscode";
import type { Current } from "./current.ts";
import { ExplainPanel } from "./explain-panel.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import { isEditedInFront, isPanelInFront } from "./front.ts";
import type { ModelEditors } from "./model-editor.ts";
import type { Services } from "./services.ts";

/**
 * The model of the editor or Explain panel in front is the one whose layers are shown, and a panel's photo the one that
 * is looked through until another is chosen. What is in front, the tabs say: a panel's own word on whether it is active
 * may come before theirs or after it, and it is out of date until then.
 */
export function followFront(
  explain: ExplainPanels,
  editors: ModelEditors,
  { models }: Services,
  current: Current,
): vscode.Disposable {
  const explaining = () => (isPanelInFront(ExplainPanel.viewType) ? explain.active : undefined);
  const follow = async () => {
    const editor = editors.all.find(({ document }) => isEditedInFront(document.uri));
    if (editor) return current.useModel(editor.document.path);
    const panel = explaining();
    if (!panel) return;
    const { model, image } = await panel.state();
    if (panel !== explaining()) return; // another tab has come to the front meanwhile
    current.useModel(model);
    await current.offerPhoto(image);
  };
  const quietly = () => void follow().catch(() => undefined); // the panel says itself what is wrong with its model
  return vscode.Disposable.from(
    vscode.window.tabGroups.onDidChangeTabs(quietly),
    vscode.window.tabGroups.onDidChangeTabGroups(quietly),
    editors.onChange(quietly),
    explain.onState(quietly),
    models.onRemember((path) => explaining() && current.useModel(path)),
  );
}
