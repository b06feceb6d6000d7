import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { commitThrice, noGit, repository } from "../fixtures/repository.ts";
import { launch } from "./driver/launch.ts";
import { box, graphDrawn, says } from "./driver/model.ts";
import { glassboxIcon } from "./driver/sidebar.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Two revisions of a model file in VS Code's diff editor", function () {
  this.timeout(120_000);
  let vscode: Workbench | undefined;
  let folder: string | undefined;
  let commits: readonly string[];

  before(async function () {
    if (noGit !== undefined) {
      console.log(`    skipped: ${noGit}`);
      this.skip();
    }
    const repo = repository();
    folder = repo.folder;
    commits = commitThrice(repo, "net.onnx");
    vscode = await launch({ folder, settings: { "git.enabled": true } });
  });
  after(async () => {
    await vscode?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("are marked in both graphs, as the timeline opens them", async () => {
    assert.ok(vscode);
    const { page } = vscode;
    const [first, second] = commits.map((commit) => commit.slice(0, 8));
    await page.locator(glassboxIcon).first().waitFor({ timeout: 60_000 });
    await vscode.explorerMenu("net.onnx", "Open Timeline");
    const entry = page.locator('.timeline-tree-view .monaco-list-row[aria-label*="second state"]');
    await entry.waitFor({ timeout: 60_000 });
    // VS Code draws the timeline anew as it hears of the repository: a click in that moment opens nothing.
    const opened = vscode.tabs().filter({ hasText: "↔" }).first();
    const opens = async () => {
      await entry.click();
      return opened.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
    };
    await until("the entry is open", opens, 60);
    await until("both are on screen", async () => (await vscode!.frames("model")).length === 2, 60);
    const views = await vscode.frames("model");
    await Promise.all(views.map(graphDrawn));
    for (const view of views) {
      await says(view.locator(".graph-compared"), /1 of 4 layers differs: 1 with other weights.*≠ 1 changed/s);
      const marked = await box(view, "second").textContent();
      // A newer VS Code does not tell which side is left: then the direction is said behind.
      assert.match(marked ?? "", /Changed beside net\.onnx \([0-9a-f]{8}\): other weights/);
      assert.doesNotMatch((await box(view, "first").textContent()) ?? "", /Changed/);
    }
    const others = views.map((view) => view.locator(".graph-compared").textContent());
    const beside = (await Promise.all(others)).map((text) => /Beside net\.onnx \((\w+)\)/.exec(text ?? "")?.[1]);
    assert.deepEqual(beside.sort(), [first, second].sort(), "each is told of the other, and neither of the newest");
    await vscode.screenshot(`model-revisions-${vscode.version}`);
    await page.getByRole("button", { name: "Say What Differs Between These Models" }).click();
    await until("the report is rendered", async () => (await vscode!.texts("h1")).some((title) => title.includes("↔")));
    assert.deepEqual(await vscode.texts("h1"), [`net.onnx (${first}) ↔ net.onnx (${second})`]);
    assert.ok((await vscode.texts("table td")).includes("second"));
    assert.deepEqual(vscode.problems, []);
  });
});
