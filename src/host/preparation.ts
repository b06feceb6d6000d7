import { basename } from "node:path";
import * as vscode from "vscode";
import { asText } from "./as-text.ts";
import type { Origin, Preparation } from "../shared/preparation.ts";
import type { Models } from "./models.ts";
import { preparationOf } from "./requests.ts";
import { stampOf } from "./settled.ts";
import { keepPreparation, sidecarOf } from "./sidecar.ts";

const key = "glassbox.preparations";

type Chosen = Readonly<Record<string, unknown>>;

/** What was chosen last for a model in this window, and where it is to be found from now on. */
export interface ChosenLast {
  readonly preparation: Preparation;
  readonly from: Origin;
}

/** The preparations that a person chose, per model: for this workspace, or kept in the file beside the model. */
export class Preparations implements vscode.Disposable {
  readonly #written = new Map<string, string | undefined>();
  readonly #latest = new Map<string, ChosenLast>();
  readonly #changed = new vscode.EventEmitter<string>();
  /** Fires with the model whose preparation is another now. */
  readonly onChange = this.#changed.event;

  constructor(
    private readonly memory: vscode.Memento,
    private readonly models: Models,
  ) {}

  of(model: string): Preparation | undefined {
    const chosen = this.memory.get<Chosen>(key, {})[model];
    if (chosen === undefined) return undefined;
    try {
      return preparationOf(chosen);
    } catch {
      return undefined; // Written by another version: the file or the guess is used, as if nothing had been chosen.
    }
  }

  /** Where the choice was written; undefined when it is for this workspace only. */
  async choose(model: string, preparation: Preparation, keep: boolean): Promise<string | undefined> {
    const beside = keep && !this.models.isBuiltIn(model) ? sidecarOf(model) : undefined;
    if (beside !== undefined) {
      await keepPreparation(beside, preparation);
      this.#written.set(beside, await stampOf(beside));
    }
    await this.#remember(model, beside === undefined ? preparation : undefined);
    this.#latest.set(model, { preparation, from: beside === undefined ? "chosen" : "sidecar" });
    this.#changed.fire(model);
    return beside;
  }

  latest(model: string): ChosenLast | undefined {
    return this.#latest.get(model);
  }

  /** Whether the file beside a model is as it was written here, so that nobody needs to be told again. */
  wrote(path: string, stamp: string | undefined): boolean {
    return stamp !== undefined && this.#written.get(path) === stamp;
  }

  /** What the person last did counts: an edit of the file beside the model ends a choice made before. */
  async forget(model: string): Promise<void> {
    this.#latest.delete(model);
    if (this.of(model) !== undefined) await this.#remember(model, undefined);
  }

  /** The person takes the choice back. */
  async giveUp(model: string): Promise<void> {
    await this.forget(model);
    this.#changed.fire(model);
  }

  async #remember(model: string, preparation: Preparation | undefined): Promise<void> {
    const others = Object.entries(this.memory.get<Chosen>(key, {})).filter(([path]) => path !== model);
    const all = preparation === undefined ? others : [...others, [model, preparation] as const];
    await this.memory.update(key, Object.fromEntries(all));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** Says where a choice was kept, and offers to look at it; `path` is undefined where it is for this workspace only. */
export async function sayKept(model: string, path: string | undefined): Promise<void> {
  if (path === undefined) {
    await vscode.window.showInformationMessage(
      asText(
        `Kept for ${basename(model)} in this workspace, in every panel. The files of built-in models stay as they are.`,
      ),
    );
    return;
  }
  const open = "Open";
  const said = await vscode.window.showInformationMessage(asText(`Kept in ${basename(path)}, beside the model.`), open);
  if (said === open) await showSidecar(model);
}

/** Opens the file beside the model where it is, and makes none. */
export async function showSidecar(model: string): Promise<void> {
  const path = sidecarOf(model);
  if ((await stampOf(path)) === undefined)
    throw new Error(`There is no ${basename(path)} beside the model yet. Keeping a preparation writes one.`);
  await vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.Beside });
}
