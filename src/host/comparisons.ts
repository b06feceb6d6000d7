import * as vscode from "vscode";
import type { Compared } from "../shared/model-panel.ts";
import { diffSummary } from "../shared/diff-summary.ts";
import { failureOf } from "../shared/rpc.ts";
import type { ModelEditors } from "./model-editor.ts";
import type { ModelPanel } from "./model-panel.ts";
import type { Inside } from "./inside.ts";
import { partsOf } from "./differing-parts.ts";
import { panelsInDiffs, sidesOfPanels, type PanelsInDiff } from "./revisions.ts";

/** A comparison that its two editors were told of, or will be. */
interface Told extends PanelsInDiff {
  readonly end: AbortController;
}

/** Tells the editors that stand side by side in a diff editor what differs, so that they mark it. */
export class Comparisons implements vscode.Disposable {
  #told: readonly Told[] = [];
  readonly #followed = new WeakSet<ModelPanel>();
  readonly #disposables: vscode.Disposable;

  constructor(
    private readonly editors: ModelEditors,
    private readonly inside: Pick<Inside, "services" | "facts">,
  ) {
    const look = () => this.#look();
    this.#disposables = vscode.Disposable.from(
      editors.onChange(() => {
        for (const editor of editors.all) {
          if (!this.#followed.has(editor)) editor.panel.onDidChangeViewState(look);
          this.#followed.add(editor);
        }
        this.#look();
      }),
      vscode.window.tabGroups.onDidChangeTabs(look),
      vscode.window.tabGroups.onDidChangeTabGroups(look),
      inside.facts.onChange(({ model }) => {
        this.#leave((told) => told.panels.some(({ document }) => document.path === model));
        this.#look();
      }),
    );
  }

  #look(): void {
    const pairs = panelsInDiffs(this.editors);
    const isSame = (told: Told, { panels: [a, b], isOrdered }: PanelsInDiff) =>
      told.panels[0] === a && told.panels[1] === b && told.isOrdered === isOrdered;
    this.#leave((told) => !pairs.some((pair) => isSame(told, pair)));
    const added = pairs.filter((pair) => !this.#told.some((told) => isSame(told, pair)));
    for (const pair of added) {
      const told = { ...pair, end: new AbortController() };
      this.#told = [...this.#told, told];
      void this.#compare(told);
    }
  }

  async #compare({ panels: [a, b], isOrdered, end: { signal } }: Told): Promise<void> {
    const [one, other] = sidesOfPanels(a, b);
    const tell = (say: (side: "a" | "b") => Omit<Compared, "with">) => {
      if (signal.aborted) return;
      a.compared.set({ compared: { with: other.name, ...say("a") } });
      b.compared.set({ compared: { with: one.name, ...say("b") } });
    };
    tell(() => ({}));
    try {
      const { client } = this.inside.services.engine;
      const found = await client.diff({ a: a.document.path, b: b.document.path }, signal);
      // What "1 1 → 2 2" and "1 added" say depends on which of the two came first.
      const direction = isOrdered ? undefined : `from ${one.name} to ${other.name}`;
      const summary = [...diffSummary(found), ...(direction === undefined ? [] : [`told ${direction}`])];
      tell((side) => ({ summary, parts: partsOf(found, side, direction) }));
    } catch (error) {
      tell(() => ({ failure: failureOf(error).message }));
    }
  }

  #leave(which: (told: Told) => boolean): void {
    for (const told of this.#told.filter(which)) {
      told.end.abort();
      for (const panel of told.panels) panel.compared.set({});
    }
    this.#told = this.#told.filter((told) => !told.end.signal.aborted);
  }

  dispose(): void {
    this.#leave(() => true);
    this.#disposables.dispose();
  }
}
