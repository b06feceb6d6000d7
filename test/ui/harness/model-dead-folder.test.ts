import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { CountedDead } from "../../../src/shared/model-panel.ts";
import { until } from "../driver/until.ts";
import { modelHost } from "./model-fake-host.ts";
import type { ModelScenario } from "./model-fake-host.ts";
import { around } from "./around.ts";
import { editorOf, modelHarness } from "./model-harness.ts";

describe("the table of dead filters over a folder, in a browser", function () {
  this.timeout(120000);
  const views = around(modelHarness);
  const { calls, open, kept } = editorOf(views);

  const over = () => calls("dead").map(({ params }) => params["over"]);
  const row = (page: Page, layer: string) => page.locator(`.dead-table tbody tr:has(th :text-is("${layer}"))`);

  /** A table over a folder, as the honest engine counts it. */
  async function ofFolder(): Promise<CountedDead> {
    let counted: CountedDead | undefined;
    for await (const found of modelHost({}).handlers.dead({ over: "folder" }, new AbortController().signal))
      if (found.kind === "report") counted = found;
    assert.ok(counted);
    return counted;
  }

  it("are counted over a folder until cancelled, and saved", async () => {
    const saved: { readonly name: string; readonly text: string }[] = [];
    const honest = modelHost({}).handlers;
    let leaveDialog = () => {};
    const dialog = new Promise<void>((resolve) => (leaveDialog = resolve));
    const page = await open(
      { side: "dead" },
      {
        answers: {
          async *dead(params, signal) {
            if (params.over === "photo") return yield* honest.dead(params, signal);
            await dialog;
            yield { kind: "progress", done: 1, total: 200, unit: "photos" };
            await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          },
          saveText: (file) => {
            saved.push(file);
            return Promise.resolve(true);
          },
        },
      },
    );
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    await page.click("text=Over a folder…");
    await page.waitForSelector(".dead-progress:has-text('Nothing counted yet')");
    assert.equal(await page.isVisible(".dead-progress progress"), false, "the dialog for a folder is open");
    leaveDialog();
    await page.waitForSelector(".dead-progress:has-text('1 of 200 photos')");
    assert.ok(await page.isVisible(".dead-progress progress"));
    assert.ok(await page.isVisible(".dead-table"), "the table before stays in sight");
    await page.click(".dead-progress >> text=Cancel");
    await until("it is over", async () => !(await page.isVisible(".dead-progress")));
    await page.click("text=Save as CSV…");
    await until("it is saved", () => saved.length === 1);
    assert.equal(saved[0]?.name, "SqueezeNet-1.1-dead-filters.csv");
    assert.match(saved[0]?.text ?? "", /^layer,channels,dead,.*\nconv1,64,/);
  });

  it("over a folder open the channels that are silent on all of it, whatever this photo says", async () => {
    const page = await open({ side: "dead" });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    const number = row(page, "conv1").locator("td:nth-of-type(2)");
    const onPhoto = Number.parseInt(await number.innerText(), 10);
    await page.click("text=Over a folder…");
    await page.waitForSelector(".dead-body > p:has-text('never active on 3 photos of holiday')", { timeout: 60000 });
    await page.waitForSelector(".dead-moment:has-text('Counted on Jan')");
    const onFolder = Number.parseInt(await number.innerText(), 10);
    assert.ok(onFolder > 0 && onFolder < onPhoto, `${onFolder} of ${onPhoto}: other photos wake some`);
    const named = ((await number.locator("button").getAttribute("title")) ?? "").match(/\d+/g)?.map(Number);
    await number.locator("button").click();
    const listed = `.listed:has-text("${onFolder} channels never active over 3 photos of holiday")`;
    await page.waitForSelector(listed);
    await page.waitForSelector(`.count:has-text("${onFolder} of 64 channels")`);
    assert.deepEqual((await kept(page)).listed?.channels, named);
    views().host.reveal("fire2/squeeze1x1");
    await page.waitForSelector('.heading h2:has-text("fire2/squeeze1x1")');
    await until("another layer has all of its own", async () => !(await page.isVisible(".listed")));
    views().host.reveal("conv1");
    await page.waitForSelector(listed);
    await page.click(".listed >> text=Back to the table");
    await page.waitForSelector(".dead-moment");
    await number.locator("button").click();
    await page.click(".listed >> text=Show all channels");
    await page.waitForSelector('.count:text-matches("^64 channels")');
  });

  it("bring back what an earlier window counted over a folder, and say when, and that the file is another one", async () => {
    const honest = modelHost({}).handlers;
    let counted: CountedDead | undefined;
    for await (const found of honest.dead({ over: "folder" }, new AbortController().signal))
      if (found.kind === "report") counted = found;
    const answers = { keptDead: () => Promise.resolve({ counted, outdated: true, running: false }) };
    const page = await open({ side: "dead", deadOver: "folder" }, { answers });
    await page.waitForSelector(".dead-body > p:has-text('never active on 3 photos of holiday')");
    await page.waitForSelector(".outdated:has-text('has changed since')");
    assert.deepEqual(calls("dead"), []);
    // Whoever looked at the photo's table last sees it again, and the way to the other.
    const other = await open({ side: "dead" }, { answers });
    await other.waitForSelector(".dead-body > p:has-text('never active on this photo')", { timeout: 60000 });
    await other.click(".dead-actions >> text=/Over holiday, Jan/");
    await other.waitForSelector(".dead-body > p:has-text('never active on 3 photos of holiday')");
    assert.equal((await kept(other)).deadOver, "folder");
  });

  it("take part in a count over a folder that goes on, and are shown when a command asks", async () => {
    const honest = modelHost({}).handlers;
    let running = true;
    const answers: ModelScenario["answers"] = {
      keptDead: () => Promise.resolve({ counted: undefined, outdated: false, running }),
      cancelDead: () => Promise.resolve(void (running = false)),
      async *dead(params, signal) {
        if (params.over !== "running") return yield* honest.dead(params, signal);
        yield { kind: "progress", done: 7, total: 9, unit: "photos" };
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    };
    const page = await open({ side: "dead", deadOver: "folder" }, { answers });
    await page.waitForSelector(".dead-progress:has-text('7 of 9 photos')");
    await page.click(".dead-progress >> text=Cancel");
    assert.equal(calls("cancelDead").length, 1, "it ends, and not only here");
    running = true;
    const other = await open({}, { answers });
    await until("the page listens", () => calls("reveal").length > 0);
    views().host.showDead("photo");
    await other.waitForSelector(".dead-body > p:has-text('never active on this photo')", { timeout: 60000 });
    assert.deepEqual(over(), ["photo"], "not what runs, on a page that had no table yet");
    assert.equal((await kept(other)).deadOver, "photo");
  });

  it("follow a count over a folder that goes on, until the photo's table is chosen; then it is offered", async () => {
    const whole = await ofFolder();
    const honest = modelHost({}).handlers;
    let report: () => void = () => undefined;
    const answers: ModelScenario["answers"] = {
      keptDead: () => Promise.resolve({ counted: undefined, outdated: false, running: true }),
      async *dead(params, signal) {
        if (params.over !== "running") return yield* honest.dead(params, signal);
        yield { kind: "progress", done: 24, total: 120, unit: "photos" };
        await new Promise<void>((resolve) => (report = resolve));
        yield { ...whole, images: 60 };
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    };
    const page = await open({ side: "dead" }, { answers });
    await page.waitForSelector(".dead-progress:has-text('24 of 120 photos')");
    assert.deepEqual(over(), ["running"]);
    report();
    await page.waitForSelector(".dead-body > p:has-text('never active on 60 photos of holiday')");
    assert.equal((await kept(page)).deadOver, "folder");
    await page.click("text=Over this photo");
    await page.waitForSelector(".dead-body > p:has-text('never active on this photo.')", { timeout: 60000 });
    assert.equal((await kept(page)).deadOver, "photo");
    assert.equal(await page.isVisible(".dead-progress"), false);
    const running = ".dead-actions >> text=Show the count over the folder";
    await page.waitForSelector(running);
    const asked = calls("keptDead").length;
    views().host.change("model");
    await until("what is kept is asked for again", () => calls("keptDead").length > asked);
    await until("the photo is counted again", () => over().length === 3);
    assert.deepEqual(over(), ["running", "photo", "photo"], "it is not taken up again");
    const again = await open({ side: "dead", deadOver: "photo" }, { answers });
    await again.waitForSelector(".dead-body > p:has-text('never active on this photo.')", { timeout: 60000 });
    assert.deepEqual(over(), ["photo"], "nor by the page when it is loaded anew");
    await again.click(running);
    await again.waitForSelector(".dead-progress:has-text('24 of 120 photos')");
    assert.deepEqual([over().at(-1), (await kept(again)).deadOver], ["running", "folder"]);
    assert.equal(await again.isVisible(running), false);
  });

  it("say that a count over a folder broke off before it had a table, and count nothing else unasked", async () => {
    const whole = await ofFolder();
    const honest = modelHost({}).handlers;
    for (const [deadOver, counted] of [[undefined], ["folder", whole]] as const) {
      let running = true;
      const answers: ModelScenario["answers"] = {
        keptDead: () => Promise.resolve({ counted, outdated: false, running }),
        async *dead(params, signal) {
          if (params.over !== "running") return yield* honest.dead(params, signal);
          running = false;
          throw new Error("the disk is gone");
        },
      };
      const page = await open({ side: "dead", ...(deadOver && { deadOver }) }, { answers });
      const alert = ".dead [role=alert]:has-text('The count broke off: the disk is gone')";
      await page.waitForSelector(alert);
      await until("what is kept is asked for again", () => calls("keptDead").length === 2);
      if (counted) await page.waitForSelector(".dead-actions >> text=/Over holiday, Jan/");
      views().host.usePhoto("other", undefined);
      await until(
        "the page is drawn anew",
        () => calls("photo").filter(({ params }) => params["photo"] === "other").length === 2,
      );
      assert.ok(await page.isVisible(alert));
      assert.deepEqual(over(), ["running"]);
      views().host.change("photo");
      await page.waitForSelector(".dead-body > p:has-text('never active on this photo.')", { timeout: 60000 });
      assert.deepEqual(over(), ["running", "photo"], "a photo that changed is counted as ever");
    }
  });

  it("count the photo anew where the dialog for a folder was left that took its count's place", async () => {
    const honest = modelHost({}).handlers;
    let isFirst = true;
    let leave: () => void = () => undefined;
    const answers: ModelScenario["answers"] = {
      async *dead(params, signal) {
        if (params.over === "folder") return await new Promise<void>((resolve) => (leave = resolve));
        if (!isFirst) return yield* honest.dead(params, signal);
        isFirst = false;
        yield { kind: "progress", done: 0, total: 1, unit: "photos" };
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    };
    const page = await open({ side: "dead" }, { answers });
    await page.waitForSelector(".dead-progress:has-text('0 of 1 photo')");
    await page.click("text=Over a folder…");
    await until("the dialog is open", () => calls("dead").length === 2);
    leave();
    await page.waitForSelector(".dead-body > p:has-text('never active on this photo.')", { timeout: 60000 });
    await page.click("text=Over a folder…");
    await until("the dialog is open again", () => calls("dead").length === 4);
    leave();
    await until("it is over", async () => !(await page.isVisible(".dead-progress")));
    await until("what is kept was asked for", () => calls("keptDead").length === 3);
    assert.deepEqual(
      calls("dead").map(({ params }) => params["over"]),
      ["photo", "folder", "photo", "folder"],
      "a table that is there stays",
    );
  });

  it("count the photo anew where the folder's count was cancelled that took its count's place", async () => {
    const honest = modelHost({}).handlers;
    let isFirst = true;
    const answers: ModelScenario["answers"] = {
      async *dead(params, signal) {
        if (params.over === "photo" && !isFirst) return yield* honest.dead(params, signal);
        isFirst = false;
        yield { kind: "progress", done: 0, total: params.over === "photo" ? 1 : 9, unit: "photos" };
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    };
    const page = await open({ side: "dead" }, { answers });
    await page.waitForSelector(".dead-progress:has-text('0 of 1 photo')");
    await page.click("text=Over a folder…");
    await page.waitForSelector(".dead-progress:has-text('0 of 9 photos')");
    await page.click(".dead-progress >> text=Cancel");
    await page.waitForSelector(".dead-body > p:has-text('never active on this photo.')", { timeout: 60000 });
    assert.deepEqual(over(), ["photo", "folder", "photo"]);
  });

  it("ask what is kept once a count over a folder has ended; only a whole table is a document", async () => {
    const whole = await ofFolder();
    let end: () => void = () => undefined;
    const honest = modelHost({}).handlers;
    const page = await open(
      { side: "dead" },
      {
        answers: {
          async *dead(params, signal) {
            if (params.over === "photo") return yield* honest.dead(params, signal);
            yield { ...whole, images: 2 };
            await new Promise<void>((resolve) => (end = resolve));
            yield whole;
          },
        },
      },
    );
    await page.waitForSelector(".dead-body > p:has-text('never active on this photo')", { timeout: 60000 });
    const asDocument = page.locator("vscode-button:has-text('Open as a document')");
    await until("the photo's table is whole", () => asDocument.isVisible());
    assert.equal(calls("keptDead").length, 1);
    await page.click("text=Over a folder…");
    await page.waitForSelector(".dead-body > p:has-text('never active on 2 photos of holiday')");
    assert.equal(await asDocument.isVisible(), false);
    end();
    await page.waitForSelector(".dead-body > p:has-text('never active on 3 photos of holiday')");
    await until("it is asked again", () => calls("keptDead").length === 2);
    await until("it is whole", () => asDocument.isVisible());
    assert.equal((await kept(page)).deadOver, "folder");
  });

  it("are what a command asks for, whatever runs: a folder's table ends the photo's count, and is not forgotten", async () => {
    const counted = await ofFolder();
    const known: CountedDead[] = [];
    let left = false;
    const page = await open(
      { side: "dead" },
      {
        answers: {
          keptDead: () => Promise.resolve({ counted: known[0], outdated: false, running: false }),
          async *dead(_, signal) {
            yield { kind: "progress", done: 0, total: 1, unit: "photos" };
            await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
            left = true;
          },
        },
      },
    );
    await page.waitForSelector(".dead-progress:has-text('0 of 1 photo')");
    known.push(counted);
    views().host.showDead("folder");
    await page.waitForSelector(".dead-body > p:has-text('never active on 3 photos of holiday')");
    await until("the photo's count is ended", () => left);
    assert.equal((await kept(page)).deadOver, "folder");
    assert.equal(await page.isVisible(".dead-progress"), false);
    views().host.showDead("photo");
    await page.waitForSelector(".dead-progress:has-text('0 of 1 photo')");
    assert.deepEqual(calls("dead").at(-1)?.params, { over: "photo" });
  });
});
