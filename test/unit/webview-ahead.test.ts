import assert from "node:assert/strict";
import type { CallPacket } from "../../src/shared/ahead.ts";
import { connect, request, stream } from "../../src/shared/rpc.ts";
import type { Packet } from "../../src/shared/rpc.ts";
import { AnsweredAhead } from "../../webview/shared/ahead.ts";

const api = {
  changed: request<void, string>(),
  subject: request<void, string>(),
  run: stream<{ readonly technique: string }, number>(),
};

/** A page, and what it posts to its host. */
function opened(...ahead: readonly CallPacket[]) {
  const posted: Packet[] = [];
  const port = new AnsweredAhead((packet) => posted.push(packet));
  const page = connect(api, port);
  if (ahead.length) port.hear({ ahead });
  return { page, port, posted, hear: (packet: Packet) => port.hear(packet) };
}

const subject = { id: -1, call: "subject", params: undefined };
const run = { id: -2, call: "run", params: { technique: "grad-cam" } };
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("answers ahead of the page's questions", () => {
  it("are taken in place of asking, those that came before the question and those that come after it", async () => {
    const { page, posted, hear } = opened(subject, run);
    hear({ id: -1, done: "a cat" });
    hear({ id: -2, next: 1 });
    void page.changed().catch(() => undefined);
    assert.equal(await page.subject(), "a cat");
    const items: number[] = [];
    const reading = (async () => {
      for await (const item of page.run({ technique: "grad-cam" })) items.push(item);
    })();
    hear({ id: -2, next: 2 });
    hear({ id: -2, done: undefined });
    await reading;
    await turn();
    assert.deepEqual(items, [1, 2]);
    assert.deepEqual(posted, [{ id: 0, call: "changed", params: undefined }]);
  });

  it("fail as they would have failed on a question", async () => {
    const { page, hear } = opened(subject);
    hear({ id: -1, failure: { name: "UnreadableFile", message: "No picture." } });
    await assert.rejects(page.subject(), { name: "UnreadableFile", message: "No picture." });
  });

  it("count once: the next time the host is asked", async () => {
    const { page, posted, hear } = opened(subject);
    hear({ id: -1, done: "a cat" });
    assert.equal(await page.subject(), "a cat");
    const again = page.subject();
    hear({ id: 1, done: "a dog" });
    assert.equal(await again, "a dog");
    assert.deepEqual(posted, [{ id: 1, call: "subject", params: undefined }]);
  });

  it("to another question are cancelled, and what was meant is asked", async () => {
    const { page, posted, hear } = opened(subject, run);
    hear({ id: -2, next: 1 });
    const first = page.run({ technique: "saliency" }).next();
    assert.deepEqual(posted, [{ id: 0, call: "run", params: { technique: "saliency" } }]);
    await turn();
    assert.deepEqual(posted.slice(1), [
      { id: -1, cancel: true },
      { id: -2, cancel: true },
    ]);
    hear({ id: -2, next: 2 });
    hear({ id: 0, next: 7 });
    assert.deepEqual(await first, { value: 7, done: false });
  });

  it("that are left are cancelled under the host's number", async () => {
    const { page, posted } = opened(run);
    const leave = new AbortController();
    const items = page.run({ technique: "grad-cam" }, leave.signal).next();
    leave.abort();
    await assert.rejects(items, { name: "Canceled" });
    assert.deepEqual(posted, [{ id: -2, cancel: true }]);
  });

  it("that come when the page has asked already are not wanted", async () => {
    const { page, posted, port } = opened();
    const answer = page.subject();
    await turn();
    port.hear({ ahead: [subject] });
    port.hear({ id: 0, done: "a cat" });
    assert.equal(await answer, "a cat");
    assert.deepEqual(posted.at(-1), { id: -1, cancel: true });
  });

  it("come again to a page that stands, which takes them in the turn in which it asks", async () => {
    const { page, posted, port, hear } = opened(subject);
    hear({ id: -1, done: "a cat" });
    assert.equal(await page.subject(), "a cat");
    await turn();
    const again = [
      { ...subject, id: -3 },
      { ...run, id: -4 },
    ];
    port.hear({ ahead: again, again: true });
    await turn();
    assert.deepEqual(posted, [], "they wait for the page");
    const answer = page.subject();
    hear({ id: -3, done: "a dog" });
    assert.equal(await answer, "a dog");
    await turn();
    assert.deepEqual(posted, [{ id: -4, cancel: true }]);
  });

  it("are waited for until the host says its first word, which is not just any message", async () => {
    const { port } = opened();
    let heard = false;
    void port.heard.then(() => (heard = true));
    port.hear("from elsewhere");
    await turn();
    assert.equal(heard, false);
    port.hear({ ahead: [] });
    await turn();
    assert.equal(heard, true);
  });
});
