import { chromium } from "playwright-core";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumFlags, findChromium } from "../scripts/chromium.mjs";
import { root } from "../scripts/paths.mjs";
import {
  install,
  linkExtension,
  newest,
  oldest,
  start,
  type Settings,
  type Version,
} from "../scripts/vscode-server.mjs";
import { Workbench } from "../test/ui/driver/workbench.ts";

export const photos = ["cat-chelsea.png", "coffee.png", "rocket.jpg"] as const;

/** Why the browser lets the page of a new view wait. */
export const heldBack = `in the server build all views share one origin; ${oldest} replaces its service worker with every new view, and Chromium lets the view's page wait meanwhile.`;

export interface Wanted {
  readonly version: Version;
  /** Files of samples/ that lie in the folder that is opened: photos alone, where nothing else is said. */
  readonly files?: readonly string[];
  readonly settings?: Settings;
  readonly height?: number;
  /** A script that runs in every frame before what belongs there does. */
  readonly inPage?: string;
}

/** Has something measured in a VS Code of its own, which runs the extension as it is built in dist/. */
export async function inWindow<T>(
  { version, files = photos, settings, height = 900, inPage }: Wanted,
  measure: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium here; npm test says how to get it.");
  const folder = mkdtempSync(join(tmpdir(), "glassbox-bench-"));
  for (const file of files) copyFileSync(join(root, "samples", file), join(folder, file));
  const extensionsDir = linkExtension(root, manifest());
  const server = await start({ version, folder, extensionsDir, ...(settings && { settings }) });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const page = await browser.newPage({ viewport: { width: 1400, height } });
  const workbench = new Workbench(page, version, server, async () => {
    await browser.close();
    await server.stop();
    for (const made of [folder, extensionsDir]) rmSync(made, { recursive: true, force: true });
  });
  try {
    if (inPage !== undefined) await page.addInitScript({ path: join(root, "bench", inPage) });
    await page.goto(server.url);
    await workbench.ready();
    return await measure(workbench);
  } catch (error) {
    console.error(`What was on screen: ${await workbench.screenshot("bench-failed")}`);
    throw error;
  } finally {
    await workbench.close();
  }
}

/** A table's rows from the oldest and the newest VS Code that we support, and a note where one could not be had. */
export async function ofBothVersions(
  rowsOf: (version: Version) => Promise<readonly (readonly string[])[]>,
): Promise<{ readonly rows: string[][]; readonly missing: string[] }> {
  const rows: string[][] = [];
  const missing: string[] = [];
  for (const version of [oldest, newest]) {
    const absent = await install(version).then(() => undefined, String);
    if (absent === undefined) rows.push(...(await rowsOf(version)).map((row) => [...row]));
    else missing.push(`VS Code ${version} could not be had: ${absent.split("\n", 1).join()}`);
  }
  return { rows, missing };
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

const manifest = (): Manifest => JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
