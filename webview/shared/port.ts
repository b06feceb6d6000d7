import { restored } from "../../src/shared/odd-numbers.ts";
import { connect } from "../../src/shared/rpc.ts";
import type { Api, Client } from "../../src/shared/rpc.ts";
import { AnsweredAhead } from "./ahead.ts";

interface Host {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): Host;

/** How long a page waits for its host to speak first: it may not know that VS Code has loaded the page anew. */
const patience = 1000;

export interface Wire<A extends Api> {
  readonly calls: Client<A>;
  readonly kept: Pick<Host, "getState" | "setState">;
  /** Settles when the page may ask: whatever the host answers of its own accord is on its way, or nothing is. */
  readonly opened: Promise<void>;
}

/** The extension behind this page: its calls, and the state that it keeps for the page over a reload. */
export function host<A extends Api>(api: A): Wire<A> {
  const vscode = acquireVsCodeApi();
  const port = new AnsweredAhead((packet) => vscode.postMessage(packet));
  addEventListener("message", ({ data }: MessageEvent<unknown>) => port.hear(restored(data)));
  const silence = new Promise<void>((resolve) => setTimeout(resolve, patience));
  return { calls: connect(api, port), kept: vscode, opened: Promise.race([port.heard, silence]) };
}
