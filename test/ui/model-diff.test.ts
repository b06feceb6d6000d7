import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sample, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { box, graphDrawn, heading, says } from "./driver/model.ts";
import { glassboxIcon } from "./driver/sidebar.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

/** Where the built-in network has its first weights. */
const firstWeights = 2_058_552;

describe("Two model files in VS Code's diff editor", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let folder: string;

  before(async () => {
    folder = workspace();
    const [before, after] = [join(folder, "before.onnx"), join(folder, "after.onnx")];
    copyFileSync(sample("squeezenet1.1.onnx"), before);
    const bytes = readFileSync(before);
    bytes.writeFloatLE(bytes.readFloatLE(firstWeights) + 1, firstWeights);
    writeFileSync(after, bytes);
    vscode = await launch({ folder });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("stand side by side, and the button above them says what differs", async () => {
    await vscode.page.locator(glassboxIcon).first().waitFor({ timeout: 60_000 });
    await vscode.explorerMenu(["before.onnx", "after.onnx"], "Compare Selected");
    await until("both are on screen", async () => (await vscode.frames("model")).length === 2, 60);
    await Promise.all((await vscode.frames("model")).map(graphDrawn));
    for (const view of await vscode.frames("model")) {
      await says(view.locator(".graph-compared"), /1 of 39 layers differs: 1 with other weights.*≠ 1 changed/s);
      assert.match(
        (await box(view, "conv1").textContent()) ?? "",
        /Changed beside (before|after)\.onnx: other weights\./,
      );
    }
    const others = await Promise.all(
      (await vscode.frames("model")).map(
        async (view) => /Beside (\w+)/.exec((await view.locator(".graph-compared").textContent()) ?? "")?.[1],
      ),
    );
    assert.deepEqual(others.sort(), ["after", "before"], "each is told of the other");
    for (const view of await vscode.frames("model")) {
      await view.locator(".graph-compared").getByRole("button", { name: "Next" }).click();
      await says(heading(view), /conv1/);
    }
    await vscode.screenshot(`model-side-by-side-${vscode.version}`);
    await vscode.setTheme("light");
    await vscode.screenshot(`model-side-by-side-light-${vscode.version}`);
    await vscode.setTheme("dark");
    await vscode.page.getByRole("button", { name: "Say What Differs Between These Models" }).click();
    // Which side is which VS Code decides by the order in which it was told of the two.
    const sides = (await vscode.tabs().allInnerTexts()).find((tab) => tab.includes("↔"))?.trim();
    assert.ok(sides?.includes("before.onnx") && sides.includes("after.onnx"), sides);
    await until("the report is rendered", async () => (await vscode.texts("h1")).some((title) => title.includes("↔")));
    assert.deepEqual(await vscode.texts("h1"), [sides]);
    assert.ok((await vscode.texts("p")).some((text) => /1 of 39 layers differs: 1 with other weights/.test(text)));
    assert.ok((await vscode.texts("table td")).includes("conv1"));
    await vscode.screenshot(`model-side-by-side-report-${vscode.version}`);
    assert.deepEqual(vscode.problems, []);
  });
});
