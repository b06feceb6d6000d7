// The model editor's page in Chromium, with the real engine behind it. See `ModelScenario` for what can be turned.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../scripts/chromium.mjs";
import { modelPanel } from "../../../src/shared/model-panel.ts";
import { serve } from "../../../src/shared/rpc.ts";
import type { Packet } from "../../../src/shared/rpc.ts";
import { modelHost } from "./model-fake-host.ts";
import type { ModelHost, ModelScenario } from "./model-fake-host.ts";
import { decode, encode } from "./model-wire.ts";
import { themes } from "./themes.ts";
import type { ThemeName } from "./themes.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const origin = "http://glassbox.test";

export interface ModelLook {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scenario?: ModelScenario;
}

export interface ModelCall {
  readonly call: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface ModelHarness {
  /** The editor in a fresh tab, in place of the last one. */
  open(look?: ModelLook): Promise<Page>;
  /** What the page asked of its host since it was opened. */
  readonly asked: readonly ModelCall[];
  /** The host of the page that is open. */
  readonly host: ModelHost;
  /** Errors on the page's console, of all pages. */
  readonly problems: readonly string[];
  /** Writes the page that is open to a PNG file, to be looked at. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

export async function modelHarness(): Promise<ModelHarness> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium. `npm test` says how to get it.");
  const [files, browser] = await Promise.all([bundle(), chromium.launch({ executablePath, args: chromiumFlags })]);
  const problems: string[] = [];
  let asked: ModelCall[] = [];
  let host = modelHost({});
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
      for (const before of browser.contexts()) await before.close();
      const context = await browser.newContext({ viewport: { width, height } });
      const page = await context.newPage();
      asked = [];
      host = modelHost(scenario);
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
    close: () => browser.close(),
  };
}

/** Answers a page's packets. A page that loads anew begins to count anew, and its earlier calls are left. */
async function wire(page: Page, host: ModelHost, asked: ModelCall[]): Promise<void> {
  let listeners: ((packet: Packet) => void)[] = [];
  let closings: (() => void)[] = [];
  const begin = () => {
    for (const close of closings) close();
    [listeners, closings] = [[], []];
    const [mine, myClosings] = [listeners, closings];
    let open = true;
    myClosings.push(() => (open = false));
    serve(modelPanel, host.handlers, {
      async send(packet) {
        if (!open) return;
        const text = encode(packet);
        await page
          .evaluate((text) => (globalThis as unknown as { fromHost(text: string): void }).fromHost(text), text)
          .catch(() => undefined); // the page is gone
      },
      onPacket: (listener) => mine.push(listener),
      onClose: (listener) => myClosings.push(listener),
    });
  };
  await page.exposeFunction("toHost", (text: string) => {
    const packet = decode(text) as Packet; // the bridge sends nothing else
    if ("call" in packet) {
      if (packet.id === 0) begin();
      asked.push({ call: packet.call, params: (packet.params ?? {}) as ModelCall["params"] });
    }
    for (const listener of listeners) listener(packet);
  });
  page.on("close", () => {
    for (const close of closings) close();
  });
}

/** Runs in the page before its scripts: theme and state, as VS Code would have set them. */
function prepare({
  variables,
  theme,
  state,
}: {
  variables: Readonly<Record<string, string>>;
  theme: string;
  state: unknown;
}): void {
  const page = globalThis as unknown as {
    stateAtFirst: unknown;
    document: {
      documentElement: { style: { setProperty(name: string, value: string): void } };
      body: { classList: { add(...names: string[]): void } };
      addEventListener(kind: string, listener: () => void): void;
    };
  }; // the browser's window, which this folder's types do not know
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
    entryPoints: { view: `${repository}webview/model/main.ts`, bridge: `${repository}test/ui/harness/model-bridge.ts` },
    bundle: true,
    write: false,
    outdir: "/",
    format: "iife",
    target: "chrome122",
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, "/"), text]));
}

interface Answer {
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function answerTo(files: Files, path: string): Answer | undefined {
  if (path === "/") return pageAnswer();
  const body = files.get(path);
  return body === undefined ? undefined : { contentType: path.endsWith(".css") ? "text/css" : "text/javascript", body };
}

/** The page as the extension writes it, its policy included. */
function pageAnswer(): Answer {
  const nonce = randomBytes(16).toString("hex");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src data: blob:",
    "worker-src blob:",
    "form-action 'none'",
  ].join("; ");
  return {
    contentType: "text/html",
    headers: { "content-security-policy": policy },
    body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="${nonce}"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/view.css"></head>
<body><div id="app" data-view="model" data-panel="{}"></div>
<script nonce="${nonce}" src="/bridge.js"></script><script nonce="${nonce}" src="/view.js"></script></body></html>`,
  };
}
