import { chromium, type Browser } from "playwright-core";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { root } from "../../scripts/paths.mjs";
import { linkExtension, oldest, start } from "../../scripts/vscode-server.mjs";
import { Workbench } from "../../test/ui/driver/workbench.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";
import { explained, knowsGlassbox, type Moments } from "../explained.ts";

const photos = ["cat-chelsea.png", "coffee.png", "rocket.jpg"];
const windows = 3;
const rounds = 2;

export default async function vscode(): Promise<Table> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium here; npm test says how to get it.");
  const opened: Moments[] = [];
  const restarted: Moments[] = [];
  const warm: Moments[] = [];
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const extensionsDir = linkExtension(root, manifest());
  const folder = photosOnly();
  try {
    for (let i = 0; i < windows; i++) {
      const workbench = await windowOf(browser, { extensionsDir, folder });
      try {
        await knowsGlassbox(workbench, photos[0]!);
        opened.push(await explained(workbench, photos[0]!));
        for (let round = 0; round < rounds; round++) {
          for (const photo of photos.slice(1)) warm.push(await explained(workbench, photo));
          await workbench.command("Glassbox: Restart Engine");
          restarted.push(await explained(workbench, photos[0]!));
        }
      } catch (error) {
        console.error(`What was on screen: ${await workbench.screenshot("bench-failed")}`);
        throw error;
      } finally {
        await workbench.close();
      }
    }
  } finally {
    await browser.close();
    for (const made of [extensionsDir, folder]) rmSync(made, { recursive: true, force: true });
  }
  const row = (name: string, moments: readonly Moments[]) => [
    name,
    spread(moments.map(({ page, click }) => page - click)),
    spread(moments.map(({ map, click }) => map - click)),
  ];
  return {
    title: "From the click on Explain Prediction to the map's pixels, in VS Code",
    columns: ["state", "click to the page's first element", "click to pixels"],
    rows: [
      row("window just opened, no engine (cold)", opened),
      row("engine restarted (cold)", restarted),
      row("engine running, another photo (warm)", warm),
    ],
    notes: [
      `VS Code ${oldest}'s server build in Chromium without a graphics card, both on this machine; EfficientNet-Lite0; Grad-CAM. ` +
        "Wanted: cold 1,500 ms, warm 150 ms.",
      "Pixels: the large map has colours, which the grey photo under it has not.",
    ],
  };
}

/** A folder without models: the built-in one is taken. */
function photosOnly(): string {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-bench-"));
  for (const photo of photos) copyFileSync(join(root, "samples", photo), join(folder, photo));
  return folder;
}

async function windowOf(browser: Browser, places: { folder: string; extensionsDir: string }): Promise<Workbench> {
  const server = await start(places);
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const workbench = new Workbench(page, oldest, server, async () => {
    await context.close();
    await server.stop();
  });
  await page.addInitScript({ path: join(root, "bench/in-page.mjs") });
  await page.goto(server.url);
  await workbench.ready();
  return workbench;
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

const manifest = (): Manifest => JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
