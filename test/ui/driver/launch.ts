import { chromium } from "playwright-core";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { chromiumFlags, findChromium } from "../../../scripts/chromium.mjs";
import { root, vsix } from "../../../scripts/paths.mjs";
import { installExtension, oldest, start, type Settings, type Version } from "../../../scripts/vscode-server.mjs";
import { themeSettings, type ThemeKind } from "./themes.ts";
import { Workbench } from "./workbench.ts";

export interface LaunchOptions {
  /** This run's when left out: `npm test` drives the tests on more than one. */
  readonly version?: Version;
  /** What VS Code opens; the samples when left out. A test that writes brings a folder of its own. */
  readonly folder?: string;
  readonly theme?: ThemeKind;
  /** Where extensions are installed; where the packaged one is, when left out. */
  readonly extensionsDir?: string;
  /** False: the folder opens in Restricted Mode. */
  readonly trusted?: boolean;
  readonly settings?: Settings;
  readonly size?: { readonly width: number; readonly height: number };
}

/** The VS Code that this run is about. */
export const version = (process.env["GLASSBOX_VSCODE"] ?? oldest) as Version;

/** A new VS Code with the packaged extension installed, ready for a person. Close it when done. */
export async function launch(options: LaunchOptions = {}): Promise<Workbench> {
  const { version: wanted = version, folder = join(root, "samples"), theme = "dark", trusted = true } = options;
  const server = await start({
    version: wanted,
    folder,
    extensionsDir: options.extensionsDir ?? (await extensionsOf(wanted)),
    settings: { ...themeSettings(theme, wanted), ...(trusted ? {} : restricted), ...options.settings },
  });
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium. `npm test` says how to get it.");
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  try {
    const viewport = options.size ?? { width: 1400, height: 900 };
    const page = await browser.newPage({
      viewport,
      reducedMotion: "reduce", // without a graphics card, whatever turns and slides keeps the processor busy
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const workbench = new Workbench(page, wanted, server, close);
    await page.goto(server.url);
    await workbench.ready(theme);
    return workbench;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Without VS Code's question whether to trust: the answer is what a test is about. */
const restricted: Settings = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

/** All windows of a version share the folder, those of other processes of `npm test` too, which has installed the .vsix there. */
const installed = new Map<Version, Promise<string>>();

export function extensionsOf(wanted: Version): Promise<string> {
  const given = process.env["GLASSBOX_EXTENSIONS"];
  if (given !== undefined && wanted === version) return Promise.resolve(given);
  const installing = installed.get(wanted) ?? install(wanted);
  installed.set(wanted, installing);
  return installing;
}

async function install(wanted: Version): Promise<string> {
  const folder = await installExtension(wanted, vsix);
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
