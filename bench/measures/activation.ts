import { chromium, type Browser, type Page } from "playwright-core";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { root } from "../../scripts/paths.mjs";
import { install, linkExtension, newest, oldest, start, type Version } from "../../scripts/vscode-server.mjs";
import { until } from "../../test/ui/driver/until.ts";
import { Workbench } from "../../test/ui/driver/workbench.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";

const windows = 3;

/** Milliseconds after which a VS Code that was just opened has done what it does of its own accord. */
const settling = 5000;

/** What waits for what: VS Code's own clock of loading the bundle and of `activate`, which its other extensions wait for. */
export default async function activation(): Promise<Table> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium here; npm test says how to get it.");
  const extensionsDir = linkExtension(root, manifest());
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const rows: string[][] = [];
  const missing: string[] = [];
  try {
    for (const version of [oldest, newest]) {
      const absent = await install(version).then(() => undefined, String);
      if (absent === undefined) rows.push([version, spread(await readings(browser, version, extensionsDir))]);
      else missing.push(`VS Code ${version} could not be had: ${absent.split("\n", 1).join()}`);
    }
  } finally {
    await browser.close();
    rmSync(extensionsDir, { recursive: true, force: true });
  }
  return {
    title: "Activation: loading the extension's code and calling it",
    columns: ["VS Code", "load and activate"],
    rows,
    notes: [
      `Wanted: less than 50 ms. As VS Code itself says under Show Running Extensions, in whole milliseconds, in ${windows} windows that were just opened; what activates it is a command.`,
      ...missing,
    ],
  };
}

async function readings(browser: Browser, version: Version, extensionsDir: string): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let i = 0; i < windows; i++) {
    const server = await start({ version, extensionsDir, folder: join(root, "samples") });
    const context = await browser.newContext({ viewport: { width: 1400, height: 4000 } }); // room for every row of the list
    const page = await context.newPage();
    const workbench = new Workbench(page, version, server, async () => {
      await context.close();
      await server.stop();
    });
    try {
      await page.goto(server.url);
      await workbench.ready();
      await workbench.file("cat-chelsea.png").waitFor({ timeout: 60_000 });
      await page.waitForTimeout(settling);
      await workbench.command("Glassbox: Show Log");
      await workbench.command("Developer: Show Running Extensions");
      milliseconds.push(await activationTime(page));
    } finally {
      await workbench.close();
    }
  }
  return milliseconds;
}

/** What the list of running extensions says; it draws its rows anew while they are read. */
async function activationTime(page: Page): Promise<number> {
  const row = page.locator(".runtime-extensions-editor .extension", { hasText: "Glassbox" });
  let said: string | undefined;
  await until("VS Code says how long Glassbox's activation took", async () => {
    const [text = ""] = await row.locator(".activation-time").allTextContents();
    said = /(\d+)\s*ms/.exec(text)?.[1];
    return said !== undefined;
  });
  return Number(said);
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

const manifest = (): Manifest => JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
