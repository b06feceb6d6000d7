// One contract, two transports: child-process IPC and webview messages. An api is a constant; both ends follow from it.

export interface Request<P, R> {
  readonly shape: "request";
  readonly types?: (p: P) => R;
}
export interface Stream<P, U> {
  readonly shape: "stream";
  readonly types?: (p: P) => U;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an api holds calls of every type; each is typed where it is used
export type Api = Readonly<Record<string, Request<any, any> | Stream<any, any>>>;

export const request = <P, R>(): Request<P, R> => ({ shape: "request" });
export const stream = <P, U>(): Stream<P, U> => ({ shape: "stream" });

export type Handlers<A extends Api> = {
  readonly [K in keyof A]: A[K] extends Request<infer P, infer R>
    ? (params: P, signal: AbortSignal) => Promise<R>
    : A[K] extends Stream<infer P, infer U>
      ? (params: P, signal: AbortSignal) => AsyncIterable<U>
      : never;
};

/** Aborting `signal` cancels at once on this side, and the other side is told. */
export type Client<A extends Api> = {
  readonly [K in keyof A]: A[K] extends Request<infer P, infer R>
    ? (params: P, signal?: AbortSignal) => Promise<R>
    : A[K] extends Stream<infer P, infer U>
      ? (params: P, signal?: AbortSignal) => AsyncGenerator<U, void>
      : never;
};

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}
export type Packet =
  | { readonly id: number; readonly call: string; readonly params: unknown }
  | { readonly id: number; readonly cancel: true }
  | { readonly id: number; readonly next: unknown }
  | { readonly id: number; readonly done: unknown }
  | { readonly id: number; readonly failure: Failure };

export interface Port {
  /** Settles when the packet is on its way: a producer that waits for it lets cancellation in. */
  send(packet: Packet): Promise<void> | void;
  onPacket(listener: (packet: Packet) => void): void;
  onClose(listener: () => void): void;
}

export class RemoteError extends Error {
  constructor({ name, message, stack }: Failure) {
    super(message);
    this.name = name;
    if (stack !== undefined) this.stack = stack;
  }
}

export class Canceled extends Error {
  override name = "Canceled";
  constructor() {
    super("Canceled.");
  }
}

export const disconnected: Failure = { name: "Disconnected", message: "The other side has gone away." };

export const failureOf = (error: unknown): Failure =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: "Error", message: String(error) };

/** Sends what nobody waits for: a peer that has gone away meanwhile needs no answer. */
const post = async (port: Port, packet: Packet): Promise<void> => {
  try {
    await port.send(packet);
  } catch {
    // onClose has told, or will tell, everybody who waits.
  }
};

/** Answers the calls of `api` that come in over `port`. A call that is not in `api` is refused by name. */
export function serve<A extends Api>(api: A, handlers: Handlers<A>, port: Port): void {
  const running = new Map<number, AbortController>();
  port.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });
  port.onPacket((packet) => {
    if ("cancel" in packet) running.get(packet.id)?.abort();
    else if ("call" in packet) void answer(packet);
  });

  async function answer({ id, call, params }: { id: number; call: string; params: unknown }): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!Object.hasOwn(api, call)) throw new TypeError(`There is no call ${call}.`);
      const handler = handlers[call] as (params: unknown, signal: AbortSignal) => unknown; // one of Handlers<A>, chosen by name
      const result = handler(params, controller.signal);
      if (api[call]?.shape === "request") await port.send({ id, done: await result });
      else {
        for await (const next of result as AsyncIterable<unknown>) {
          if (controller.signal.aborted) break;
          await port.send({ id, next });
        }
        await port.send({ id, done: undefined });
      }
    } catch (error) {
      await post(port, { id, failure: failureOf(error) });
    } finally {
      running.delete(id);
    }
  }
}

/** The calls of `api`, made over `port`. When the port closes, what waits fails, and so does every later call. */
export function connect<A extends Api>(api: A, port: Port): Client<A> {
  const waiting = new Map<number, (packet: Packet) => void>();
  let ids = 0;
  let closed = false;
  port.onPacket((packet) => {
    // A port may carry calls the other way too; their ids are another count.
    if (!("call" in packet) && !("cancel" in packet)) waiting.get(packet.id)?.(packet);
  });
  port.onClose(() => {
    closed = true;
    for (const [id, settle] of [...waiting]) settle({ id, failure: disconnected });
  });

  /** Not awaited by the caller, whom a peer too busy to read must not keep from cancelling. */
  async function ask(packet: Packet): Promise<void> {
    try {
      await port.send(packet);
    } catch (error) {
      waiting.get(packet.id)?.({ id: packet.id, failure: failureOf(error) });
    }
  }

  async function* call(name: string, params: unknown, signal?: AbortSignal): AsyncGenerator<unknown, unknown> {
    if (closed) throw new RemoteError(disconnected);
    if (signal?.aborted) throw new Canceled();
    const id = ids++;
    const queue: Packet[] = [];
    let wake = (): void => undefined;
    let ended = false;
    const abort = () => wake();
    waiting.set(id, (packet) => {
      queue.push(packet);
      wake();
    });
    signal?.addEventListener("abort", abort);
    try {
      void ask({ id, call: name, params });
      for (;;) {
        while (!queue.length && !signal?.aborted) await new Promise<void>((resolve) => (wake = resolve));
        if (signal?.aborted) throw new Canceled();
        const packet = queue.shift();
        if (!packet) continue;
        if ("next" in packet) yield packet.next;
        else {
          ended = true;
          if ("failure" in packet) throw new RemoteError(packet.failure);
          return "done" in packet ? packet.done : undefined;
        }
      }
    } finally {
      waiting.delete(id);
      signal?.removeEventListener("abort", abort);
      if (!ended && !closed) void post(port, { id, cancel: true });
    }
  }

  const clients = Object.entries(api).map(([name, { shape }]) => [
    name,
    shape === "stream"
      ? (params: unknown, signal?: AbortSignal) => call(name, params, signal)
      : async (params: unknown, signal?: AbortSignal) => (await call(name, params, signal).next()).value,
  ]);
  return Object.fromEntries(clients) as Client<A>; // built from the same entries that the type is derived from
}
