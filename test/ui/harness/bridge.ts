// Inside the page: what VS Code gives a webview, with the other end of the wire in Node (`pages.ts`).
import type { Packet } from "../../../src/shared/rpc.ts";
import type { Ahead } from "../../../src/shared/ahead.ts";
import { decode, encode } from "./wire.ts";

interface Page {
  /** What the page finds as its state when it is opened for the first time. */
  readonly stateAtFirst?: unknown;
  /** The host does not know that the page was loaded. */
  readonly silent?: boolean;
  acquireVsCodeApi?: unknown;
  /** Playwright's binding. */
  toHost(text: string): Promise<void>;
  fromHost?: (text: string) => void;
  /** Whether nothing is left that the page does of its own accord before long. */
  isAtRest?: () => boolean;
  setTimeout: (then: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) => number;
  clearTimeout: (timer?: number) => void;
  requestAnimationFrame: (then: (now: number) => void) => number;
  cancelAnimationFrame: (frame: number) => void;
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  postMessage(message: unknown, target: string): void;
  addEventListener(kind: "DOMContentLoaded", listener: () => void): void;
}
const page = globalThis as unknown as Page; // the browser's window, which this folder's types do not know

page.fromHost = (text) => page.postMessage(decode(text), "*");
page.acquireVsCodeApi = () => ({
  postMessage: (packet: Packet) => void page.toHost(encode(packet)),
  getState: () => {
    const kept = page.sessionStorage.getItem("state");
    return kept === null ? page.stateAtFirst : (JSON.parse(kept) as unknown);
  },
  setState: (state: unknown) => page.sessionStorage.setItem("state", JSON.stringify(state)),
});
// The extension host speaks first, whether or not it answers something ahead.
page.addEventListener("DOMContentLoaded", () => {
  if (!page.silent) page.postMessage({ ahead: [] } satisfies Ahead, "*");
});

// Frames that are due, and timers but for those that only take words away again after seconds.
const due = new Set<string>();
const soon = 1000;
const [later, forget, draw, leave] = [
  page.setTimeout.bind(page),
  page.clearTimeout.bind(page),
  page.requestAnimationFrame.bind(page),
  page.cancelAnimationFrame.bind(page),
];
page.setTimeout = (then, ms = 0, ...given) => {
  const timer = later(() => {
    due.delete(`timer ${timer}`);
    then(...given);
  }, ms);
  if (ms < soon) due.add(`timer ${timer}`);
  return timer;
};
page.clearTimeout = (timer) => {
  due.delete(`timer ${timer}`);
  forget(timer);
};
page.requestAnimationFrame = (then) => {
  const frame = draw((now) => {
    due.delete(`frame ${frame}`);
    then(now);
  });
  due.add(`frame ${frame}`);
  return frame;
};
page.cancelAnimationFrame = (frame) => {
  due.delete(`frame ${frame}`);
  leave(frame);
};
page.isAtRest = () => due.size === 0;
