import { chromium, type Browser } from "playwright-core";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { root } from "../../scripts/paths.mjs";
import { install, linkExtension, newest, oldest, start, type Version } from "../../scripts/vscode-server.mjs";
import { Workbench } from "../../test/ui/driver/workbench.ts";
import { explained, explainedNext, idle, knowsGlassbox, type Moments } from "../explained.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";

const [first, ...others] = ["cat-chelsea.png", "coffee.png", "rocket.jpg"] as const;
const windows = 2;
const rounds = 3;

/** Milliseconds after which a VS Code that was just opened has done what it does of its own accord. */
const settling = 5000;

interface Places {
  readonly extensionsDir: string;
  readonly folder: string;
}

export default async function vscode(): Promise<Table> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium here; npm test says how to get it.");
  const places = { extensionsDir: linkExtension(root, manifest()), folder: photosOnly() };
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const rows: string[][] = [];
  const missing: string[] = [];
  try {
    for (const version of [oldest, newest]) {
      const absent = await install(version).then(() => undefined, String);
      if (absent === undefined) rows.push(...(await rowsOf(browser, version, places)));
      else missing.push(`VS Code ${version} could not be had: ${absent.split("\n", 1).join()}`);
    }
  } finally {
    await browser.close();
    for (const made of Object.values(places)) rmSync(made, { recursive: true, force: true });
  }
  return {
    title: "From the click on Explain Prediction to the map's pixels, in VS Code",
    columns: ["VS Code", "state", "click to pixels", "click to the page's first element", "of it, held back"],
    rows,
    notes: [
      "Wanted: cold 1,500 ms, warm 150 ms. VS Code's server build, in Chromium without a graphics card, both on this machine; EfficientNet-Lite0, built in; Grad-CAM.",
      "Warm: another photo in the panel that stands (glassbox.explain.preview, on by default), whose page is alive; when nothing runs, and while the techniques of the photo before are still being computed. A fresh panel: VS Code makes a view and loads its page first.",
      "Pixels: the large map has colours, which the grey photo under it has not.",
      `Held back: in the server build all views share one origin; ${oldest} replaces its service worker with every new view, and Chromium lets the view's page wait meanwhile.`,
      ...missing,
    ],
  };
}

async function rowsOf(browser: Browser, version: Version, places: Places): Promise<string[][]> {
  const opened: Moments[] = [];
  const restarted: Moments[] = [];
  const fresh: Moments[] = [];
  const next: Moments[] = [];
  const busy: Moments[] = [];
  for (let i = 0; i < windows; i++) {
    const workbench = await windowOf(browser, version, places);
    try {
      await knowsGlassbox(workbench, first);
      opened.push(await explained(workbench, first));
      await workbench.page.waitForTimeout(settling);
      for (let round = 0; round < rounds; round++) {
        for (const photo of others) fresh.push(await explained(workbench, photo));
        for (const photo of others) {
          await idle(workbench);
          next.push(await explainedNext(workbench, photo));
        }
        for (const photo of others) busy.push(await explainedNext(workbench, photo));
        await workbench.command("Glassbox: Restart Engine");
        restarted.push(await explained(workbench, first));
      }
    } catch (error) {
      console.error(`What was on screen: ${await workbench.screenshot("bench-failed")}`);
      throw error;
    } finally {
      await workbench.close();
    }
  }
  const row = (state: string, moments: readonly Moments[]) => {
    const loaded = moments.filter(({ page, click }) => page > click);
    return [
      version,
      state,
      spread(moments.map(({ map, click }) => map - click)),
      spread(loaded.map(({ page, click }) => page - click)),
      spread(loaded.map(({ held }) => held)),
    ];
  };
  return [
    row("window just opened, no engine (cold)", opened),
    row("engine restarted (cold)", restarted),
    row("engine running, another photo, fresh panel", fresh),
    row("another photo in the panel that stands (warm)", next),
    row("the same while the one before is computed", busy),
  ];
}

/** A folder without models: the built-in one is taken. */
function photosOnly(): string {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-bench-"));
  for (const photo of [first, ...others]) copyFileSync(join(root, "samples", photo), join(folder, photo));
  return folder;
}

async function windowOf(browser: Browser, version: Version, places: Places): Promise<Workbench> {
  const server = await start({ version, ...places });
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const workbench = new Workbench(page, version, server, async () => {
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
