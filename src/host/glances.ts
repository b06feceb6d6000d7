import type * as vscode from "vscode";
import type { LayerGlance } from "../shared/inside.ts";
import type { Subject } from "../shared/protocol.ts";
import { failureOf } from "../shared/rpc.ts";
import type { Current, LayerOf } from "./current.ts";
import type { LayerHealth } from "./layer-health.ts";
import type { Services } from "./services.ts";

/** A layer at a glance, or why there is none; `later`: another time there may be. */
export type Glance =
  | { readonly kind: "seen"; readonly glance: LayerGlance; readonly photo: string | undefined }
  | { readonly kind: "not seen"; readonly why: string; readonly later: boolean };

/** A hover waits no longer than this for its picture, in milliseconds; while a job runs, it may be in the way. */
const [patience, patienceBesideJob] = [10_000, 1500];
const patienceForCounts = 1000;
const mostKept = 64;

/**
 * Glances at layers, one after the other: a person who moves the pointer down the tree leaves no trail of questions behind.
 * None is cancelled once the engine is at it: what it computes serves all layers, and letting go of it may cost the engine.
 */
export class Glances {
  readonly #kept = new Map<string, LayerGlance>();
  #before: Promise<unknown> = Promise.resolve();
  /** What a hover has learned, to be told when the pointer is elsewhere: a badge on its line would close the hover. */
  #learned: { readonly of: LayerOf; tell(): void } | undefined;
  /** Of the model that was asked about last: what is wrong with all of its layers. */
  #counted: { readonly key: string; readonly done: Promise<void> } | undefined;

  constructor(
    private readonly services: Services,
    private readonly current: Current,
    private readonly health: LayerHealth,
  ) {}

  /** What was seen no longer holds. */
  forget(): void {
    this.#kept.clear();
  }

  /** The pointer is not on this layer, or on none any more. */
  leave(of?: LayerOf): void {
    const learned = this.#learned;
    if (!learned || (of && learned.of.model === of.model && learned.of.layer === of.layer)) return;
    this.#learned = undefined;
    learned.tell();
  }

  async of({ model, layer }: LayerOf, token: vscode.CancellationToken): Promise<Glance> {
    this.leave({ model, layer });
    const { models, engine } = this.services;
    if (!models.mayRun(model)) return { kind: "not seen", why: "Not run in Restricted Mode.", later: false };
    const { photo } = this.current;
    const key = JSON.stringify([this.health.round, model, photo, layer]);
    const kept = this.#kept.get(key);
    if (kept) return { kind: "seen", glance: kept, photo };
    const asking = this.#inTurn(async (): Promise<Glance> => {
      if (token.isCancellationRequested) return { kind: "not seen", why: "", later: true };
      const glance = this.#kept.get(key) ?? (await this.#ask({ model, layer }, photo, key));
      return { kind: "seen", glance, photo };
    }).catch((error: unknown): Glance => {
      const { name, message } = failureOf(error);
      return { kind: "not seen", why: message, later: name !== "UnknownLayer" };
    });
    const busy = engine.supervisor.state.jobs.length > 0;
    const why = busy ? "The engine is busy: the picture comes when it is through." : "The engine takes its time.";
    return Promise.race([
      asking,
      after<Glance>(busy ? patienceBesideJob : patience, { kind: "not seen", why, later: true }),
    ]);
  }

  /** Where NaN or infinity begins, of a layer that has some: once all layers are counted, for which a hover waits a moment. */
  async firstBroken({ model, layer }: LayerOf, layers: readonly string[]): Promise<string | undefined> {
    await Promise.race([this.#counted?.done, after(patienceForCounts, undefined)]);
    return this.health.firstBroken(model, layers, layer);
  }

  async #ask({ model, layer }: LayerOf, image: string | undefined, key: string): Promise<LayerGlance> {
    const { engine, preparations } = this.services;
    const { round } = this.health;
    const preparation = preparations.of(model);
    const prepared = preparation && { preparation };
    const glance = await engine.client.glance({
      model,
      layer,
      ...(image !== undefined && { image }),
      ...prepared,
    });
    if (round !== this.health.round) return glance;
    // What noise leaves silent is not dead.
    if (image !== undefined) {
      this.#learned = { of: { model, layer }, tell: () => this.health.learn(round, model, layer, glance) };
      this.#count({ model, image, ...prepared }, round);
    }
    this.#kept.set(key, glance);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return glance;
  }

  /** One run computed all layers: what is wrong with the others is learned as well, once, while nobody waits for it. */
  #count(subject: Subject, round: number): void {
    const key = JSON.stringify([round, subject]);
    if (this.#counted?.key === key) return;
    const { engine } = this.services;
    const counting = async (): Promise<void> => {
      for (const found of await engine.client.counts(subject)) {
        const { model } = subject;
        const learned = this.#learned;
        if (learned?.of.model !== model || learned.of.layer !== found.layer)
          this.health.learn(round, model, found.layer, found);
      }
    };
    // A layer that fails says so itself, when it is looked at.
    this.#counted = { key, done: counting().catch(() => undefined) };
  }

  #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const asked = this.#before.then(ask);
    this.#before = asked.catch(() => undefined);
    return asked;
  }
}

const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, ms, value).unref());
