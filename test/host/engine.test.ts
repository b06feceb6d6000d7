import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, copies, explain, glassbox, panelOf, patient, sample, until } from "./support/glassbox.ts";

describe("The engine", function () {
  this.timeout(60_000);
  before(glassbox);
  afterEach(closeAll);

  const coffee = async () => {
    await explain(sample("coffee.png"));
    return panelOf(sample("coffee.png"));
  };

  it("says what is on the photo", async () => {
    const panel = await coffee();
    const { prediction, card } = await panel.seen();
    assert.match(prediction.top[0]!.label, /espresso/);
    assert.ok(prediction.top[0]!.probability > 0.5);
    assert.match(card.path, /efficientnet-lite0\.onnx$/);
    const [glimpse, exact] = await Promise.all([panel.glimpse(), panel.exactPhoto()]);
    assert.deepEqual([...exact.png.subarray(1, 4)], [...Buffer.from("PNG")]);
    assert.equal(exact.pixels, glimpse.pixels);
    assert.deepEqual([...glimpse.jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    assert.ok(glimpse.jpeg.length < exact.png.length / 4, "it is there much sooner");
  });

  it("streams a technique's findings to a panel", async () => {
    const panel = await coffee();
    const kinds: string[] = [];
    for await (const update of panel.calls.run({ technique: "grad-cam", parameters: {} }, patient))
      kinds.push(update.kind);
    assert.ok(kinds.includes("heatmap"), kinds.join(", "));
  });

  it("need not be asked again by a page that is loaded anew, as long as photo and model are the same", async () => {
    const panel = await coffee();
    const asked = { technique: "saliency", parameters: {} };
    let ms: number | undefined;
    for await (const update of panel.calls.run(asked, patient)) if (update.kind === "progress") ms = update.ms;
    assert.ok(ms !== undefined && ms > 0);
    const finished = async () =>
      (await panel.calls.finished(undefined, patient)).filter(({ asked }) => asked.technique === "saliency");
    const [run, ...more] = await finished();
    assert.deepEqual([run?.asked, more], [asked, []]);
    assert.ok(run?.updates.some(({ kind }) => kind === "heatmap"));
    assert.ok(run?.updates.some((update) => update.kind === "progress" && update.ms === ms));
    await panel.useModel(sample("squeezenet1.1.onnx"));
    assert.deepEqual(await finished(), []);
  });

  it("is asked again by a page that is loaded anew where another file was looked at, which may have changed", async () => {
    const panel = await coffee();
    const technique = "integrated-gradients";
    const finished = async () =>
      (await panel.calls.finished(undefined, patient)).filter(({ asked }) => asked.technique === technique).length;
    const ofAnother = { baseline: "photo", photo: sample("rocket.jpg") };
    for (const [other, kept] of [[{}, 1], [ofAnother, 0]] as const) {
      const asked = { technique, parameters: { steps: 2, ...other } };
      for await (const _ of panel.calls.run(asked, patient));
      assert.equal(await finished(), kept);
    } // prettier-ignore
  });

  it("is asked nothing that makes no sense", async () => {
    const panel = await coffee();
    const run = panel.calls.run({ technique: "grad-cam", parameters: { steps: NaN } }, patient);
    await assert.rejects(async () => {
      for await (const update of run) assert.fail(update.kind);
    }, /steps: expected a finite number/);
  });

  it("answers again within a second after it was killed", async () => {
    const { supervisor } = await glassbox();
    await supervisor.client.techniques();
    await until("nothing else is asked of it", () => supervisor.state.jobs.length === 0);
    const { pid } = supervisor.state;
    process.kill(pid!, "SIGKILL");
    await until("the engine is gone, or another one is there", () => supervisor.state.pid !== pid);
    const start = performance.now();
    const techniques = await supervisor.client.techniques();
    const ms = performance.now() - start;
    assert.ok(techniques.some(({ id }) => id === "grad-cam"));
    assert.ok(ms < 1000, `${ms} ms`);
  });

  it("lets go of a job within half a second of its cancellation", async () => {
    const panel = await coffee();
    const cancel = new AbortController();
    let canceled = 0;
    const running = (async () => {
      for await (const update of panel.calls.run({ technique: "occlusion", parameters: {} }, cancel.signal)) {
        if (canceled || update.kind !== "progress") continue;
        canceled = performance.now();
        setTimeout(() => cancel.abort());
      }
    })();
    await assert.rejects(running, { name: "Canceled" });
    const ms = performance.now() - canceled;
    assert.ok(ms < 500, `${ms} ms`);
  });

  it("is asked for the first map by a job that can be seen and cancelled, of the photo in front alone", async () => {
    const { supervisor, panels } = await glassbox();
    const copy = await copies(...["coffee.png", "rocket.jpg", "cat-chelsea.png"].map(sample));
    const jobs = new Set<string>();
    let most = 0;
    const end = supervisor.onChange(({ jobs: now }) => {
      most = Math.max(most, now.length);
      for (const { title } of now) jobs.add(title);
    });
    try {
      await explain(...copy.paths);
      const inFront = panels.all.at(-1);
      await inFront?.seen();
      await until("the first map is a job", () => jobs.size > 0);
      await until("it has ended", () => supervisor.state.jobs.length === 0);
      assert.ok(
        [...jobs].every((title) => title.includes(`of ${inFront?.photoName} by`)),
        [...jobs].join("; "),
      );
      assert.equal(most, 1);
    } finally {
      end();
      await copy.remove();
    }
  });

  it("is restarted on demand", async () => {
    const { supervisor } = await glassbox();
    await supervisor.client.techniques();
    const { pid } = supervisor.state;
    await vscode.commands.executeCommand("glassbox.restartEngine");
    await supervisor.client.techniques();
    assert.notEqual(supervisor.state.pid, pid);
  });

  it("is restarted with another setting, which what it was at is told of", async () => {
    const { supervisor } = await glassbox();
    const settings = vscode.workspace.getConfiguration("glassbox.engine");
    const panel = await coffee();
    await panel.calls.techniques(undefined, patient);
    for (const [name, value] of [["memoryLimit", 64], ["nodePath", "/nowhere/node"]] as const)
      try {
        await assert.rejects(
          async () => {
            for await (const { kind } of panel.calls.run({ technique: "occlusion", parameters: {} }, patient))
              if (kind === "progress") await settings.update(name, value, vscode.ConfigurationTarget.Global);
          },
          { name: "EngineRestarted", message: new RegExp(`while running Occlusion of coffee\\.png by .*, since the setting glassbox\\.engine\\.${name} was changed`) }, // prettier-ignore
        );
        if (name === "nodePath") await assert.rejects(supervisor.client.techniques(), { name: "EngineNotStarted" });
        else await supervisor.client.techniques();
      } finally {
        await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
      } // prettier-ignore
    await supervisor.client.techniques();
  });

  it("keeps everything native out of the extension host", async () => {
    await (await coffee()).seen();
    const report = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] }; // untyped by Node
    const ours = report.sharedObjects.filter((path) => /onnxruntime|sharp|libvips/.test(path));
    assert.deepEqual(ours, []);
  });
});
