import type { Page } from "playwright-core";
import { serve, type Handlers, type Packet } from "../../../src/shared/rpc.ts";
import { decode, encode } from "./wire.ts";

export interface Asked {
  readonly call: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Answers a page's packets in this process. A page that loads anew begins to count anew, and its earlier calls are left. */
export async function wired<C extends Parameters<typeof serve>[0]>(
  page: Page,
  contract: C,
  handlers: Handlers<C>,
  asked: Asked[],
): Promise<void> {
  let listeners: ((packet: Packet) => void)[] = [];
  let closings: (() => void)[] = [];
  const end = () => {
    for (const close of closings) close();
  };
  const begin = () => {
    end();
    const mine: typeof listeners = (listeners = []);
    const myClosings: typeof closings = (closings = []);
    let open = true;
    myClosings.push(() => (open = false));
    serve(contract, handlers, {
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
      onClose: (listener) => myClosings.push(listener),
    });
  };
  await page.exposeFunction("toHost", (text: string) => {
    const packet = decode(text) as Packet; // the bridge sends nothing else
    if ("call" in packet) {
      if (packet.id === 0) begin();
      asked.push({ call: packet.call, params: (packet.params ?? {}) as Asked["params"] });
    }
    for (const listener of listeners) listener(packet);
  });
  page.on("close", end);
}
