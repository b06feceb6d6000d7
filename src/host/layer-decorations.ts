import * as vscode from "vscode";
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
  readonly #disposables: vscode.Disposable;

  constructor(private readonly health: LayerHealth) {
    this.#disposables = vscode.Disposable.from(
      vscode.window.registerFileDecorationProvider(this),
      health.onChange((of) => this.#changed.fire(of && this.#uriOf(of))),
    );
  }

  /** The address of a branch of the tree, by its places in it: names of files are no paths. */
  address(places: readonly number[], of: DecoratedLayer | undefined): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${places.join("/")}` });
    if (of) this.#layers.set(uri.path, of);
    return uri;
  }

  /** The tree is drawn anew. */
  forget(): void {
    this.#layers.clear();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const of = uri.scheme === scheme ? this.#layers.get(uri.path) : undefined;
    const health = of && this.health.of(of.model, of.layer);
    return health && decorationOf(health, of.own);
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

function decorationOf({ channels, dead, broken }: Health, own: boolean): vscode.FileDecoration | undefined {
  const color = (id: string) => new vscode.ThemeColor(id);
  if (broken)
    return {
      badge: "!",
      color: color("list.errorForeground"),
      tooltip: `${broken} of ${channels} channels hold NaN or infinity`,
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
