import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { connect, request, serve, stream, type Handlers, type Packet, type Port } from "../../src/shared/rpc.ts";

const api = {
  double: request<number, number>(),
  fail: request<void, number>(),
  forever: request<void, void>(),
  count: stream<{ readonly to: number }, number>(),
};

/** Two ports that clone what they carry, as real ones do; a send takes a turn of the event loop, or as long as `ready` says. */
function pair(ready = (): Promise<void> => new Promise((sent) => setImmediate(sent))) {
  const ends = [0, 1].map(() => ({ packets: [] as ((p: Packet) => void)[], closes: [] as (() => void)[] }));
  const traffic: Packet[] = [];
  let open = true;
  const port = (own: number): Port => ({
    async send(packet) {
      const copy = structuredClone(packet);
      if (!open) throw new Error("The channel is closed.");
      traffic.push(copy);
      setImmediate(() => ends[1 - own]?.packets.forEach((listener) => listener(copy)));
      await ready();
    },
    onPacket: (listener) => void ends[own]?.packets.push(listener),
    onClose: (listener) => void ends[own]?.closes.push(listener),
  });
  const close = () => {
    open = false;
    for (const { closes } of ends) closes.forEach((listener) => listener());
  };
  return { near: port(0), far: port(1), close, traffic };
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

const handlers: Handlers<typeof api> = {
  double: async (n) => 2 * n,
  fail: async () => {
    throw new RangeError("There are only 8 layers.");
  },
  forever: (_, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
  async *count({ to }) {
    for (let i = 0; i < to; i++) yield i;
  },
};

describe("rpc", () => {
  it("answers requests, several at once", async () => {
    const { near, far } = pair();
    serve(api, handlers, far);
    const client = connect(api, near);
    assert.deepEqual(await Promise.all([1, 2, 3].map((n) => client.double(n))), [2, 4, 6]);
  });

  it("streams in order", async () => {
    const { near, far } = pair();
    serve(api, handlers, far);
    const client = connect(api, near);
    const [a, b] = await Promise.all([collect(client.count({ to: 50 })), collect(client.count({ to: 3 }))]);
    assert.deepEqual(
      a,
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.deepEqual(b, [0, 1, 2]);
  });

  it("lets a failure keep its name and its words", async () => {
    const { near, far } = pair();
    serve(api, handlers, far);
    await assert.rejects(connect(api, near).fail(), { name: "RangeError", message: "There are only 8 layers." });
  });

  it("refuses a call that is not in the api by its name, what every object has included", async () => {
    const { near, far } = pair();
    serve(api, handlers, far);
    const foreign = connect({ toString: request<void, void>(), missing: stream<void, void>() }, near);
    await assert.rejects(foreign.toString(), { name: "TypeError", message: "There is no call toString." });
    await assert.rejects(foreign.missing().next(), { message: "There is no call missing." });
  });

  it("fails a call whose answer or whose parameters cannot be cloned", async () => {
    const { near, far } = pair();
    const odd = { both: request<unknown, unknown>() };
    serve(odd, { both: async () => () => undefined }, far);
    await assert.rejects(connect(odd, near).both(1), { name: "DataCloneError" });
    await assert.rejects(
      connect(odd, near).both(() => undefined),
      { name: "DataCloneError" },
    );
  });

  it("does not produce ahead of a port that is not ready", async () => {
    let release = (): void => undefined;
    const { near, far } = pair(() => new Promise((sent) => (release = sent)));
    let produced = 0;
    serve(
      api,
      {
        ...handlers,
        async *count() {
          for (;;) yield ++produced;
        },
      },
      far,
    );
    const updates = connect(api, near).count({ to: 0 });
    assert.equal((await updates.next()).value, 1);
    await pause(20);
    assert.equal(produced, 1);
    release();
    assert.equal((await updates.next()).value, 2);
    await pause(20);
    assert.equal(produced, 2);
  });

  it("cancels at once for the caller, though the other side goes on", async () => {
    const { near, far, traffic } = pair();
    serve(api, { ...handlers, forever: () => new Promise(() => undefined) }, far);
    const abort = new AbortController();
    const call = connect(api, near).forever(undefined, abort.signal);
    await pause(5);
    const start = performance.now();
    abort.abort();
    await assert.rejects(call, { name: "Canceled" });
    assert.ok(performance.now() - start < 50);
    assert.deepEqual(traffic.at(-1), { id: 0, cancel: true });
  });

  it("cancels at once though the call cannot even be sent", async () => {
    const { near } = pair(() => new Promise(() => undefined));
    const abort = new AbortController();
    const call = connect(api, near).double(1, abort.signal);
    await pause(5);
    abort.abort();
    await assert.rejects(Promise.race([call, pause(100)]), { name: "Canceled" });
  });

  it("sends nothing for a signal that was aborted before", async () => {
    const { near, traffic } = pair();
    await assert.rejects(connect(api, near).double(1, AbortSignal.abort()), { name: "Canceled" });
    assert.deepEqual(traffic, []);
  });

  it("stops a generator that waits for nothing but the port, and lets it clean up", async () => {
    const { near, far } = pair();
    let produced = 0;
    let cleaned = false;
    async function* count() {
      try {
        for (;;) yield produced++;
      } finally {
        cleaned = true;
      }
    }
    serve(api, { ...handlers, count }, far);
    for await (const n of connect(api, near).count({ to: 0 })) if (n === 3) break;
    await pause(20);
    assert.ok(cleaned);
    const then = produced;
    await pause(20);
    assert.equal(produced, then);
  });

  it("tells the handler by its signal", async () => {
    const { near, far } = pair();
    let aborted = false;
    const forever = (_: void, signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(void (aborted = true))));
    serve(api, { ...handlers, forever }, far);
    const abort = new AbortController();
    const call = connect(api, near).forever(undefined, abort.signal);
    setTimeout(() => abort.abort(), 5);
    await assert.rejects(call, { name: "Canceled" });
    await pause(10);
    assert.ok(aborted);
  });

  it("fails what waits when the other side goes away, and every later call", async () => {
    const { near, far, close } = pair();
    serve(api, handlers, far);
    const client = connect(api, near);
    const waiting = client.forever();
    const counting = client.count({ to: 1e9 });
    await counting.next();
    setTimeout(close, 5);
    await assert.rejects(waiting, { name: "Disconnected" });
    await assert.rejects(collect(counting), { name: "Disconnected" });
    await assert.rejects(client.double(1), { name: "Disconnected" });
  });

  it("stops a producer whose reader has gone away, and lets it clean up", async () => {
    const { near, far, close } = pair();
    let cleaned = false;
    async function* count() {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        cleaned = true;
      }
    }
    serve(api, { ...handlers, count }, far);
    void connect(api, near).count({ to: 0 }).next();
    await pause(10);
    close();
    await pause(10);
    assert.ok(cleaned);
  });

  it("carries calls both ways over one port", async () => {
    const { near, far } = pair();
    serve(api, handlers, near);
    serve(api, { ...handlers, double: async (n) => 20 * n }, far);
    const one = connect(api, near);
    const other = connect(api, far);
    assert.deepEqual(await Promise.all([one.double(1), other.double(1), one.double(2)]), [20, 2, 40]);
  });

  it("relays: order, failures and cancellation pass through a process between", async () => {
    const [outer, inner] = [pair(), pair()];
    let stopped = false;
    async function* count({ to }: { readonly to: number }) {
      try {
        for (let i = 0; i < to; i++) yield i;
      } finally {
        stopped = true;
      }
    }
    serve(api, { ...handlers, count }, inner.far);
    const engine = connect(api, inner.near);
    serve(api, engine, outer.far);
    const client = connect(api, outer.near);

    assert.deepEqual(await collect(client.count({ to: 4 })), [0, 1, 2, 3]);
    await assert.rejects(client.fail(), { name: "RangeError", message: "There are only 8 layers." });
    stopped = false;
    const abort = new AbortController();
    await assert.rejects(
      async () => {
        for await (const n of client.count({ to: 1e9 }, abort.signal)) if (n === 5) abort.abort();
      },
      { name: "Canceled" },
    );
    await pause(30);
    assert.ok(stopped);
  });
});
