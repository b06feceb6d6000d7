import type { Packet } from "./rpc.ts";

export type CallPacket = Extract<Packet, { readonly call: string }>;

/**
 * From a host to its page: these calls are being answered already, under these ids, which no call of the page's own has.
 * The page that wants the answers takes them in place of asking; the ids of those that it does not want it cancels.
 */
export interface Ahead {
  readonly ahead: readonly CallPacket[];
  /** To a page that stands: it is about to be told why it should ask. */
  readonly again?: boolean;
}
