import assert from "node:assert/strict";
import { copyFileSync, existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import {
  choose,
  classes,
  colors,
  done,
  drawn,
  dropdown,
  explained,
  photoPane,
  sample,
  sentence,
  thumbnail,
  workspace,
} from "./driver/explain.ts";
import { attack, hostileModel } from "./driver/hostile.ts";
import { launch } from "./driver/launch.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Explain panels in their window", function () {
  this.timeout(180_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;

  before(async () => {
    folder = workspace("cat-chelsea.png", "coffee.png");
    vscode = await launch({ folder });
    view = await explained(vscode);
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("stands as it stood after the window is reloaded: technique, layer, class and zoom", async () => {
    await choose(view, "Layer", /^stage5\/block3 · 112 × 14 × 14$/);
    await thumbnail(view, "guided-grad-cam").click();
    await classes(view).filter({ hasText: "tiger cat" }).click();
    await done(view, "guided-grad-cam");
    const whole = await drawn(view, photoPane);
    await view.locator(photoPane).focus();
    for (let i = 0; i < 3; i++) await vscode.page.keyboard.press("+");
    const zoomed = await drawn(view, photoPane);
    assert.notEqual(zoomed, whole);
    const said = await sentence(view).innerText();
    assert.match(said, /Guided Grad-CAM of “tiger cat” at stage5\/block3/);

    await vscode.reload();
    view = await vscode.frame("explain", 60);
    await done(view, "guided-grad-cam");
    assert.equal(await thumbnail(view, "guided-grad-cam").getAttribute("aria-pressed"), "true");
    assert.equal(await sentence(view).innerText(), said);
    await until("the photo is as near as it was", async () => (await drawn(view, photoPane)) === zoomed);
    await vscode.screenshot(`explain-reloaded-${vscode.version}`);
  });

  it("shows in the status bar what runs long, which can be cancelled from there", async () => {
    await done(view, "occlusion");
    await thumbnail(view, "smoothgrad").click();
    await view.locator('[data-parameter="samples"] input').fill("500");
    await view.locator('[data-parameter="samples"] input').press("Enter");
    const item = vscode.statusBar().filter({ hasText: /SmoothGrad \d+\/500/ });
    await item.waitFor();
    await item.click();
    await vscode.page.locator(".quick-input-widget").getByText("Glassbox: Jobs").waitFor();
    // As a panel does that has just been loaded.
    await view.locator('[data-parameter="samples"] input').focus();
    await vscode.screenshot(`jobs-${vscode.version}`);
    const job = vscode.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "SmoothGrad of cat-chelsea.png" }); // prettier-ignore
    await job.hover();
    await job.locator(".action-label").click();
    await vscode.page.keyboard.press("Escape");
    await item.waitFor({ state: "hidden" });
    // What was reached stays on screen.
    await view.locator(`[data-technique="smoothgrad"]:is([data-status="stopped"], [data-status="failed"])`).waitFor();
    assert.ok((await colors(view)) > 100, "the map is gone");
    await vscode.screenshot(`cancelled-${vscode.version}`);
    await view.getByRole("button", { name: "Reset to defaults" }).click();
    await done(view, "smoothgrad");
  });

  it("follows the photo when its file changes", async () => {
    copyFileSync(join(folder, "coffee.png"), join(folder, "cat-chelsea.png"));
    const now = new Date();
    utimesSync(join(folder, "cat-chelsea.png"), now, now);
    await classes(view)
      .first()
      .filter({ hasText: /^espresso(?! maker)/ })
      .waitFor({ timeout: 30_000 });
    copyFileSync(sample("cat-chelsea.png"), join(folder, "cat-chelsea.png"));
    await classes(view).first().filter({ hasText: "Egyptian cat" }).waitFor({ timeout: 30_000 });
  });

  it("opens one panel for each of several photos", async () => {
    await vscode.explorerMenu(["cat-chelsea.png", "coffee.png"], "Glassbox: Explain Prediction");
    await vscode.tabs().filter({ hasText: "Explain: coffee.png" }).first().waitFor();
    assert.equal(await vscode.tabs().filter({ hasText: "Explain:" }).count(), 2);
  });

  it("says what is wrong with a photo that is none, and offers a way out", async () => {
    writeFileSync(join(folder, "broken.png"), "this is no picture");
    await vscode.file("broken.png").waitFor({ timeout: 20_000 });
    await vscode.explorerMenu("broken.png", "Glassbox: Explain Prediction");
    await vscode.tabs().filter({ hasText: "Explain: broken.png" }).waitFor();
    await until("broken.png is refused", async () => {
      const refusals = (await vscode.frames("explain")).map((frame) => frame.locator(".refusal").innerText());
      return (await Promise.all(refusals)).some((text) => /cannot be read[^]*broken\.png[^]*Try again/.test(text));
    });
    await vscode.screenshot(`explain-broken-${vscode.version}`);
    assert.ok(existsSync(join(folder, "broken.png")));
    assert.deepEqual(vscode.problems, []);
  });

  it("shows hostile names of classes and layers as the text that they are", async () => {
    copyFileSync(hostileModel(), join(folder, "hostile.onnx"));
    const labels = [attack, `${attack} 2`, "[run](command:workbench.action.quit)"];
    writeFileSync(join(folder, "hostile.glassbox.json"), JSON.stringify({ labels }));
    await vscode.file("hostile.onnx").waitFor({ timeout: 20_000 });
    await vscode.command("View: Close All Editors"); // a new panel looks for models anew
    await vscode.explorerMenu("coffee.png", "Glassbox: Explain Prediction");
    view = await panelOf("coffee.png");
    await choose(view, "Model", /hostile\.onnx/);
    await classes(view).filter({ hasText: attack }).first().waitFor();
    await done(view, "grad-cam");
    for (const label of labels) assert.equal((await classes(view).filter({ hasText: label }).count()) > 0, true, label);
    const [layer = ""] = attack.split("/"); // what follows is a name within that one
    assert.ok((await dropdown(view, "Layer").textContent())?.includes(layer), "the layer bears its name");
    await vscode.screenshot(`explain-hostile-${vscode.version}`);
    assert.deepEqual(await taken(view), { attacks: 0, links: 0, title: "" });
    assert.deepEqual(vscode.problems, []);
  });

  /** The panel of a photo that is on screen. */
  async function panelOf(photo: string): Promise<Frame> {
    let found: Frame | undefined;
    await until(`${photo} is on screen`, async () => {
      for (const frame of await vscode.frames("explain"))
        if ((await frame.locator("h1").innerText()).includes(photo)) found = frame;
      return found !== undefined;
    });
    return found as Frame; // found, or `until` has thrown
  }
});

/** What a page shows of an attack that came through: elements made of names, and what these would have done. */
const taken = (view: Frame) =>
  view.evaluate(() => {
    interface Tree {
      readonly title: string;
      querySelectorAll(selector: string): ArrayLike<unknown>;
    }
    const { document } = globalThis as unknown as { readonly document: Tree };
    return {
      attacks: document.querySelectorAll('img[src="x"], [onerror], #app script').length,
      links: document.querySelectorAll('a[href^="command:"]').length,
      title: document.title,
    };
  });
