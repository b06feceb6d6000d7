import * as vscode from "vscode";
import type { Engine } from "./engine.ts";

/** Jobs that are over sooner than this never show: the status bar would only flicker. */
const patience = 80;

/** An item of the status bar, there while something runs or when the engine is down. */
export class Status implements vscode.Disposable {
  #item: vscode.StatusBarItem | undefined;
  #pending: NodeJS.Timeout | undefined;
  readonly #listening: vscode.Disposable;

  constructor(private readonly engine: Engine) {
    this.#listening = engine.onChange(() => (this.#pending ??= setTimeout(() => this.#draw(), patience)));
  }

  #draw(): void {
    this.#pending = undefined;
    const { engine } = this;
    const text = statusText(engine);
    if (text === undefined) return this.#item?.hide();
    this.#item ??= this.#create();
    this.#item.text = text;
    this.#item.tooltip = tooltip(engine);
    this.#item.backgroundColor =
      engine.supervisor.state.engine === "down" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.#item.show();
  }

  #create(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem("glassbox.engine", vscode.StatusBarAlignment.Right, 100);
    item.name = "Glassbox";
    item.command = "glassbox.showJobs";
    return item;
  }

  dispose(): void {
    clearTimeout(this.#pending);
    this.#listening.dispose();
    this.#item?.dispose();
  }
}

function statusText(engine: Engine): string | undefined {
  const { engine: phase, jobs } = engine.supervisor.state;
  if (phase === "down") return "$(error) Glassbox engine stopped";
  const job = jobs.find(({ state }) => state === "running") ?? jobs[0];
  if (!job) return undefined;
  const more = jobs.length > 1 ? ` +${jobs.length - 1}` : "";
  return `$(loading~spin) ${engine.shortTitle(job)}${engine.jobProgress(job)}${more}`;
}

function tooltip(engine: Engine): vscode.MarkdownString {
  const { engine: phase, reason, jobs } = engine.supervisor.state;
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["glassbox.showJobs", "glassbox.restartEngine", "glassbox.showLog"] };
  if (phase === "down") text.appendText(reason ?? "The engine stopped.");
  jobs.forEach((job, i) => {
    if (i) text.appendMarkdown("\n\n");
    text.appendText(`${engine.jobTitle(job)}: ${job.state}${engine.jobProgress(job)}`); // names of files and models: never markdown
  });
  text.appendMarkdown("\n\n---\n\n");
  text.appendMarkdown(
    "[Jobs](command:glassbox.showJobs) · [Restart Engine](command:glassbox.restartEngine) · [Log](command:glassbox.showLog)",
  );
  return text;
}
