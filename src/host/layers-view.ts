import * as vscode from "vscode";
import { layerCalled } from "../shared/layer-called.ts";
import { layersOfBranch, type LayerBranch } from "../shared/layer-tree.ts";
import type { LayerCard, ModelCard } from "../shared/protocol.ts";
import { failureOf } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import type { Current, LayerOf } from "./current.ts";
import type { Engine } from "./engine.ts";
import type { Glances } from "./glances.ts";
import type { LayerDecorations } from "./layer-decorations.ts";
import { computed, layerHover } from "./layer-hover.ts";
import { amount } from "../shared/amounts.ts";
import { iconOf, mapShape } from "./layer-words.ts";
import type { FactsOfModels, ModelFacts } from "./model-facts.ts";
import type { Models } from "./models.ts";

/** A line of the tree. Commands are given it, and read of it which layer is meant. */
export interface LayerElement extends Partial<LayerOf> {
  readonly id: string;
  readonly model: string;
  readonly label: string;
  readonly card: LayerCard | undefined;
  /** The layer whose output leaves the module, where it is no layer itself: what its menu and its hover are about. */
  readonly output?: string;
  /** The layers of the module, in order of execution; of a layer it alone. */
  readonly cards: readonly LayerCard[];
  readonly parent: LayerElement | undefined;
  readonly children: readonly LayerElement[];
  readonly address: vscode.Uri;
}

/** Characters of a problem that are shown above the tree. */
const longestMessage = 300;
/** Milliseconds in which VS Code draws a tree, where the machine is not busy. */
const pause = 400;
/** How often a mark is set that VS Code, busy drawing, has refused or missed: after `pause`, each time after twice as long. */
const mostTries = 4;
/** Trees of no more layers than this stand open: VS Code's search in a tree finds only what was unfolded once. */
const mostOpen = 400;

/** The layers of the model that is looked at, nested as their names are. */
export class LayersView implements vscode.TreeDataProvider<LayerElement>, vscode.Disposable {
  static readonly id = "glassbox.layers";

  readonly view: vscode.TreeView<LayerElement>;
  readonly #changed = new vscode.EventEmitter<LayerElement | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #roots: readonly LayerElement[] = [];
  #ofLayer = new Map<string, LayerElement>();
  #open = false;
  /** Set while what is looked at waits to be marked, until VS Code has drawn the tree. */
  #following: NodeJS.Timeout | undefined;
  /** Whose hover could say more by now. */
  readonly #unfinished = new Set<LayerElement>();
  readonly #disposables: vscode.Disposable;

  constructor(
    private readonly engine: Engine,
    private readonly current: Current,
    private readonly facts: FactsOfModels,
    private readonly glances: Glances,
    private readonly decorations: LayerDecorations,
    private readonly models: Pick<Models, "nameOf">,
  ) {
    this.view = vscode.window.createTreeView(LayersView.id, { treeDataProvider: this, showCollapseAll: true });
    this.#disposables = vscode.Disposable.from(
      this.view,
      this.#changed,
      current.onModel(() => this.refresh()),
      current.onPhoto(() => this.refresh()),
      current.onLayer((of) => {
        glances.leave(); // somebody is at work in the graph
        if (!this.#following) void this.#follow(of);
      }),
      facts.onChange(({ model }) => model === current.model && this.refresh()),
      engine.onChange(({ jobs }) => jobs.length || this.#finish()),
      this.view.onDidChangeSelection(() => glances.leave()),
      this.view.onDidChangeVisibility(({ visible }) => {
        glances.leave();
        if (visible) this.#followSoon();
      }),
      vscode.window.tabGroups.onDidChangeTabs(() => glances.leave()),
    );
  }

  refresh(): void {
    this.#unfinished.clear();
    this.#changed.fire(undefined);
  }

  async getChildren(element?: LayerElement): Promise<LayerElement[]> {
    if (this.#following) this.#followSoon();
    if (element) return [...element.children];
    const { model } = this.current;
    void this.#describe(model);
    this.view.message = "";
    this.#roots = model === undefined || this.engine.supervisor.state.engine === "down" ? [] : await this.#read(model);
    if (this.#following) this.#followSoon();
    return [...this.#roots];
  }

  async #describe(model: string | undefined): Promise<void> {
    const name = model === undefined ? "" : shown(await this.models.nameOf(model));
    if (model === this.current.model) this.view.description = name;
  }

  async #read(model: string): Promise<readonly LayerElement[]> {
    try {
      const facts = await this.facts.of(model);
      if (model !== this.current.model) return this.#roots; // drawn anew in a moment
      void this.current.keepModel(model); // nothing here waits for VS Code, see `reveal`
      this.view.message = messageOf(facts.card);
      this.#open = facts.card.layers.length <= mostOpen;
      return this.#built(model, facts);
    } catch (error) {
      this.view.message = failureOf(error).message;
      return [];
    }
  }

  #built(model: string, { card, anatomy, tree }: ModelFacts): readonly LayerElement[] {
    this.#ofLayer = new Map();
    this.decorations.forget(computed(card));
    const built = (branch: LayerBranch, parent: LayerElement | undefined, places: readonly number[]): LayerElement => {
      const { id, label, layer, children } = branch;
      const own = layer === undefined ? undefined : card.layers[layer];
      const list: LayerElement[] = [];
      const cards = layersOfBranch(branch).flatMap((place) => card.layers[place] ?? []);
      const output = own ? undefined : cards.at(-1);
      const element: LayerElement = {
        id: `${model}\n${id}`,
        model,
        label: shown(label),
        card: own,
        cards,
        parent,
        children: list,
        address: this.decorations.address(
          places,
          own && { model, layer: own.name, own: anatomy[layer ?? -1]?.own === true },
        ),
        ...(own && { layer: own.name }),
        ...(output && { output: output.name }),
      };
      list.push(...children.map((child, i) => built(child, element, [...places, i])));
      if (own) this.#ofLayer.set(own.name, element);
      return element;
    };
    return tree.map((branch, i) => built(branch, undefined, [i]));
  }

  getParent(element: LayerElement): LayerElement | undefined {
    return element.parent;
  }

  getTreeItem(element: LayerElement): vscode.TreeItem {
    const { id, label, model, card, cards, children, address } = element;
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, children.length ? (this.#open ? Expanded : Collapsed) : None);
    const leaving = card ?? cards.at(-1);
    const parameters = cards.reduce((sum, { parameters }) => sum + parameters, 0);
    const shape = leaving && mapShape(leaving);
    const trouble = card?.trouble === undefined ? undefined : "cannot be computed";
    item.id = id;
    item.description = [shape, parameters && amount(parameters), trouble].filter(Boolean).join(" · ");
    item.iconPath = trouble
      ? warning()
      : new vscode.ThemeIcon(card && !children.length ? iconOf(card.kind) : "symbol-namespace");
    item.resourceUri = address;
    item.contextValue = card ? "layer" : "module";
    item.accessibilityInformation = {
      label: [label, card?.kind ?? "module", shape && `output ${shape}`, parameters && `${parameters} parameters`]
        .concat(trouble)
        .filter(Boolean)
        .join(", "),
    };
    if (card) {
      const argument: LayerOf = { model, layer: card.name };
      item.command = { command: "glassbox.revealInGraph", title: "Reveal in Graph", arguments: [argument] };
    }
    return item;
  }

  async resolveTreeItem(
    item: vscode.TreeItem,
    element: LayerElement,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem | undefined> {
    const { model, label, children, cards } = element;
    const layer = element.layer ?? element.output;
    if (layer === undefined) return item;
    const layers = cards.map(({ name }) => name);
    const module = children.length ? { name: element.layer ?? label, layers } : undefined;
    this.glances.enter({ model, layers }, token, () => this.#finish());
    const hover = await layerHover({ model, layer }, this.facts, this.glances, token, module);
    if (!hover) return undefined;
    if (!hover.complete) this.#unfinished.add(element);
    item.tooltip = hover.markdown;
    return item;
  }

  /** Shows a layer in the tree; false when it is not there. */
  async reveal({ model, layer }: LayerOf, focus: boolean): Promise<boolean> {
    if (model !== this.current.model) this.current.useModel(model);
    const { layers } = (await this.facts.of(model)).card;
    if (!this.#roots.length || this.#roots[0]?.model !== model) await this.getChildren();
    const { name } = layerCalled(layers, layer) ?? {};
    const element = name === undefined ? undefined : this.#ofLayer.get(name);
    if (!element) return false;
    // VS Code refuses layers that it is given twice at once: for a view that it is just showing, and for what is revealed
    // there. What it asked for before now is given in this turn, and what it asks for later finds what is revealed here.
    await new Promise((taken) => setImmediate(taken));
    await this.view.reveal(element, { select: true, focus, expand: false });
    return true;
  }

  /** What is looked at in an editor is marked here, but only where that opens nothing. False where there is nothing to mark. */
  async #follow(of: LayerOf | undefined): Promise<boolean> {
    if (!of || !this.view.visible || of.model !== this.current.model) return false;
    if (this.view.selection.some(({ layer, model }) => layer === of.layer && model === of.model)) return false;
    // The view says itself what is wrong with the model; what VS Code refuses while it draws it may take in a moment.
    return this.reveal(of, false).catch(() => this.#roots.length > 0);
  }

  /**
   * In a moment, and not before VS Code has drawn the layers that it asks for as the view is shown: it would miss the mark.
   * Then once more, unless somebody has chosen a line by then.
   */
  #followSoon(tries = mostTries): void {
    clearTimeout(this.#following);
    const follow = async () => {
      this.#following = undefined;
      const isFirst = tries === mostTries;
      if (!isFirst && this.view.selection.length) return;
      const wasTried = await this.#follow(this.current.layer);
      if (wasTried && tries > 1 && !this.#following) this.#followSoon(tries - 1);
    };
    this.#following = setTimeout(() => void follow(), pause * 2 ** (mostTries - tries));
  }

  #finish(): void {
    const elements = [...this.#unfinished];
    this.#unfinished.clear();
    for (const element of elements) this.#changed.fire(element);
  }

  dispose(): void {
    clearTimeout(this.#following);
    this.#disposables.dispose();
  }
}

const warning = () => new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));

/** Above the tree: why there is nothing in it, or what stands in the way of some of it. */
function messageOf({ layers, picture, problems }: ModelCard): string {
  const [problem = ""] = problems;
  if (!layers.length)
    return picture
      ? `None of its layers could be understood. ${shown(problem, longestMessage)}`.trim()
      : "None of its inputs takes a picture: its graph is in the editor, its layers are not known.";
  const troubled = layers.filter(({ trouble }) => trouble !== undefined);
  const [first] = troubled;
  if (!first) return "";
  const which =
    troubled.length === layers.length
      ? "None of its layers can be computed"
      : `${troubled.length} of ${layers.length} layers cannot be computed`;
  return `${which}. ${shown(first.trouble ?? "", longestMessage)}`;
}
