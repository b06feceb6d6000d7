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
  const [files, browser] = await Promise.all([bundle(panel), chromium.launch({ executablePath, args: chromiumFlags })]);
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
      await page.addInitScript(prepare, { variables: themes[theme], theme, given });
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

/** Runs in the page before its scripts: theme and state, as VS Code would have set them. */
function prepare({
  variables,
  theme,
  given,
}: {
  readonly variables: Readonly<Record<string, string>>;
  readonly theme: string;
  readonly given: Readonly<Record<string, unknown>>;
}): void {
  const page = globalThis as unknown as {
    document: {
      documentElement: { style: { setProperty(name: string, value: string): void } };
      body: { classList: { add(...names: string[]): void } };
      addEventListener(kind: string, listener: () => void): void;
    };
  }; // the browser's window, which this folder's types do not know
  Object.assign(page, given);
  page.document.addEventListener("DOMContentLoaded", () => {
    for (const [name, value] of Object.entries(variables))
      page.document.documentElement.style.setProperty(`--vscode-${name}`, value);
    page.document.body.classList.add(
      `vscode-${theme}`,
      ...(theme.startsWith("high-contrast") ? ["vscode-high-contrast"] : []),
    );
  });
}

interface Answer {
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function bundle({ view, bridge }: Panel): Promise<ReadonlyMap<string, Answer>> {
  const { outputFiles } = await build({
    entryPoints: { view: `${repository}webview/${view}/main.ts`, bridge: `${repository}test/ui/harness/${bridge}` },
    bundle: true,
    write: false,
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
