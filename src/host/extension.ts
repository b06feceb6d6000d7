import * as vscode from "vscode";
import type { Supervisor } from "../supervisor/types.ts";
import { registerCommands } from "./commands.ts";
import { dreamCommands } from "./dream-commands.ts";
import { DreamPanel } from "./dream-panel.ts";
import { DreamPanels } from "./dream-panels.ts";
import { DreamStore } from "./dream-store.ts";
import { Engine } from "./engine.ts";
import { ExplainPanel } from "./explain-panel.ts";
import { ExplainPanels } from "./explain-panels.ts";
import { Front } from "./follow-front.ts";
import { LookInside } from "./look-inside.ts";
import { Models } from "./models.ts";
import { NetworkStatus } from "./network-status.ts";
import { OfferedPhotos } from "./offered-photos.ts";
import { Preparations } from "./preparation.ts";
import { Status } from "./status.ts";

/** What other extensions and tests may use. */
export interface Glassbox {
  /** How long VS Code had to wait, in milliseconds. */
  readonly activation: number;
  readonly supervisor: Supervisor;
  readonly panels: ExplainPanels;
  readonly inside: LookInside;
  readonly dreams: DreamPanels;
}

let engine: Engine | undefined;
let lookInside: LookInside | undefined;
let dreams: DreamPanels | undefined;

/** Only says what there is: the engine starts with the first question. */
export function activate(context: vscode.ExtensionContext): Glassbox {
  const { extensionUri, workspaceState, subscriptions } = context;
  const start = performance.now();
  const log = vscode.window.createOutputChannel("Glassbox", { log: true });
  const running = (engine = new Engine(extensionUri, log));
  const models = new Models(extensionUri, workspaceState, running, log);
  // A workspace's own folder is locked: a window that is loaded anew gets another one where the one before has not ended yet.
  const storage = (name: string) => vscode.Uri.joinPath(context.globalStorageUri, name).fsPath;
  const preparations = new Preparations(workspaceState, models);
  const services = { extension: extensionUri, log, engine: running, models, preparations };
  const panels = new ExplainPanels(services);
  const inside = (lookInside = new LookInside(services, workspaceState, panels, storage));
  const store = new DreamStore(storage("dreams"));
  const photos = new OfferedPhotos(extensionUri);
  const dreaming = {
    services,
    current: inside.current,
    fires: inside.fires,
    photos,
    store,
    techniques: () => running.syntheses(),
  };
  const dreamPanels = (dreams = new DreamPanels(dreaming));
  const front = new Front(panels, dreamPanels, inside.editors, models, inside.current);
  subscriptions.push(
    log,
    running,
    models,
    preparations,
    new Status(running),
    new NetworkStatus(models),
    inside,
    photos,
    front,
    registerCommands(services, panels, dreamPanels, {
      ...inside.commands,
      ...dreamCommands(dreaming, dreamPanels, front),
    }),
    vscode.window.registerWebviewPanelSerializer(ExplainPanel.viewType, panels),
    vscode.window.registerWebviewPanelSerializer(DreamPanel.viewType, dreamPanels),
  );
  return {
    get supervisor() {
      return running.supervisor;
    },
    panels,
    inside,
    dreams: dreamPanels,
    activation: performance.now() - start,
  };
}

/** VS Code waits for this, and may not get to the subscriptions: the engine must not outlive the window, nor copies of files. */
export function deactivate(): Promise<void> | undefined {
  const left = dreams?.leave();
  engine?.dispose();
  lookInside?.copies.dispose();
  return left;
}
