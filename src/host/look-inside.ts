import * as vscode from "vscode";
import { Comparisons } from "./comparisons.ts";
import { Current } from "./current.ts";
import { DeadCounts } from "./dead-counts.ts";
import { ExampleStore } from "./example-store.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import { Glances } from "./glances.ts";
import type { Inside } from "./inside.ts";
import { LayerDecorations } from "./layer-decorations.ts";
import { LayerHealth } from "./layer-health.ts";
import { LayersView } from "./layers-view.ts";
import { LocalCopies } from "./local-copies.ts";
import { modelCommands, type Command } from "./model-commands.ts";
import { ModelEditors } from "./model-editor.ts";
import { stateOfModel } from "./model-state.ts";
import { FactsOfModels } from "./model-facts.ts";
import { ModelsView } from "./models-view.ts";
import { PhotoView } from "./photo-view.ts";
import { Reports } from "./reports.ts";
import type { Services } from "./services.ts";
import { SidecarHover } from "./sidecar-hover.ts";
import { WhatFires } from "./what-fires.ts";

/** Everything by which one looks into models: editors, the sidebar, hovers, comparisons. */
export class LookInside implements vscode.Disposable {
  readonly current: Current;
  readonly facts: FactsOfModels;
  readonly health = new LayerHealth();
  readonly dead: DeadCounts;
  readonly glances: Glances;
  readonly fires: WhatFires;
  readonly editors: ModelEditors;
  readonly layers: LayersView;
  readonly photo: PhotoView;
  readonly models: ModelsView;
  readonly commands: Readonly<Record<string, Command>>;
  /** Copies of files that are on no disk: to be removed even where a window ends in a hurry. */
  readonly copies = new LocalCopies();
  readonly #disposables: vscode.Disposable;

  /** `storage`: folders of ours by name, where tables of dead channels and searches for examples outlive the window. */
  constructor(services: Services, memory: vscode.Memento, explain: ExplainPanels, storage: (name: string) => string) {
    const { engine, preparations } = services;
    const current = (this.current = new Current(memory));
    const facts = (this.facts = new FactsOfModels(engine, preparations));
    const { health, copies } = this;
    const stateOf = (model: string) => stateOfModel(model, preparations, copies);
    const examples = new ExampleStore(storage("examples"), stateOf);
    const fires = (this.fires = new WhatFires(services, current, memory, examples));
    this.glances = new Glances(services, current, health);
    const reports = new Reports();
    const dead = (this.dead = new DeadCounts(storage("dead"), stateOf));
    const inside: Inside = { services, current, facts, health, dead, reports, fires, explain };
    this.editors = new ModelEditors(inside, copies);
    const decorations = new LayerDecorations(health);
    this.layers = new LayersView(engine, current, facts, this.glances, decorations, services.models);
    this.photo = new PhotoView(engine, current);
    this.models = new ModelsView(services.models, facts, current, (model) => this.editors.isOpen(model));
    this.commands = modelCommands({ inside, editors: this.editors, layers: this.layers, copies, reports });
    this.#disposables = vscode.Disposable.from(
      vscode.window.registerCustomEditorProvider(ModelEditors.viewType, this.editors, {
        supportsMultipleEditorsPerDocument: true,
      }),
      vscode.languages.registerHoverProvider(SidecarHover.selector, new SidecarHover(facts, this.glances)),
      this.editors.onChange(() => this.models.refresh()),
      current.onPhoto(() => this.#forget()),
      facts.onChange(({ model }) => this.#forget(model)),
      preparations.onChange((model) => this.#forget(model)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#forget()),
      new Comparisons(this.editors, inside),
      this.#followEngine(services),
      tellContext(current),
      ...[this.layers, this.photo, this.models, decorations, reports, facts, health, fires, current, copies],
    );
  }

  /** What was seen was of another photo, model or preparation. */
  #forget(model?: string): void {
    if (model !== undefined) this.fires.searches.outdate(model);
    this.health.forget();
    this.glances.forget();
    this.layers.refresh();
  }

  #followEngine({ engine }: Services): vscode.Disposable {
    let down = false;
    return engine.onChange((state) => {
      const isDown = state.engine === "down";
      if (isDown === down) return;
      down = isDown;
      void vscode.commands.executeCommand("setContext", "glassbox.engineDown", down);
      this.layers.refresh();
      if (!down) this.editors.look("The engine was started again.");
    });
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** What the manifest's conditions ask about. */
function tellContext(current: Current): vscode.Disposable {
  const tell = (name: string, holds: boolean) =>
    void vscode.commands.executeCommand("setContext", `glassbox.${name}`, holds);
  const photo = () => tell("hasPhoto", current.photo !== undefined);
  const model = () => tell("hasModel", current.model !== undefined);
  const layer = () => tell("hasLayer", current.layer !== undefined);
  for (const each of [photo, model, layer]) each();
  return vscode.Disposable.from(current.onPhoto(photo), current.onModel(model), current.onLayer(layer));
}
