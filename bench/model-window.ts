import { chromium } from "playwright-core";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { chromiumFlags, findChromium } from "../scripts/chromium.mjs";
import { root } from "../scripts/paths.mjs";
import { linkExtension, oldest, start } from "../scripts/vscode-server.mjs";
import { mapsDrawn, openModel } from "../test/ui/driver/model.ts";
import { Workbench } from "../test/ui/driver/workbench.ts";

export const photos = ["cat-chelsea.png", "coffee.png"] as const;
const model = "squeezenet1.1.onnx";
/** Milliseconds after which a VS Code that was just opened has done what it does of its own accord. */
const settling = 3000;

/** Has something measured in a VS Code of its own, in which a model is open and seen through the first photo. */
export async function inModelWindow<T>(measure: (workbench: Workbench, view: Frame) => Promise<T>): Promise<T> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium here; npm test says how to get it.");
  const folder = mkdtempSync(join(tmpdir(), "glassbox-bench-"));
  for (const file of [...photos, model, model.replace(/onnx$/, "glassbox.json"), "imagenet-labels.txt"])
    copyFileSync(join(root, "samples", file), join(folder, file));
  const extensionsDir = linkExtension(root, manifest());
  const settings = { "workbench.hover.delay": 0 };
  const server = await start({ version: oldest, folder, extensionsDir, settings });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const workbench = new Workbench(page, oldest, server, async () => {
    await browser.close();
    await server.stop();
    for (const made of [folder, extensionsDir]) rmSync(made, { recursive: true, force: true });
  });
  try {
    await page.goto(server.url);
    await workbench.ready();
    const view = await openModel(workbench, model);
    await usePhoto(workbench, photos[0]);
    await mapsDrawn(view);
    await page.waitForTimeout(settling);
    return await measure(workbench, view);
  } catch (error) {
    console.error(`What was on screen: ${await workbench.screenshot("bench-failed")}`);
    throw error;
  } finally {
    await workbench.close();
  }
}

const manifest = (): Manifest => JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

export async function usePhoto(workbench: Workbench, name: string): Promise<void> {
  await workbench.command("Glassbox: Choose Photo…");
  await workbench.choose(name);
}
