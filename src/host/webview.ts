import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type * as vscode from "vscode";
import type { Ahead, CallPacket } from "../shared/ahead.ts";
import { serve, type Api, type Handlers, type Packet, type Port } from "../shared/rpc.ts";
import { tight } from "./tight.ts";

/**
 * The html of the page `name`, script and style within it: files of their own would be two more trips over a slow wire,
 * and are lost where VS Code's server build opens two webviews at once. So no file of the disk is open to a page.
 * `start` is for the page to keep with its state, so that it survives a window reload. `menus`: what VS Code is to hand to
 * the commands of the page's own menus, beside what the page says.
 */
export async function pageOf(extension: vscode.Uri, name: string, start: unknown, menus: object = {}): Promise<string> {
  const file = (ending: string) => join(extension.fsPath, "dist", "webview", `${name}.${ending}`);
  const [script, style] = await Promise.all([readFile(file("js"), "utf8"), readFile(file("css"), "utf8")]);
  const nonce = randomBytes(24).toString("base64url");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src data: blob:",
    ...(name === "model" ? ["worker-src blob:"] : []), // it lays out graphs beside itself
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style nonce="${nonce}">${style.replaceAll("</", "<\\/")}</style>
  </head>
  <body>
    <div id="app" data-view="${name}" data-panel="${escaped(JSON.stringify(start))}" data-vscode-context="${escaped(JSON.stringify(menus))}"></div>
    <script nonce="${nonce}">${withoutTags(script)}
//# sourceURL=glassbox/dist/webview/${name}.js</script>
  </body>
</html>`;
}

/** A bundle may hold what html takes for the script's end, or a comment's start: in strings, where "\x3c" is the same. */
const withoutTags = (script: string) =>
  script.replace(/^\/\/# sourceMappingURL=.*$/m, "").replace(/<(?=\/script|!--)/gi, "\\x3c");

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => entities[c] ?? c);

export interface Pages {
  /**
   * Answers these calls of a page that is still loading: VS Code keeps what is posted to it until it listens, and it need
   * not ask. A page's very first call must not be among them: by that one it is known. False where a page has asked already,
   * or is being answered.
   */
  ahead(calls: readonly Pick<CallPacket, "call" | "params">[]): boolean;
  /** The same for the page that stands, which is about to be told why it should ask. False where there is none. */
  again(calls: readonly Pick<CallPacket, "call" | "params">[]): boolean;
}

/**
 * Answers the pages that a panel shows one after the other: a page ends when its tab is hidden, moved or reloaded, and
 * takes its calls with it.
 */
export function servePages<A extends Api>(
  api: A,
  handlers: Handlers<A>,
  panel: vscode.WebviewPanel,
  failed: (call: string, name: string, message: string) => void,
): Pages {
  let page: Page | undefined;
  let loading = false;
  let answered = 0;
  const open = () => {
    page?.close();
    page = new Page(panel.webview, failed);
    serve(api, handlers, page);
    return page;
  };
  const close = () => {
    page?.close();
    page = undefined;
  };
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const packet = packetOf(message);
    if (!packet) return;
    const first = "call" in packet && packet.id === 0; // every page counts its calls from 0
    if (first && !(page && loading)) open();
    if (first) loading = false;
    page?.receive(packet);
  });
  panel.onDidChangeViewState(() => {
    if (!panel.visible) close();
  });
  panel.onDidDispose(close);
  const answer = (to: Page, calls: readonly Pick<CallPacket, "call" | "params">[], again: boolean) => {
    const packets = calls.map(({ call, params }) => ({ id: --answered, call, params }));
    void panel.webview.postMessage({ ahead: packets, again } satisfies Ahead);
    for (const packet of packets) to.receive(packet);
  };
  return {
    ahead(calls) {
      if (page) return false;
      loading = true;
      answer(open(), calls, false);
      return true;
    },
    again(calls) {
      if (!page || loading) return false;
      answer(page, calls, true);
      return true;
    },
  };
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
