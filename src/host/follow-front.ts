import * as vscode from "vscode";
import type { Current, LayerOf } from "./current.ts";
import { DreamPanel } from "./dream-panel.ts";
import type { DreamPanels } from "./dream-panels.ts";
import { ExplainPanel } from "./explain-panel.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import { isEditedInFront, isPanelInFront } from "./front.ts";
import type { ModelEditors } from "./model-editor.ts";
import type { Models } from "./models.ts";

/** What a panel is of: its network, and the photo and the layer that it looks at, where it does. */
export interface Shows {
  readonly model: string;
  readonly image?: string;
  readonly layer?: string;
}

/**
 * The model of the editor or panel in front is the one whose layers are shown, and a panel's photo the one that is looked
 * through until another is chosen. What is in front, the tabs say: a panel's own word on whether it is active may come
 * before theirs or after it, and it is out of date until then.
 */
export class Front implements vscode.Disposable {
  readonly #listening: vscode.Disposable;
  /** The panel that was in front last, its layer, and which one had been looked at elsewhere when it came there with that. */
  #last:
    { readonly panel: unknown; readonly layer: string | undefined; readonly looked: LayerOf | undefined } | undefined;

  constructor(
    private readonly explain: ExplainPanels,
    private readonly dreams: DreamPanels,
    private readonly editors: ModelEditors,
    models: Models,
    private readonly current: Current,
  ) {
    const quietly = () => void this.#follow().catch(() => undefined); // the panel says itself what is wrong with its model
    this.#listening = vscode.Disposable.from(
      vscode.window.tabGroups.onDidChangeTabs(quietly),
      vscode.window.tabGroups.onDidChangeTabGroups(quietly),
      editors.onChange(quietly),
      explain.onState(quietly),
      dreams.onState(quietly),
      models.onRemember((path) => this.#panel instanceof ExplainPanel && current.useModel(path)),
    );
  }

  /** What the panel in front shows; its layer is another of the same model where that was looked at since. */
  async shown(): Promise<Shows | undefined> {
    const panel = this.#panel;
    const shows: Shows | undefined = await panel?.state().catch(() => undefined); // as above
    if (!shows || panel !== this.#panel) return undefined;
    this.#note(panel, shows);
    const { layer: looked } = this.current;
    const isSince = looked?.model === shows.model && looked !== this.#last?.looked;
    return isSince ? { ...shows, layer: looked.layer } : shows;
  }

  get #panel(): ExplainPanel | DreamPanel | undefined {
    if (isPanelInFront(ExplainPanel.viewType)) return this.explain.active;
    return isPanelInFront(DreamPanel.viewType) ? this.dreams.active : undefined;
  }

  async #follow(): Promise<void> {
    const { current } = this;
    const editor = this.editors.all.find(({ document }) => isEditedInFront(document.uri));
    const panel = editor ? undefined : this.#panel;
    if (panel !== this.#last?.panel) this.#last = undefined;
    if (editor) return current.useModel(editor.document.path);
    const shows: Shows | undefined = await panel?.state();
    if (!shows || panel !== this.#panel) return; // another tab has come to the front meanwhile
    this.#note(panel, shows);
    current.useModel(shows.model);
    if (shows.image !== undefined) await current.offerPhoto(shows.image);
  }

  #note(panel: unknown, { layer }: Shows): void {
    if (panel !== this.#last?.panel || layer !== this.#last?.layer)
      this.#last = { panel, layer, looked: this.current.layer };
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
