// A panel's page in Chromium, as the extension writes it: its bundle, its content security policy, a theme of VS Code's.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../scripts/chromium.mjs";
import { themes } from "./themes.ts";
import type { ThemeName } from "./themes.ts";

export const repository = fileURLToPath(new URL("../../../", import.meta.url));
/** Such a name is trusted like this machine itself: only there may a page write to the clipboard. */
const origin = "http://glassbox.localhost";

/** How a page is looked at. */
export interface View {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
}

export interface Panel {
  /** Of webview/. */
  readonly view: "explain" | "model" | "dream";
  /** What stands for VS Code in the page, a file of this folder: it is loaded before the view. */
  readonly bridge: string;
  /** What the host writes into the page. */
  readonly panel: Readonly<Record<string, unknown>>;
  /** Beside what every page may load. */
  readonly policy?: readonly string[];
  /** What else can be fetched, by its path. */
  readonly files?: ReadonlyMap<string, { readonly contentType: string; readonly body: Buffer }>;
}

export interface Pages {
  /**
   * The panel in a fresh tab, in place of the last one. `given`: variables of the page's before its scripts run. `ready`: called
   * before anything is loaded.
   */
  open(view: View, given: Readonly<Record<string, unknown>>, ready?: (page: Page) => Promise<void>): Promise<Page>;
  /** Errors on the page's console, of all pages. */
  readonly problems: readonly string[];
  /** Writes the page that is open to a PNG file, to be looked at. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

export async function pagesOf(panel: Panel): Promise<Pages> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium. `npm test` says how to get it.");
  const [files, browser] = await Promise.all([
    bundled(panel),
    chromium.launch({ executablePath, args: chromiumFlags }),
  ]);
  const problems: string[] = [];
  let current: Page | undefined;
  return {
    problems,
    async open({ theme = "dark", width = 1180, height = 760 }, given, ready) {
      for (const before of browser.contexts()) await before.close();
      const context = await browser.newContext({ viewport: { width, height } });
      const page = (current = await context.newPage());
      await ready?.(page);
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      await page.addInitScript((variables) => void Object.assign(globalThis, variables), given);
      const dressed = `(${String(wear)})(${JSON.stringify(inTheme(theme))})`;
      await page.addInitScript(`addEventListener("DOMContentLoaded", () => ${dressed})`);
      await context.route(`${origin}/**`, (route) => {
        const path = new URL(route.request().url()).pathname;
        return route.fulfill(
          path === "/" ? written(panel) : (files.get(path) ?? panel.files?.get(path) ?? { status: 404 }),
        );
      });
      await page.goto(`${origin}/`);
      return page;
    },
    async screenshot(path) {
      await mkdir(dirname(path), { recursive: true });
      await current?.screenshot({ path, fullPage: true });
    },
    close: () => browser.close(),
  };
}

/** The window of the page that is open gets another size, and everything is scrolled back to its beginning. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.evaluate(toTheTop);
}

/** Runs in the page, until what follows from a new size is drawn. */
async function toTheTop(): Promise<void> {
  const { document, requestAnimationFrame } = globalThis as unknown as {
    document: { querySelectorAll(selector: string): Iterable<{ scrollTop: number }> };
    requestAnimationFrame(then: () => void): void;
  };
  for (let frame = 0; frame < 3; frame++) await new Promise<void>((resolve) => requestAnimationFrame(resolve));
  for (const element of document.querySelectorAll("*")) element.scrollTop = 0;
}

/** In the page that is open, another theme is chosen. */
export const dress = (page: Page, theme: ThemeName): Promise<void> => page.evaluate(wear, inTheme(theme));

interface Dress {
  readonly variables: Readonly<Record<string, string>>;
  readonly classes: readonly string[];
}

const inTheme = (theme: ThemeName): Dress => ({
  variables: themes[theme],
  classes: [`vscode-${theme}`, ...(theme.startsWith("high-contrast") ? ["vscode-high-contrast"] : [])],
});

/** Runs in the page: a theme as VS Code sets it, in place of the one before. */
function wear({ variables, classes }: Dress): void {
  const { document } = globalThis as unknown as {
    document: { documentElement: { style: { cssText: string } }; body: { className: string } };
  }; // the browser's window, which this folder's types do not know
  document.documentElement.style.cssText = Object.entries(variables)
    .map(([name, value]) => `--vscode-${name}: ${value}`)
    .join(";");
  document.body.className = classes.join(" ");
}

interface Answer {
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** By view and bridge: a process of Mocha runs many files of tests, which share what was bundled for one. */
const bundles = new Map<string, ReturnType<typeof bundle>>();

function bundled(panel: Panel): ReturnType<typeof bundle> {
  const key = `${panel.view} ${panel.bridge}`;
  const files = bundles.get(key) ?? bundle(panel);
  bundles.set(key, files);
  return files;
}

async function bundle({ view, bridge }: Panel): Promise<ReadonlyMap<string, Answer>> {
  const { outputFiles } = await build({
    entryPoints: { view: `${repository}webview/${view}/main.ts`, bridge: `${repository}test/ui/harness/${bridge}` },
    bundle: true,
    write: false,
    minify: true, // as they are shipped
    outdir: "/",
    format: "iife",
    target: "chrome122",
  });
  return new Map(
    outputFiles.map(({ path, text }) => [
      path.replace(/^.*[\\/]/, "/"),
      { contentType: path.endsWith(".css") ? "text/css" : "text/javascript", body: text },
    ]),
  );
}

/** The page as the extension writes it, its policy included. */
function written({ view, panel, policy = [] }: Panel): Answer {
  const nonce = randomBytes(16).toString("hex");
  const rules = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src data: blob:",
    ...policy,
    "form-action 'none'",
  ];
  return {
    contentType: "text/html",
    headers: { "content-security-policy": rules.join("; ") },
    body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="${nonce}"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/view.css"></head>
<body><div id="app" data-view="${view}" data-panel="${JSON.stringify(panel).replaceAll('"', "&quot;")}"></div>
<script nonce="${nonce}" src="/bridge.js"></script><script nonce="${nonce}" src="/view.js"></script></body></html>`,
  };
}
