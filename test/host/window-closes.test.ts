import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { glassbox, root, sample, until } from "./support/glassbox.ts";

// The last file by its name: after it the extension is no longer what the others need.

/** What VS Code calls when the window closes, of the very module that it has loaded. */
const main = () =>
  createRequire(__filename)(join(root(), "dist", "extension.cjs")) as { deactivate(): Promise<void> | undefined };

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("When the window closes", function () {
  this.timeout(30_000);

  it("the engine is killed in the middle of a job, which ends, and closing again does nothing", async () => {
    const { supervisor } = await glassbox();
    const request = { model: sample("squeezenet1.1.onnx"), image: sample("coffee.png"), technique: "smoothgrad" };
    let steps = 0;
    const job = (async () => {
      for await (const update of supervisor.client.run({ ...request, parameters: { samples: 500 } }))
        if (update.kind === "progress") steps = update.done;
    })();
    const ended = assert.rejects(job);
    await until("it is at work", () => steps > 1);
    const { pid } = supervisor.state;
    assert.ok(pid !== undefined && isAlive(pid));
    await main().deactivate();
    await until("the engine is gone", () => !isAlive(pid), 2000);
    await ended;
    assert.ok(steps < 500, "the job was not through");
    await main().deactivate();
  });
});
