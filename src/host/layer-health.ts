import * as vscode from "vscode";
import type { DeadLayer } from "../shared/dead.ts";
import { verdicts, type FeatureMaps, type LayerGlance, type LayerOverview } from "../shared/inside.ts";

/** What is wrong with a layer on the current photo. */
export interface Health {
  readonly channels: number;
  readonly dead: number;
  /** Numbers that are none: NaN or infinite. */
  readonly broken: number;
}

/** Counted over all channels of a layer. */
export function healthOf({ statistics: { verdict } }: Pick<FeatureMaps, "statistics">): Health {
  const count = (name: (typeof verdicts)[number]) => verdict.filter((each) => verdicts[each] === name).length;
  return { channels: verdict.length, dead: count("dead"), broken: count("broken") };
}

/** What was found out about layers by the way, for as long as it holds: per model, on the current photo. */
export class LayerHealth implements vscode.Disposable {
  readonly #models = new Map<string, Map<string, Health>>();
  readonly #changed = new vscode.EventEmitter<{ readonly model: string; readonly layer: string } | undefined>();
  /** Fires with the layer of which something is known now; with none where nothing is known any more. */
  readonly onChange = this.#changed.event;
  #round = 0;

  /** What an answer must be of to count: taken before asking, handed in with what was learned. */
  get round(): number {
    return this.#round;
  }

  of(model: string, layer: string): Health | undefined {
    return this.#models.get(model)?.get(layer);
  }

  /**
   * The first of a model's layers that holds NaN or infinity, where those behind it got theirs from; undefined while that is
   * not known of all before it. `known`: what is known of a layer, told or not.
   */
  firstBroken(
    model: string,
    layers: readonly string[],
    known = (layer: string) => this.of(model, layer),
  ): string | undefined {
    const place = layers.findIndex((layer) => (known(layer)?.broken ?? 0) > 0);
    return layers.slice(0, Math.max(0, place)).every(known) ? layers[place] : undefined;
  }

  learn(round: number, model: string, layer: string, found: Pick<LayerGlance | LayerOverview, keyof Health>): void {
    if (round !== this.#round) return;
    const { channels, dead, broken } = found;
    const known = this.#models.get(model) ?? new Map<string, Health>();
    this.#models.set(model, known);
    const before = known.get(layer);
    known.set(layer, { channels, dead, broken });
    if (before?.dead !== dead || before.broken !== broken) this.#changed.fire({ model, layer });
  }

  learnDead(round: number, model: string, layers: readonly DeadLayer[]): void {
    for (const { layer, channels, dead } of layers) {
      const broken = this.of(model, layer)?.broken ?? 0;
      this.learn(round, model, layer, { channels, dead: dead.length, broken });
    }
  }

  /** Another photo, another state of a model: what was learned is of the past. */
  forget(): void {
    this.#round++;
    const knew = this.#models.size > 0;
    this.#models.clear();
    if (knew) this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
