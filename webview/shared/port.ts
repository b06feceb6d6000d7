import { connect } from "../../src/shared/rpc.ts";
import type { Api, Client, Packet, Port } from "../../src/shared/rpc.ts";

interface Host {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): Host;

const isPacket = (data: unknown): data is Packet =>
  typeof data === "object" && data !== null && "id" in data && typeof data.id === "number";

/** The extension behind this page: its calls, and the state that it keeps for the page over a reload. */
export function host<A extends Api>(
  api: A,
): { readonly calls: Client<A>; readonly kept: Pick<Host, "getState" | "setState"> } {
  const vscode = acquireVsCodeApi();
  const port: Port = {
    send: (packet) => vscode.postMessage(packet),
    onPacket: (listener) =>
      addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (isPacket(data)) listener(data);
      }),
    // A page is gone together with its port: there is nothing left to be told.
    onClose: () => undefined,
  };
  return { calls: connect(api, port), kept: vscode };
}
