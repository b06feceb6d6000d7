import { ready } from "../shared/engine-process.ts";
import type { Packet, Port } from "../shared/rpc.ts";

/** The engine's end of the wire to its supervisor, who hears by it that the engine has loaded. */
export function processPort(): Port {
  void send(ready);
  return {
    send,
    onPacket: (listener) => void process.on("message", (packet) => listener(packet as Packet)), // the supervisor sends nothing else
    onClose: (listener) => void process.on("disconnect", listener),
  };
}

const send = (packet: Packet): Promise<void> =>
  new Promise((sent, refused) => {
    if (!process.send) throw new Error("The engine has no channel to a supervisor: it is not started by hand.");
    // The write's callback alone comes before the event loop turns, and a producer that waits for nothing else would
    // never let a cancel in. It also tells of a parent that is gone; what cannot be cloned throws.
    process.send(packet, undefined, undefined, (error) => (error ? refused(error) : setImmediate(sent)));
  });
