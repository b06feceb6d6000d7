import * as vscode from "vscode";
import type { SupervisorState } from "../supervisor/types.ts";
import type { Engine } from "./engine.ts";
import { progressOf } from "./status.ts";

interface Entry extends vscode.QuickPickItem {
  /** The same in every drawing: an entry's words change while its job goes on. */
  readonly key?: string | number;
  run?(): void;
}

/** A list of what the engine does and what waits for it, live while it is open. */
export function showJobs(engine: Engine): void {
  const list = vscode.window.createQuickPick<Entry>();
  list.title = "Glassbox: Jobs";
  list.ignoreFocusOut = true; // a panel that is still loading takes the focus: the job that was looked for is still in sight
  list.keepScrollPosition = true;
  const draw = () => {
    const { state } = engine.supervisor;
    list.placeholder = headline(state);
    const now = entries(engine, state);
    if (drawnAs(now) === drawnAs(list.items)) return;
    // New entries make the first one active, which Enter would cancel: none is at first, then the one gone to stays.
    const key = list.activeItems[0]?.key;
    list.items = now;
    list.activeItems = key === undefined ? [] : now.filter((entry) => entry.key === key).slice(0, 1);
  };
  draw();
  const listening = engine.onChange(draw);
  list.onDidAccept(() => {
    const [chosen] = list.selectedItems;
    if (!chosen) return;
    chosen.run?.();
    list.hide();
  });
  list.onDidHide(() => {
    listening.dispose();
    list.dispose();
  });
  list.show();
}

function headline({ engine, reason, jobs }: SupervisorState): string {
  if (engine === "down") return reason ?? "The engine stopped.";
  if (jobs.length) return "Choose a job to cancel it";
  return engine === "off" ? "The engine is off until something is asked of it." : "Nothing runs.";
}

const drawnAs = (entries: readonly Entry[]) => JSON.stringify(entries);

function entries(engine: Engine, { jobs }: SupervisorState): Entry[] {
  const command = (label: string, id: string): Entry => ({
    label,
    key: id,
    run: () => void vscode.commands.executeCommand(id),
  });
  return [
    ...jobs.map((job) => ({
      key: job.id,
      label: `$(${job.state === "running" ? "loading~spin" : "clock"}) ${engine.jobTitle(job.title)}`,
      description: `${job.state}${progressOf(job)} · Cancel`,
      run: () => engine.cancel(job.title),
    })),
    ...(jobs.length > 1
      ? [{ key: "all", label: "$(close-all) Cancel all", run: () => engine.supervisor.cancelAll() }]
      : []),
    { label: "Engine", kind: vscode.QuickPickItemKind.Separator },
    command("$(debug-restart) Restart Engine", "glassbox.restartEngine"),
    command("$(output) Show Log", "glassbox.showLog"),
  ];
}
