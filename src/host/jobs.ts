import * as vscode from "vscode";
import type { Job, SupervisorState } from "../supervisor/types.ts";
import { asText } from "./as-text.ts";
import type { Engine } from "./engine.ts";

interface Entry extends vscode.QuickPickItem {
  /** The same in every drawing: an entry's words change while its job goes on. */
  readonly key?: string | number;
  /** The list stays open where this says so. */
  run?(): "stay" | void;
  /** By the button beside it. */
  cancel?(): void;
}

/** What was paused is no job of the engine: it waits for a person to go on with it. */
export interface Paused {
  readonly key: string;
  readonly title: string;
  /** How far it is: " 7/20". */
  readonly progress: string;
  reveal(): void;
  stop(): void;
}

/** Who pauses pictures. */
interface PausedList {
  readonly paused: readonly Paused[];
  readonly onChange: vscode.Event<void>;
}

/**
 * Milliseconds between two drawings of which only words differ: an entry that is made anew under the pointer takes no click.
 * As long after a step by the keys, too: VS Code tells of it later, and a drawing in between would take it back.
 */
const betweenProgress = 1000;

const cancelButton = { iconPath: new vscode.ThemeIcon("close"), tooltip: "Cancel" };
const stopButton = { iconPath: new vscode.ThemeIcon("debug-stop"), tooltip: "Stop" };

/**
 * A list of what the engine does, what waits for it and what is paused, live while it is open. Enter goes to where a job's answer is shown;
 * a button beside it cancels it, and for who uses the keys alone an entry makes it a list of what to cancel.
 */
export function showJobs(engine: Engine, pausing: PausedList): void {
  const list = vscode.window.createQuickPick<Entry>();
  list.title = "Glassbox: Jobs";
  list.ignoreFocusOut = true; // a panel that is still loading takes the focus: the job that was looked for is still in sight
  list.keepScrollPosition = true;
  list.matchOnDescription = true;
  let cancels = false;
  /** When it was drawn last, or a person took a step. */
  let stirred = -Infinity;
  let due: NodeJS.Timeout | undefined;
  const draw = () => {
    const { state } = engine.supervisor;
    const { paused } = pausing;
    list.placeholder = headline(state, paused, cancels);
    const now = cancels ? toCancel(engine, state, paused) : entries(engine, state, paused, cancelFrom);
    if (drawnAs(now) === drawnAs(list.items)) return;
    clearTimeout(due);
    const left = stirred + betweenProgress - performance.now();
    if (left > 0 && keysOf(now) === keysOf(list.items)) return void (due = setTimeout(draw, left));
    stirred = performance.now();
    // New entries make the first one active, which Enter would choose: none is at first, then the one gone to stays.
    const key = list.activeItems[0]?.key;
    list.items = now;
    list.activeItems = key === undefined ? [] : now.filter((entry) => entry.key === key).slice(0, 1);
  };
  const cancelFrom = () => {
    cancels = true;
    list.value = "";
    draw();
    return "stay" as const;
  };
  draw();
  const listening = [engine.onChange(draw), pausing.onChange(draw)];
  list.onDidChangeActive(() => (stirred = performance.now()));
  list.onDidAccept(() => {
    const [chosen] = list.selectedItems;
    if (chosen && chosen.run?.() !== "stay") list.hide();
  });
  list.onDidTriggerItemButton(({ item }) => item.cancel?.());
  list.onDidHide(() => {
    clearTimeout(due);
    vscode.Disposable.from(...listening, list).dispose();
  });
  list.show();
}

function headline({ engine, reason, jobs }: SupervisorState, paused: readonly Paused[], cancels: boolean): string {
  if (engine === "down") return reason ?? "The engine stopped.";
  if (jobs.length + paused.length) return cancels ? "Choose a job to cancel it" : "Choose a job to go to it";
  return engine === "off" ? "The engine is off until something is asked of it." : "Nothing runs.";
}

const drawnAs = (entries: readonly Entry[]) => JSON.stringify(entries);
const keysOf = (entries: readonly Entry[]) => JSON.stringify(entries.map(({ key }) => key));

const jobEntry = (engine: Engine, job: Job) => ({
  key: job.id,
  label: `$(${job.state === "running" ? "loading~spin" : "clock"}) ${engine.jobTitle(job)}`,
  description: `${job.state}${engine.jobProgress(job)}`,
});

const pausedEntry = ({ key, title, progress }: Paused) => ({
  key,
  label: `$(debug-pause) ${title}`,
  description: `paused${progress}`,
});

function entries(
  engine: Engine,
  { jobs }: SupervisorState,
  paused: readonly Paused[],
  cancelFrom: () => "stay",
): Entry[] {
  const command = (label: string, id: string): Entry => ({
    label,
    key: id,
    run: () => void vscode.commands.executeCommand(id),
  });
  const cancelOne = { label: "$(close) Cancel a Job…", key: "one", run: cancelFrom };
  const cancelAll = {
    label: "$(close-all) Cancel All",
    key: "all",
    run: () => {
      engine.supervisor.cancelAll();
      for (const one of paused) one.stop();
    },
  };
  const count = jobs.length + paused.length;
  return [
    ...jobs.map((job) => ({
      ...jobEntry(engine, job),
      buttons: [cancelButton],
      run: engine.revealOf(job) ?? (() => void askToCancel(engine, job)),
      cancel: () => engine.supervisor.cancel(job.id),
    })),
    ...paused.map((one) => ({
      ...pausedEntry(one),
      buttons: [stopButton],
      run: () => one.reveal(),
      cancel: () => one.stop(),
    })),
    ...(count ? [cancelOne] : []),
    ...(count > 1 ? [cancelAll] : []),
    { label: "Engine", kind: vscode.QuickPickItemKind.Separator },
    command("$(debug-restart) Restart Engine", "glassbox.restartEngine"),
    command("$(output) Show Log", "glassbox.showLog"),
  ];
}

const toCancel = (engine: Engine, { jobs }: SupervisorState, paused: readonly Paused[]): Entry[] => [
  ...jobs.map((job) => ({ ...jobEntry(engine, job), run: () => engine.supervisor.cancel(job.id) })),
  ...paused.map((one) => ({ ...pausedEntry(one), run: () => one.stop() })),
];

/** Of one that is shown nowhere. */
async function askToCancel(engine: Engine, job: Job): Promise<void> {
  const yes = "Cancel It";
  const said = await vscode.window.showInformationMessage(
    asText(`${engine.jobTitle(job)} has no panel to go to. Cancel it?`),
    yes,
  );
  if (said === yes) engine.supervisor.cancel(job.id);
}
