import { basename } from "node:path";
import * as vscode from "vscode";
import { wholeCost } from "../shared/amounts.ts";
import type { LayerAnatomy } from "../shared/inside.ts";
import { layerTree, type LayerBranch } from "../shared/layer-tree.ts";
import type { LayerCard, ModelCard } from "../shared/protocol.ts";
import { failureOf } from "../shared/rpc.ts";
import type { Engine } from "./engine.ts";
import type { Preparations } from "./preparation.ts";
import { sidecarOf } from "./sidecar.ts";
import { watchFiles } from "./watch.ts";

/** What is known of a model before it runs. */
export interface ModelFacts {
  readonly card: ModelCard;
  readonly anatomy: readonly LayerAnatomy[];
  readonly tree: readonly LayerBranch[];
  /** Multiply-adds of the whole network. */
  readonly multiplyAdds: number;
}

/** Models whose files are watched: those looked at last. */
const most = 8;

/** Failures that say nothing of the file. */
const passing = new Set(["Canceled", "Disconnected", "EngineNotStarted", "EngineRestarted", "EngineDown"]);

interface Known {
  facts: Promise<ModelFacts> | undefined;
  watched: string;
  watching: vscode.Disposable | undefined;
}

/** The facts of each model, read once and again when one of its files changes, whoever looks at it. */
export class FactsOfModels implements vscode.Disposable {
  readonly #known = new Map<string, Known>();
  readonly #changed = new vscode.EventEmitter<{ readonly model: string; readonly why: string }>();
  /** One of the model's files is another now, or gone. */
  readonly onChange = this.#changed.event;
  readonly #answered = new vscode.EventEmitter<{ readonly model: string; readonly failure: string | undefined }>();
  /** A model was read, or could not be. */
  readonly onRead = this.#answered.event;

  constructor(
    private readonly engine: Engine,
    private readonly preparations: Preparations,
  ) {}

  of(model: string): Promise<ModelFacts> {
    const known = this.watch(model);
    if (known.facts) return known.facts;
    const reading = this.#read(model);
    known.facts = reading;
    reading.then(
      () => this.#answered.fire({ model, failure: undefined }),
      (error: unknown) => {
        if (known.facts === reading) known.facts = undefined; // the next question tries again
        const { name, message } = failureOf(error);
        if (!passing.has(name)) this.#answered.fire({ model, failure: message });
      },
    );
    return reading;
  }

  /** Follows the model's files from now on, also where it cannot be read yet. */
  watch(model: string): Known {
    const known = this.#known.get(model) ?? { facts: undefined, watched: "", watching: undefined };
    this.#known.delete(model);
    this.#known.set(model, known);
    this.#follow(model, known, []);
    for (const [oldest, { watching }] of this.#known) {
      if (this.#known.size <= most) break;
      watching?.dispose();
      this.#known.delete(oldest);
    }
    return known;
  }

  async layer(model: string, name: string): Promise<{ readonly card: LayerCard; readonly anatomy?: LayerAnatomy }> {
    const { card, anatomy } = await this.of(model);
    const place = card.layers.findIndex(({ name: own, value }) => own === name || value === name);
    const found = card.layers[place];
    if (!found) throw new Error(`${basename(model)} has no layer ${name}.`);
    const anatomyOf = anatomy[place];
    return { card: found, ...(anatomyOf && { anatomy: anatomyOf }) };
  }

  async #read(model: string): Promise<ModelFacts> {
    const { client } = this.engine;
    const [card, anatomy] = await Promise.all([
      client.open({ model }),
      client.anatomy({ model }).catch((): readonly LayerAnatomy[] => []), // its layers are listed all the same
    ]);
    const known = this.#known.get(model);
    if (known) this.#follow(model, known, card.files);
    const scopes = card.layers.map(({ name }, i) => ({ name, scope: anatomy[i]?.scope ?? name }));
    return {
      card,
      anatomy,
      tree: layerTree(scopes),
      multiplyAdds: wholeCost(anatomy, card.besideLayers).multiplyAdds,
    };
  }

  /** `files`: what else the model is read from, as far as it is known. */
  #follow(model: string, known: Known, files: readonly string[]): void {
    const sidecar = sidecarOf(model);
    const watched = [model, sidecar, ...files].join("\n");
    if (known.watched.startsWith(watched)) return;
    known.watched = watched;
    known.watching?.dispose();
    known.watching = watchFiles([model, sidecar, ...files], (path, stamp) => {
      void this.#hear(model, path, stamp, path === sidecar);
    });
  }

  async #hear(model: string, path: string, stamp: string | undefined, isSidecar: boolean): Promise<void> {
    if (isSidecar && this.preparations.wrote(path, stamp)) return;
    if (isSidecar) await this.preparations.forget(model);
    const known = this.#known.get(model);
    if (known) known.facts = undefined;
    this.#changed.fire({ model, why: `${basename(path)} ${stamp === undefined ? "was deleted" : "changed"}.` });
  }

  /** Asks everything anew, as after the engine was started again. */
  forget(): void {
    for (const known of this.#known.values()) known.facts = undefined;
  }

  dispose(): void {
    for (const { watching } of this.#known.values()) watching?.dispose();
    this.#changed.dispose();
    this.#answered.dispose();
  }
}
