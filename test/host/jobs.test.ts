import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Engine } from "../../src/host/engine.ts";
import { showJobs } from "../../src/host/jobs.ts";
import type { Job, SupervisorState } from "../../src/supervisor/types.ts";
import { until } from "./support/glassbox.ts";

describe("The list of jobs", function () {
  this.timeout(30_000);
  const job = (id: number, done: number): Job => ({ id, title: `job ${id}`, state: "running", done, total: 100 });
  const go = (command: string) => vscode.commands.executeCommand(`workbench.action.${command}`);
  const { createQuickPick } = vscode.window;
  let list: vscode.QuickPick<vscode.QuickPickItem>;
  let cancelled: string[];
  let told: vscode.EventEmitter<void>;
  let supervisor: { state: SupervisorState };
  const active = () => list.activeItems.map(({ label }) => label.replace(/^\$\(.*\) /, ""));
  const now = async (...jobs: readonly Job[]) => {
    supervisor.state = { engine: "running", jobs } as unknown as SupervisorState; // as far as the list reads it
    told.fire();
    await new Promise((resolve) => setTimeout(resolve, 300)); // VS Code draws later, and says nothing of it
  };

  beforeEach(() => {
    cancelled = [];
    told = new vscode.EventEmitter();
    supervisor = { state: { engine: "running", jobs: [job(1, 0), job(2, 0)] } as unknown as SupervisorState }; // the same
    const engine = {
      supervisor,
      onChange: told.event,
      jobTitle: (title: string) => title,
      cancel: (title: string) => cancelled.push(title),
    };
    const window = vscode.window as { createQuickPick: unknown }; // the list is to be seen here too
    window.createQuickPick = () => (list = createQuickPick());
    try {
      showJobs(engine as unknown as Engine); // as far as the list asks it
    } finally {
      window.createQuickPick = createQuickPick;
    }
  });
  afterEach(() => {
    list.dispose();
    told.dispose();
  });

  it("has none to cancel by Enter before a person has gone to one", async () => {
    await go("acceptSelectedQuickOpenItem");
    await go("quickOpenSelectNext");
    await until("the first is active", () => active()[0] === "job 1");
    assert.deepEqual(cancelled, []);
  });

  it("keeps the one gone to while the jobs go on, and none when that is over", async () => {
    await go("quickOpenSelectNext");
    await go("quickOpenSelectNext");
    await until("the second is active", () => active()[0] === "job 2");
    await now(job(1, 7), job(2, 0));
    assert.match(String(list.items[0]?.description), /7\/100/);
    await go("quickOpenSelectNext");
    await go("quickOpenSelectPrevious");
    await until("the second is active again", () => active()[0] === "job 2");
    const drawn = list.items;
    await now(job(1, 7), job(2, 0));
    assert.equal(list.items, drawn, "nothing changed: nothing is drawn anew");
    await now(job(1, 8));
    await go("acceptSelectedQuickOpenItem");
    await go("quickOpenSelectNext");
    await until("the first is active", () => active()[0] === "job 1");
    assert.deepEqual(cancelled, []);
    await go("acceptSelectedQuickOpenItem");
    await until("it is cancelled", () => cancelled.length > 0);
    assert.deepEqual(cancelled, ["job 1"]);
  });
});
