import * as vscode from "vscode";
import { shown } from "../shared/shown.ts";
import type { LayerOf } from "./current.ts";
import type { Health, LayerHealth } from "./layer-health.ts";

const scheme = "glassbox-layer";

/** `own`: its channels are made here. A pooling hands dead ones on; what makes them has the badge. */
type DecoratedLayer = LayerOf & { readonly own: boolean };

/** Badges on layers of which something is wrong; a module that is closed is coloured for what it holds. */
export class LayerDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri | vscode.Uri[] | undefined>();
  readonly onDidChangeFileDecorations = this.#changed.event;
  readonly #layers = new Map<string, DecoratedLayer>();
  #order: readonly string[] = [];
  #first: string | undefined;
  readonly #disposables: vscode.Disposable;

  constructor(private readonly health: LayerHealth) {
    this.#disposables = vscode.Disposable.from(
      vscode.window.registerFileDecorationProvider(this),
      health.onChange((of) => {
        this.#changed.fire(of && this.#uriOf(of));
        this.#lookForFirst(of?.model);
      }),
    );
  }

  /** Where NaN begins is another layer than was thought: both are told anew. */
  #lookForFirst(model: string | undefined): void {
    const before = this.#first;
    this.#first = model === undefined ? undefined : this.health.firstBroken(model, this.#order);
    if (model === undefined || before === this.#first) return;
    for (const layer of [before, this.#first])
      if (layer !== undefined) this.#changed.fire(this.#uriOf({ model, layer }));
  }

  /** The address of a branch of the tree, by its places in it: names of files are no paths. */
  address(places: readonly number[], of: DecoratedLayer | undefined): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${places.join("/")}` });
    if (of) this.#layers.set(uri.path, of);
    return uri;
  }

  /** The tree is drawn anew, of layers that are computed in this order. */
  forget(order: readonly string[]): void {
    this.#layers.clear();
    this.#order = order;
    this.#first = undefined;
    // VS Code keeps what it was told of an address, and another model's layers have the same ones.
    this.#changed.fire(undefined);
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const of = uri.scheme === scheme ? this.#layers.get(uri.path) : undefined;
    const health = of && this.health.of(of.model, of.layer);
    return health && decorationOf(health, of.own, this.#beginning(of));
  }

  #beginning({ model, layer }: LayerOf): string {
    const first = this.health.firstBroken(model, this.#order);
    return first === undefined ? "" : first === layer ? ": they begin here" : `: they begin in ${shown(first)}`;
  }

  #uriOf({ model, layer }: LayerOf): vscode.Uri[] {
    const found = [...this.#layers].filter(([, of]) => of.model === model && of.layer === layer);
    return found.map(([path]) => vscode.Uri.from({ scheme, path }));
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#changed.dispose();
  }
}

function decorationOf(
  { channels, dead, broken }: Health,
  own: boolean,
  beginning: string,
): vscode.FileDecoration | undefined {
  const color = (id: string) => new vscode.ThemeColor(id);
  if (broken)
    return {
      badge: "!",
      color: color("list.errorForeground"),
      tooltip: `${broken} of ${channels} channels hold NaN or infinity${beginning}`,
      propagate: true,
    };
  if (!dead || !own) return undefined;
  return {
    badge: dead > 99 ? "99" : String(dead), // two characters are all there is room for
    color: color("list.warningForeground"),
    tooltip: `${dead} of ${channels} channels are dead on the current photo`,
    propagate: true,
  };
}
