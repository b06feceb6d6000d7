// The Dream panel's page in Chromium. See `DreamScenario` for what can be turned.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../scripts/chromium.mjs";
import { dreamPanel } from "../../../src/shared/dream-panel.ts";
import { serve, type Packet } from "../../../src/shared/rpc.ts";
import { dreamHost, type DreamHost, type DreamScenario } from "./dream-fake-host.ts";
import { decode, encode } from "./model-wire.ts";
import { themes, type ThemeName } from "./themes.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const origin = "http://glassbox.test";

export interface DreamLook {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scenario?: DreamScenario;
}

export interface DreamHarness {
  /** The panel in a fresh tab, in place of the last one. */
  open(look?: DreamLook): Promise<Page>;
  /** What the page asked of its host since it was opened. */
  readonly asked: readonly { readonly call: string; readonly params: unknown }[];
  readonly host: DreamHost;
  /** Errors on the page's console, of all pages. */
  readonly problems: readonly string[];
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

export async function dreamHarness(): Promise<DreamHarness> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium. `npm test` says how to get it.");
  const [files, browser] = await Promise.all([bundle(), chromium.launch({ executablePath, args: chromiumFlags })]);
  const problems: string[] = [];
  let asked: { call: string; params: unknown }[] = [];
  let host = dreamHost({});
  let current: Page | undefined;
  return {
    problems,
    get asked() {
      return asked;
    },
    get host() {
      return host;
    },
    async open({ theme = "dark", width = 1180, height = 760, scenario = {} } = {}) {
      host.run.dispose();
      for (const before of browser.contexts()) await before.close();
      const context = await browser.newContext({ viewport: { width, height } });
      const page = await context.newPage();
      asked = [];
      host = dreamHost(scenario);
      current = page;
      await wire(page, host, asked);
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      await page.addInitScript(prepare, { variables: themes[theme], theme, state: scenario.state });
      await context.route(`${origin}/**`, (route) => {
        const answer = answerTo(files, new URL(route.request().url()).pathname);
        return route.fulfill(answer ?? { status: 404 });
      });
      await page.goto(`${origin}/`);
      return page;
    },
    async screenshot(path) {
      await mkdir(dirname(path), { recursive: true });
      await current?.screenshot({ path });
    },
    async close() {
      host.run.dispose();
      await browser.close();
    },
  };
}

/** Answers a page's packets. A page that loads anew begins to count anew, and its earlier calls are left. */
async function wire(page: Page, host: DreamHost, asked: { call: string; params: unknown }[]): Promise<void> {
  let listeners: ((packet: Packet) => void)[] = [];
  let close = () => undefined as void;
  const begin = () => {
    close();
    const mine: ((packet: Packet) => void)[] = (listeners = []);
    let open = true;
    const closings: (() => void)[] = [() => (open = false)];
    close = () => {
      for (const each of closings) each();
    };
    serve(dreamPanel, host.handlers, {
      async send(packet) {
        if (!open) return;
        await page
          .evaluate(
            (text) => (globalThis as unknown as { fromHost(text: string): void }).fromHost(text),
            encode(packet),
          )
          .catch(() => undefined); // the page is gone
      },
      onPacket: (listener) => mine.push(listener),
      onClose: (listener) => closings.push(listener),
    });
  };
  await page.exposeFunction("toHost", (text: string) => {
    const packet = decode(text) as Packet; // the bridge sends nothing else
    if ("call" in packet) {
      if (packet.id === 0) begin();
      asked.push({ call: packet.call, params: packet.params });
    }
    for (const listener of listeners) listener(packet);
  });
  page.on("close", () => close());
}

/** Runs in the page before its scripts: theme and state, as VS Code would have set them. */
function prepare(given: {
  readonly variables: Readonly<Record<string, string>>;
  readonly theme: string;
  readonly state: unknown;
}): void {
  const page = globalThis as unknown as {
    stateAtFirst: unknown;
    document: {
      documentElement: { style: { setProperty(name: string, value: string): void } };
      body: { classList: { add(...names: string[]): void } };
      addEventListener(kind: string, listener: () => void): void;
    };
  }; // the browser's window, which this folder's types do not know
  const { variables, theme, state } = given;
  page.stateAtFirst = state ?? null;
  page.document.addEventListener("DOMContentLoaded", () => {
    for (const [name, value] of Object.entries(variables))
      page.document.documentElement.style.setProperty(`--vscode-${name}`, value);
    page.document.body.classList.add(
      `vscode-${theme}`,
      ...(theme.startsWith("high-contrast") ? ["vscode-high-contrast"] : []),
    );
  });
}

type Files = ReadonlyMap<string, string>;

async function bundle(): Promise<Files> {
  const { outputFiles } = await build({
    entryPoints: { view: `${repository}webview/dream/main.ts`, bridge: `${repository}test/ui/harness/model-bridge.ts` },
    bundle: true,
    write: false,
    outdir: "/",
    format: "iife",
    target: "chrome122",
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, "/"), text]));
}

function answerTo(files: Files, path: string) {
  if (path === "/") return pageAnswer();
  const body = files.get(path);
  return body === undefined ? undefined : { contentType: path.endsWith(".css") ? "text/css" : "text/javascript", body };
}

/** The page as the extension writes it, its policy included. */
function pageAnswer() {
  const nonce = randomBytes(16).toString("hex");
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src data: blob:; form-action 'none'`;
  const panel = JSON.stringify({ id: "harness" }).replaceAll('"', "&quot;");
  return {
    contentType: "text/html",
    headers: { "content-security-policy": policy },
    body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="${nonce}"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/view.css"></head>
<body><div id="app" data-view="dream" data-panel="${panel}"></div>
<script nonce="${nonce}" src="/bridge.js"></script><script nonce="${nonce}" src="/view.js"></script></body></html>`,
  };
}
