import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../scripts/chromium.mjs";
import type { Scenario } from "./fake-host.ts";
import { themes } from "./themes.ts";
import type { ThemeName } from "./themes.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

export interface Look {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scenario?: Scenario;
}

export interface Harness {
  /** The Explain view on a fake host, in a fresh tab, in place of the last one; what goes wrong in it ends up in `problems`. */
  open(look?: Look): Promise<Page>;
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export async function harness(): Promise<Harness> {
  const files = await bundle();
  const server = createServer((request, response) => {
    void answer(files, request.url ?? "/").then(
      ({ type, body, policy }) => {
        response.setHeader("content-type", type);
        if (policy !== undefined) response.setHeader("content-security-policy", policy);
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium. `npm test` says how to get it.");
  const browser: Browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const problems: string[] = [];
  return {
    problems,
    async open({ theme = "dark", width = 1180, height = 760, scenario = {} } = {}) {
      for (const before of browser.contexts()) await before.close();
      const context = await browser.newContext({ viewport: { width, height } });
      const page = await context.newPage();
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      await page.addInitScript(prepare, { variables: themes[theme], theme, scenario });
      await page.goto(`http://127.0.0.1:${port}/`);
      return page;
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs in the page before its scripts: theme and scenario, as VS Code and the extension would have set them. */
function prepare({
  variables,
  theme,
  scenario,
}: {
  variables: Readonly<Record<string, string>>;
  theme: string;
  scenario: unknown;
}): void {
  const page = globalThis as unknown as {
    scenario: unknown;
    document: {
      documentElement: { style: { setProperty(name: string, value: string): void } };
      body: { classList: { add(...names: string[]): void } };
      addEventListener(kind: string, listener: () => void): void;
    };
  }; // the browser's window, which this folder's types do not know
  page.scenario = scenario;
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
  const entries = { view: `${repository}webview/explain/main.ts`, host: `${repository}test/ui/harness/fake-host.ts` };
  const { outputFiles } = await build({
    entryPoints: entries,
    bundle: true,
    write: false,
    outdir: "/",
    format: "iife",
    target: "chrome122",
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, "/"), text]));
}

interface Answer {
  readonly type: string;
  readonly body: string | Buffer;
  readonly policy?: string;
}

async function answer(files: Files, url: string): Promise<Answer> {
  if (url === "/") return pageAnswer();
  if (url === "/photo") return { type: "image/png", body: await readFile(`${repository}samples/cat-chelsea.png`) };
  if (url === "/labels")
    return { type: "text/plain", body: await readFile(`${repository}samples/imagenet-labels.txt`) };
  const body = files.get(url);
  if (body === undefined) throw new Error(`There is no ${url}.`);
  return { type: url.endsWith(".css") ? "text/css" : "text/javascript", body };
}

/** The page as the extension writes it, its policy included; only the fake host may fetch. */
function pageAnswer(): Answer {
  const nonce = randomBytes(16).toString("hex");
  const panel = JSON.stringify({
    image: "/photos/cat-chelsea.png",
    model: "/models/efficientnet-lite0.onnx",
  }).replaceAll('"', "&quot;");
  return {
    type: "text/html",
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; connect-src 'self'; form-action 'none'`,
    body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="${nonce}"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/view.css"></head>
<body><div id="app" data-panel="${panel}"></div>
<script nonce="${nonce}" src="/host.js"></script><script nonce="${nonce}" src="/view.js"></script></body></html>`,
  };
}
