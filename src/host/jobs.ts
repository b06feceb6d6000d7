import * as vscode from "vscode";
import type { SupervisorState } from "../supervisor/types.ts";
import type { Engine } from "./engine.ts";
import { progressOf } from "./status.ts";

interface Entry extends vscode.QuickPickItem {
  run?(): void;
}

/** A list of what the engine does and what waits for it, live while it is open. */
export function showJobs(engine: Engine): void {
  const list = vscode.window.createQuickPick<Entry>();
  list.title = "Glassbox: Jobs";
  list.ignoreFocusOut = true; // a panel that is still loading takes the focus: the job that was looked for is still in sight
  const draw = () => {
    const { state } = engine.supervisor;
    list.placeholder = headline(state);
    list.items = entries(engine, state);
  };
  draw();
  const listening = engine.onChange(draw);
  list.onDidAccept(() => {
    list.selectedItems[0]?.run?.();
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

function entries(engine: Engine, { jobs }: SupervisorState): Entry[] {
  const command = (label: string, id: string): Entry => ({ label, run: () => void vscode.commands.executeCommand(id) });
  return [
    ...jobs.map((job) => ({
      label: `$(${job.state === "running" ? "loading~spin" : "clock"}) ${engine.jobTitle(job.title)}`,
      description: `${job.state}${progressOf(job)} · Cancel`,
      run: () => engine.cancel(job.title),
    })),
    ...(jobs.length > 1 ? [{ label: "$(close-all) Cancel all", run: () => engine.supervisor.cancelAll() }] : []),
    { label: "Engine", kind: vscode.QuickPickItemKind.Separator },
    command("$(debug-restart) Restart Engine", "glassbox.restartEngine"),
    command("$(output) Show Log", "glassbox.showLog"),
  ];
}
