import assert from "node:assert/strict";
import { FinishedRuns } from "../../src/host/finished-runs.ts";
import type { Progress, Update } from "../../src/shared/updates.ts";

const asked = { technique: "smoothgrad", parameters: { samples: 2 } };
const progress = (done: number, ms?: number): Progress => ({
  kind: "progress",
  done,
  total: 2,
  ...(ms !== undefined && { ms }),
});
const note = (text: string): Update => ({ kind: "note", key: "n", title: "N", level: "info", text });

describe("what the host keeps of finished runs", () => {
  async function* telling(...updates: readonly Update[]): AsyncGenerator<Update, void> {
    await Promise.resolve();
    yield* updates;
  }

  it("is the last update of each key, of the last run of each technique; the page gets them all", async () => {
    const runs = new FinishedRuns();
    const updates = [progress(1), note("so far"), progress(2), note("in the end"), progress(2, 812)];
    const heard: Update[] = [];
    for await (const update of runs.keeping(asked, telling(...updates))) heard.push(update);
    assert.deepEqual(heard, updates);
    assert.deepEqual(runs.all, [{ asked, updates: [progress(2, 812), note("in the end")] }]);
    const again = { ...asked, target: 3 };
    for await (const _ of runs.keeping(again, telling(progress(2, 9))));
    assert.deepEqual(runs.all, [{ asked: again, updates: [progress(2, 9)] }]);
  });

  it("is nothing of a run that no longer holds when something changes unseen, nor what was kept before it", async () => {
    const runs = new FinishedRuns();
    for await (const _ of runs.keeping(asked, telling(progress(2))));
    for await (const _ of runs.keeping({ ...asked, target: 3 }, telling(progress(2)), () => Promise.resolve(false)));
    assert.deepEqual(runs.all, []);
  });

  it("is nothing of a run that was left, or that failed", async () => {
    const runs = new FinishedRuns();
    for await (const _ of runs.keeping(asked, telling(progress(1), progress(2)))) break;
    async function* failing(): AsyncGenerator<Update, void> {
      yield* telling(progress(1));
      throw new Error("no gradient through Loop");
    }
    const heard = async () => {
      for await (const _ of runs.keeping(asked, failing()));
    };
    await assert.rejects(heard(), /Loop/);
    assert.deepEqual(runs.all, []);
  });
});
