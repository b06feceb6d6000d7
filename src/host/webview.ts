import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { serve, type Api, type Handlers, type Packet, type Port } from "../shared/rpc.ts";
import { tight } from "./tight.ts";

/** Where a panel's page and style live: nothing else of the disk is open to a webview. */
export const webviewFolder = (extension: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extension, "dist", "webview");

/** The html of the page `name`. `start` is for the page to keep with its state, so that it survives a window reload. */
export function pageOf(webview: vscode.Webview, extension: vscode.Uri, name: string, start: unknown): string {
  const nonce = randomBytes(24).toString("base64url");
  const file = (ending: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewFolder(extension), `${name}.${ending}`)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The toolkit probes for :focus-visible with a style element of its own, which it gives the nonce of the meta below.
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${escaped(file("css"))}">
  </head>
  <body>
    <div id="app" data-panel="${escaped(JSON.stringify(start))}"></div>
    <script nonce="${nonce}" src="${escaped(file("js"))}"></script>
  </body>
</html>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => entities[c] ?? c);

/**
 * Answers the pages that a panel shows one after the other: a page ends when its tab is hidden, moved or reloaded, and
 * takes its calls with it.
 */
export function servePages<A extends Api>(
  api: A,
  handlers: Handlers<A>,
  panel: vscode.WebviewPanel,
  failed: (call: string, name: string, message: string) => void,
): void {
  let page: Page | undefined;
  const open = () => {
    page?.close();
    page = new Page(panel.webview, failed);
    serve(api, handlers, page);
    return page;
  };
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const packet = packetOf(message);
    if (!packet) return;
    const first = "call" in packet && packet.id === 0; // every page counts its calls from 0
    (first ? open() : page)?.receive(packet);
  });
  panel.onDidChangeViewState(() => {
    if (!panel.visible) page?.close();
  });
  panel.onDidDispose(() => page?.close());
}

class Page implements Port {
  readonly #packets: ((packet: Packet) => void)[] = [];
  readonly #closings: (() => void)[] = [];
  readonly #calls = new Map<number, string>();
  #closed = false;

  constructor(
    private readonly webview: vscode.Webview,
    private readonly failed: (call: string, name: string, message: string) => void,
  ) {}

  async send(packet: Packet): Promise<void> {
    if (this.#closed) return;
    if ("failure" in packet) {
      const { name, message } = packet.failure;
      this.failed(this.#calls.get(packet.id) ?? "", name, message);
      await this.webview.postMessage({ id: packet.id, failure: { name, message } });
    } else await this.webview.postMessage(tight(packet));
    if ("failure" in packet || "done" in packet) this.#calls.delete(packet.id);
  }

  receive(packet: Packet): void {
    if (this.#closed) return;
    if ("call" in packet) this.#calls.set(packet.id, packet.call);
    for (const listener of this.#packets) listener(packet);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closings) listener();
  }

  onPacket(listener: (packet: Packet) => void): void {
    this.#packets.push(listener);
  }

  onClose(listener: () => void): void {
    this.#closings.push(listener);
  }
}

function packetOf(message: unknown): Packet | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { id, call, cancel, params } = message as Record<string, unknown>; // any object can be asked for these
  if (typeof id !== "number") return undefined;
  if (cancel === true) return { id, cancel };
  return typeof call === "string" ? { id, call, params } : undefined;
}
