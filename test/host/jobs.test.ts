import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Engine } from "../../src/host/engine.ts";
import { showJobs, type Paused } from "../../src/host/jobs.ts";
import type { Job, SupervisorState } from "../../src/supervisor/types.ts";
import { answering } from "./support/answers.ts";
import { until } from "./support/glassbox.ts";

describe("The list of jobs", function () {
  this.timeout(30_000);
  const job = (id: number, done: number): Job => {
    return { id, params: undefined, title: `job ${id}`, state: "running", done, total: 100 };
  };
  const go = (command: string) => vscode.commands.executeCommand(`workbench.action.${command}`);
  const { createQuickPick } = vscode.window;
  let list: vscode.QuickPick<vscode.QuickPickItem>;
  let done: string[];
  let told: vscode.EventEmitter<void>;
  let paused: Paused[];
  let supervisor: { state: SupervisorState; cancel: (id: number) => unknown };
  const active = () => list.activeItems.map(({ label }) => label.replace(/^\$\(.*\) /, ""));
  const isDrawn = (words: string) => String(list.items[0]?.description).includes(words);
  const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const tell = (...jobs: readonly Job[]) => {
    supervisor.state = { engine: "running", jobs } as unknown as SupervisorState; // as far as the list reads it
    told.fire();
  };
  /** VS Code draws later than the list, and says nothing of it: a step before that would be taken back. */
  const drawn = () => pass(300);
  const now = async (...jobs: readonly Job[]) => {
    tell(...jobs);
    await drawn();
  };

  beforeEach(() => {
    done = [];
    paused = [];
    told = new vscode.EventEmitter();
    const state = { engine: "running", jobs: [job(1, 0), job(2, 0)] } as unknown as SupervisorState; // the same
    supervisor = { state, cancel: (id) => done.push(`cancelled ${id}`) };
    const engine = {
      supervisor,
      onChange: told.event,
      jobTitle: ({ title }: Job) => title,
      jobProgress: ({ done, total }: Job) => ` ${done}/${total}`,
      // The third is shown nowhere.
      revealOf: ({ id }: Job) => (id === 3 ? undefined : () => done.push(`went to ${id}`)),
    };
    const pausing = {
      get paused() {
        return paused;
      },
      onChange: told.event,
    };
    const window = vscode.window as { createQuickPick: unknown }; // the list is to be seen here too
    window.createQuickPick = () => (list = createQuickPick());
    try {
      showJobs(engine as unknown as Engine, pausing); // as far as the list asks it
    } finally {
      window.createQuickPick = createQuickPick;
    }
  });
  afterEach(() => {
    list.dispose();
    told.dispose();
  });

  it("does nothing by Enter before a person has gone to a job", async () => {
    await go("acceptSelectedQuickOpenItem");
    await go("quickOpenSelectNext");
    await until("the first is active", () => active()[0] === "job 1");
    assert.deepEqual(done, []);
  });

  it("cancels by the keys alone where a person says so first", async () => {
    await now(job(1, 7), job(2, 0));
    const entry = list.items.findIndex(({ label }) => label.endsWith("Cancel a Job…"));
    for (let i = 0; i <= entry; i++) await go("quickOpenSelectNext");
    await until("it is active", () => active()[0] === "Cancel a Job…");
    await go("acceptSelectedQuickOpenItem");
    await until("the list is of what to cancel", () => list.placeholder === "Choose a job to cancel it");
    await now(job(1, 8), job(2, 0));
    assert.deepEqual(list.items.map(({ label }) => label.replace(/^\$\(.*\) /, "")), ["job 1", "job 2"]); // prettier-ignore
    assert.deepEqual([done, active()], [[], []]);
    await go("quickOpenSelectNext");
    await until("the first is active", () => active()[0] === "job 1");
    await go("quickOpenSelectNext");
    await until("the second is active", () => active()[0] === "job 2");
    await go("acceptSelectedQuickOpenItem");
    await until("it is cancelled", () => done.length > 0);
    assert.deepEqual(done, ["cancelled 2"]);
  });

  it("asks about a job that is shown nowhere, and cancels it only then", async () => {
    await now(job(3, 7));
    await go("quickOpenSelectNext");
    await until("it is active", () => active()[0] === "job 3");
    const asked: string[] = [];
    const showInformationMessage = (question: string, yes: string) => {
      asked.push(question);
      assert.deepEqual(done, []);
      return yes;
    };
    await answering({ showInformationMessage }, async () => {
      await go("acceptSelectedQuickOpenItem");
      await until("it is cancelled", () => done.length > 0);
    });
    assert.deepEqual([asked, done], [["job 3 has no panel to go to. Cancel it?"], ["cancelled 3"]]);
  });

  it("keeps the one gone to while the jobs go on, and none when that is over", async () => {
    await go("quickOpenSelectNext");
    await go("quickOpenSelectNext");
    await until("the second is active", () => active()[0] === "job 2");
    await pass(1100);
    tell(job(1, 6), job(2, 0));
    const before = list.items;
    assert.ok(isDrawn("6/100"), "nobody moves in it");
    tell(job(1, 7), job(2, 0));
    assert.equal(list.items, before, "what only goes on is not drawn anew under the pointer at once");
    await until("it is soon", () => isDrawn("7/100"));
    await drawn();
    await go("quickOpenSelectNext");
    await go("quickOpenSelectPrevious");
    await until("the second is active again", () => active()[0] === "job 2");
    const same = list.items;
    await now(job(1, 7), job(2, 0));
    assert.equal(list.items, same, "nothing changed: nothing is drawn anew");
    await now(job(1, 8));
    await go("acceptSelectedQuickOpenItem");
    await go("quickOpenSelectNext");
    await until("the first is active", () => active()[0] === "job 1");
    assert.deepEqual(done, []);
    await go("acceptSelectedQuickOpenItem");
    await until("its panel is shown", () => done.length > 0);
    assert.deepEqual(done, ["went to 1"]);
  });

  it("takes no step back that a person has just taken", async () => {
    await pass(1100);
    const before = list.items;
    await go("quickOpenSelectNext");
    await until("the first is active", () => active()[0] === "job 1");
    tell(job(1, 7), job(2, 0));
    assert.equal(list.items, before);
    await until("it is drawn later", () => isDrawn("7/100"));
    assert.deepEqual(active(), ["job 1"]);
  });

  it("has what is paused after what runs: by Enter a person goes there", async () => {
    paused = [
      {
        key: "a",
        title: "DeepDream: cat.png",
        progress: " 40/60",
        reveal: () => done.push("went there"),
        stop: () => done.push("stopped"),
      },
    ];
    await now(job(1, 7));
    const at = list.items.findIndex(({ label }) => label.endsWith("DeepDream: cat.png"));
    assert.equal(at, 1);
    assert.equal(list.items[at]?.description, "paused 40/60");
    for (let i = 0; i <= at; i++) await go("quickOpenSelectNext");
    await until("it is active", () => active()[0] === "DeepDream: cat.png");
    await go("acceptSelectedQuickOpenItem");
    await until("its panel is shown", () => done.length > 0);
    assert.deepEqual(done, ["went there"]);
  });
});
