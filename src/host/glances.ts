import type * as vscode from "vscode";
import type { LayerGlance } from "../shared/inside.ts";
import type { Subject } from "../shared/protocol.ts";
import { failureOf } from "../shared/rpc.ts";
import type { Current, LayerOf } from "./current.ts";
import type { Health, LayerHealth } from "./layer-health.ts";
import type { Services } from "./services.ts";

/** A layer at a glance, or why there is none; `later`: another time there may be. */
export type Glance =
  | { readonly kind: "seen"; readonly glance: LayerGlance; readonly photo: string | undefined }
  | { readonly kind: "not seen"; readonly why: string; readonly later: boolean };

/** The line of the tree that the pointer is on: a layer's, or a module's, on which the badges of all in it leave their mark. */
export interface Hovered {
  readonly model: string;
  readonly layers: readonly string[];
}

/** A hover waits no longer than this for its picture, in milliseconds; while a job runs, it may be in the way. */
const [patience, patienceBesideJob] = [10_000, 1500];
const patienceForCounts = 1000;
/** VS Code does not say when a hover is over: after this long without another one the pointer is taken to be elsewhere. */
const longestLook = 15_000;
const mostKept = 64;

/**
 * Glances at layers, one after the other: a person who moves the pointer down the tree leaves no trail of questions behind.
 * None is cancelled once the engine is at it: what it computes serves all layers, and letting go of it may cost the engine.
 */
export class Glances {
  readonly #kept = new Map<string, LayerGlance>();
  #before: Promise<unknown> = Promise.resolve();
  #hovered: Hovered | undefined;
  /** To be called when the pointer is elsewhere. */
  #left: () => void = () => undefined;
  #leaving: NodeJS.Timeout | undefined;
  /** What was learned of the layers on the hovered line, to be told when the pointer is elsewhere: a badge there would close the hover. */
  readonly #untold = new Map<string, { readonly health: Health; tell(): void }>();
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
    this.#untold.clear();
  }

  /** The pointer is on this line now, and its hover is asked for; `left` is called once it is elsewhere. */
  enter(line: Hovered, token: vscode.CancellationToken, left: () => void): void {
    const before = this.#hovered;
    if (before?.model !== line.model || String(before.layers) !== String(line.layers)) this.leave();
    this.#hovered = line;
    this.#left = left;
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.leave(), longestLook).unref();
    token.onCancellationRequested(() => this.#hovered === line && this.leave());
  }

  /** The pointer is on no line any more. */
  leave(): void {
    clearTimeout(this.#leaving);
    const [untold, left] = [[...this.#untold.values()], this.#left];
    this.#hovered = undefined;
    this.#left = () => undefined;
    this.#untold.clear();
    for (const { tell } of untold) tell();
    left();
  }

  async of({ model, layer }: LayerOf, token: vscode.CancellationToken): Promise<Glance> {
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

  /** Whether all layers are counted, for which a hover waits a moment. */
  counted(): Promise<boolean> {
    const done = this.#counted?.done.then(() => true) ?? true;
    return Promise.race([done, after(patienceForCounts, false)]);
  }

  /** Where NaN or infinity begins, of a layer that has some: known once all layers are counted. */
  firstBroken(model: string, layers: readonly string[]): string | undefined {
    return this.health.firstBroken(model, layers, (layer) => this.healthOf(model, layer));
  }

  /** What is wrong with a layer, as far as it is known by now, told or not. */
  healthOf(model: string, layer: string): Health | undefined {
    const untold = this.#hovered?.model === model ? this.#untold.get(layer) : undefined;
    return untold?.health ?? this.health.of(model, layer);
  }

  #learn(round: number, { model, layer }: LayerOf, health: Health): void {
    const tell = () => this.health.learn(round, model, layer, health);
    const isHovered = this.#hovered?.model === model && this.#hovered.layers.includes(layer);
    if (isHovered && round === this.health.round) this.#untold.set(layer, { health, tell });
    else tell();
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
      this.#learn(round, { model, layer }, glance);
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
      const { model } = subject;
      for (const found of await engine.client.counts(subject)) this.#learn(round, { model, layer: found.layer }, found);
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
