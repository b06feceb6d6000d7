import assert from "node:assert/strict";
import { choice } from "../../src/shared/parameters.ts";
import { explain } from "../../src/shared/protocol.ts";
import type { TechniqueCard, Trust } from "../../src/shared/protocol.ts";
import { connect, serve } from "../../src/shared/rpc.ts";
import type { Handlers, Packet, Port } from "../../src/shared/rpc.ts";
import type { Heatmap, Quantized, Update } from "../../src/shared/updates.ts";
import { checksOf } from "../../webview/explain/checks.ts";
import { numbersText } from "../../webview/explain/numbers-text.ts";
import { restored } from "../../webview/explain/remembered.ts";
import { Session } from "../../webview/explain/session.ts";
import type { Looked } from "../../webview/explain/session.ts";

const card = (id: string, needs: TechniqueCard["needs"] = ["class"]): TechniqueCard => ({
  id,
  title: id,
  summary: `What ${id} shows.`,
  citation: {
    authors: "Ada Lovelace, Alan Turing",
    title: "On it",
    venue: "V",
    year: 1950,
    url: "https://example.org",
  },
  convention: "",
  needs,
  parameters: { mode: choice({ label: "Mode", default: "a", options: { a: "A", b: "B" } }) },
});
const catalogue = [
  card("saliency"),
  card("smoothgrad"),
  card("grad-cam", ["class", "layer"]),
  card("occlusion", ["class", "layer"]),
];

const heatmap = (title: string, values: Partial<Quantized> = {}): Heatmap<Quantized> => ({
  kind: "heatmap",
  key: "map",
  title,
  values: { shape: [1, 2], low: 0, high: 2, bytes: Uint8Array.of(0, 255), broken: 0, ...values },
  signed: false,
  draw: "smooth",
  unit: "gradient",
});

const labels = ["tabby, tabby cat", "tiger cat", "dog"];
const scores = [0.7, 0.2, 0.1].map((probability, index) => ({
  index,
  label: labels[index]!,
  probability,
  score: 5 - index,
}));
const looked = (change: { readonly path?: string; readonly layers?: readonly string[] } = {}): Looked => ({
  photoName: "cat.png",
  photo: { width: 4, height: 2, png: new Uint8Array() },
  card: {
    path: change.path ?? "/models/a.onnx",
    title: "a.onnx",
    format: "ONNX",
    producer: "",
    opset: 13,
    bytes: 1,
    inputs: [],
    outputs: [],
    picture: undefined,
    layers: (change.layers ?? ["stem", "head"]).map((name) => ({
      name,
      kind: "Conv",
      value: name,
      shape: [1, 2, 7, 7],
      parameters: 1,
      spatial: true,
    })),
    parameters: 1,
    classes: 3,
    score: "logits",
    beforeScore: [],
    labels,
    labelsFrom: "metadata",
    defaultLayer: "head",
    notCam: undefined,
    problems: [],
  },
  models: [],
  prediction: {
    top: scores,
    probabilities: Float32Array.from(scores, ({ probability }) => probability),
    scores: Float32Array.from(scores, ({ score }) => score),
    preparation: {
      size: [2, 2],
      fit: "stretch",
      color: "RGB",
      range: [0, 1],
      mean: [0],
      deviation: [1],
      layout: "NCHW",
    },
    preparationFrom: "guess",
    preparationWords: "2 × 2",
    photo: [4, 2],
    seen: { left: 0, top: 0, width: 4, height: 2 },
    remarks: [],
    ms: 1,
  },
  trusted: true,
});
const trust: Trust = {
  agreement: [{ technique: "saliency", overlap: 0.4, correlation: 0.5 }],
  before: 0.7,
  after: 0.1,
  random: 0.68,
  score: { before: 5, after: 2, random: 4.8 },
};

type Asked = { readonly call: "run" | "trust" | "subject"; readonly params: unknown };

/** A session whose host is the test: it notes what it is asked, and answers at once unless told otherwise. */
function staged(change: Partial<Handlers<typeof explain>> = {}, kept: unknown = {}) {
  const asked: Asked[] = [];
  const news: ((change: { why: string }) => void)[] = [];
  const nothing = () => Promise.resolve();
  const handlers: Handlers<typeof explain> = {
    subject: () => Promise.resolve(looked()),
    techniques: () => Promise.resolve(catalogue),
    async *run({ technique }): AsyncGenerator<Update> {
      await nothing();
      yield heatmap(technique);
    },
    trust: () => Promise.resolve(trust),
    preparations: () => Promise.resolve([]),
    prepare: nothing,
    chooseModel: nothing,
    browseModel: () => Promise.resolve(undefined),
    browsePhoto: () => Promise.resolve(undefined),
    savePicture: () => Promise.resolve(true),
    saveRaw: () => Promise.resolve(true),
    copyText: nothing,
    openLink: nothing,
    showLog: nothing,
    restartEngine: nothing,
    manageTrust: nothing,
    async *changed() {
      for (;;) yield await new Promise<{ why: string }>((resolve) => news.push(resolve));
    },
    ...change,
  };
  const [view, host] = pair();
  const noted = { ...handlers };
  noted.subject = (params, signal) => (asked.push({ call: "subject", params }), handlers.subject(params, signal));
  noted.run = (params, signal) => (asked.push({ call: "run", params }), handlers.run(params, signal));
  noted.trust = (params, signal) => (asked.push({ call: "trust", params }), handlers.trust(params, signal));
  serve(explain, noted, host);
  const session = new Session(connect(explain, view), restored(kept));
  const ran = () =>
    asked.filter(({ call }) => call === "run").map(({ params }) => (params as { technique: string }).technique);
  return { session, asked, ran, change: () => news.splice(0).forEach((tell) => tell({ why: "changed" })) };
}

function pair(): readonly [Port, Port] {
  const listeners: [((packet: Packet) => void)[], ((packet: Packet) => void)[]] = [[], []];
  const port = (mine: 0 | 1): Port => ({
    send: (packet) =>
      void setImmediate(() => listeners[1 - mine]!.forEach((listener) => listener(structuredClone(packet)))),
    onPacket: (listener) => listeners[mine].push(listener),
    onClose: () => undefined,
  });
  return [port(0), port(1)];
}

/** A run that goes on until it is left. */
const endless: Handlers<typeof explain>["run"] = async function* ({ technique }, signal) {
  yield heatmap(technique);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
};

const until = async (holds: () => boolean) => {
  for (let i = 0; i < 400 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(holds(), "it did not come to that");
};

describe("a session of the Explain view", () => {
  it("runs Grad-CAM first, without waiting for the subject, then the others as the catalogue has them", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    assert.deepEqual(ran(), ["grad-cam", "saliency", "smoothgrad", "occlusion"]);
    assert.ok(asked.findIndex(({ call }) => call === "run") <= 1);
    for (const { id } of catalogue) assert.equal(session.resultOf(id).status, "done");
  });

  it("asks whether it can be trusted once three are there, and once more at the end", async () => {
    const { session, asked } = staged();
    await session.start();
    await session.queue.idle();
    const compared = asked
      .filter(({ call }) => call === "trust")
      .map(({ params }) =>
        (params as { others: readonly { technique: string }[] }).others.map(({ technique }) => technique),
      );
    assert.deepEqual(compared, [
      ["saliency", "smoothgrad"],
      ["saliency", "smoothgrad", "occlusion"],
    ]);
    assert.deepEqual(session.trust, trust);
  });

  it("explains another class anew: nothing of the old one stands as an answer", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    const before = ran().length;
    session.explain(1);
    assert.equal(session.resultOf("saliency").stale, true);
    assert.equal(session.trust, undefined);
    await session.queue.idle();
    assert.equal(session.resultOf("saliency").stale, false);
    assert.deepEqual(ran().slice(before), ["grad-cam", "saliency", "smoothgrad", "occlusion"]);
    const last = asked.filter(({ call }) => call === "run").at(-1)!.params as { target: number };
    assert.equal(last.target, 1);
  });

  it("asks for the difference of two classes, and lets go of it when both would be the same", async () => {
    const { session, asked } = staged();
    await session.start();
    session.compare(1);
    await session.queue.idle();
    assert.equal((asked.at(-1)!.params as { against: number }).against, 1);
    session.explain(1);
    assert.equal(session.remembered.against, undefined);
  });

  it("stops what runs and what waits, and keeps what was reached", async () => {
    const { session } = staged({ run: endless });
    await session.start();
    await until(() => session.resultOf("grad-cam").pictures.length === 1);
    session.cancel();
    assert.equal(session.resultOf("grad-cam").status, "stopped");
    assert.equal(session.resultOf("grad-cam").pictures.length, 1);
    assert.equal(session.resultOf("saliency").status, "stopped");
    await session.queue.idle();
    assert.equal(session.resultOf("grad-cam").status, "stopped");
  });

  it("shows at once what a person chooses, before what runs", async () => {
    const { session } = staged({ run: endless });
    await session.start();
    await until(() => session.queue.running === "grad-cam");
    session.show("occlusion");
    await until(() => session.resultOf("occlusion").pictures.length === 1);
    assert.equal(session.queue.running, "occlusion");
    assert.equal(session.queue.waiting[0], "grad-cam");
    session.cancel();
  });

  it("runs a technique again with its new parameters, once the last knob is turned", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    const before = ran().length;
    session.setParameters("saliency", { mode: "b" });
    session.setParameters("saliency", {});
    session.setParameters("saliency", { mode: "b" });
    await until(() => ran().length > before);
    await session.queue.idle();
    assert.deepEqual(ran().slice(before), ["saliency"]);
    const run = asked.filter(({ call }) => call === "run").at(-1)!;
    assert.deepEqual((run.params as { parameters: unknown }).parameters, { mode: "b" });
  });

  it("runs again only what looks through a layer when another layer is chosen", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    const before = ran().length;
    session.useLayer("stem");
    await until(() => ran().length >= before + 2);
    await session.queue.idle();
    assert.deepEqual(ran().slice(before), ["grad-cam", "occlusion"]);
    const layers = asked.filter(({ call }) => call === "run").map(({ params }) => (params as { layer?: string }).layer);
    assert.deepEqual(layers.slice(before), ["stem", "stem"]);
  });

  it("turns an error into the technique's own, and goes on with the others", async () => {
    const { session } = staged({
      async *run({ technique }) {
        await Promise.resolve();
        if (technique === "saliency") throw new Error("no gradient through Loop");
        yield heatmap(technique);
      },
    });
    await session.start();
    await session.queue.idle();
    assert.equal(session.resultOf("saliency").failure?.message, "no gradient through Loop");
    assert.equal(session.resultOf("occlusion").status, "done");
  });

  it("asks again when photo or model changed, and keeps what was chosen", async () => {
    let layers = ["stem", "head"];
    const { session, asked, ran, change } = staged({ subject: () => Promise.resolve(looked({ layers })) });
    await session.start();
    session.explain(1);
    session.remember({ technique: "saliency", layer: "stem" });
    await session.queue.idle();
    layers = ["other"];
    const before = ran().length;
    change();
    await until(() => ran().length >= before + 4);
    await session.queue.idle();
    assert.equal(asked.filter(({ call }) => call === "subject").length, 2);
    const { technique, target, layer } = session.remembered;
    assert.deepEqual([technique, target, layer], ["saliency", 1, undefined]);
    assert.ok(session.techniques.every(({ id }) => session.resultOf(id).status === "done"));
  });

  it("keeps no map of another model or photo, not even where the new one has none", async () => {
    let path = "/models/a.onnx";
    const { session, change } = staged({
      subject: () => Promise.resolve(looked({ path })),
      async *run({ technique }) {
        await Promise.resolve();
        if (path !== "/models/a.onnx") throw new Error("not here");
        yield heatmap(technique);
      },
    });
    await session.start();
    await session.queue.idle();
    session.say("Saved the picture.");
    path = "/models/b.onnx";
    change();
    await until(() => session.looked?.card.path === path && !session.queue.busy);
    assert.ok(session.techniques.every(({ id }) => session.resultOf(id).pictures.length === 0));
    assert.equal(session.notice, undefined);
  });

  it("opens a network without classes on a technique that works, and comes back to the one before", async () => {
    const network: { classes?: number } = {};
    const { session, change, ran } = staged({
      techniques: () => Promise.resolve([...catalogue, card("deconvnet", ["layer"])]),
      subject: () => {
        const one = looked({ path: `/models/${String(network.classes)}.onnx` });
        return Promise.resolve({ ...one, card: { ...one.card, classes: network.classes } });
      },
    });
    await session.start();
    await session.queue.idle();
    assert.equal(session.remembered.technique, "deconvnet");
    assert.deepEqual(ran(), ["grad-cam", "deconvnet"]);
    network.classes = 3;
    change();
    await until(() => session.looked?.card.classes === 3 && !session.queue.busy);
    assert.equal(session.remembered.technique, "grad-cam");
    assert.equal(session.resultOf("grad-cam").status, "done");
  });

  it("says why when photo or model cannot be looked at, and asks nothing more", async () => {
    const { session, ran } = staged({ subject: () => Promise.reject(new Error("the file ends early")) });
    await session.start();
    await session.queue.idle();
    assert.equal(session.standing.kind === "refused" && session.standing.failure.message, "the file ends early");
    assert.deepEqual(ran(), ["grad-cam"]);
  });
});

describe("can this be trusted?", () => {
  const texts = (session: Session) => checksOf(session).map(({ level, text }) => `${level}: ${text}`);
  const ready = async (change: Partial<Handlers<typeof explain>> = {}) => {
    const { session } = staged(change);
    await session.start();
    await session.queue.idle();
    return session;
  };

  it("says in words what was compared and what erasing did", async () => {
    assert.deepEqual(texts(await ready()), [
      "good: grad-cam and the other method agree on where: the top tenths overlap by 0.40, by chance 0.05.",
      "good: Erasing the marked tenth lowers “tabby” from 70.0 % to 10.0 % (the same shape elsewhere: to 68.0 %).",
      "warning: How the photo is prepared was guessed.",
    ]);
  });

  it("warns when the methods point elsewhere and when what is marked hardly matters", async () => {
    const poor = {
      agreement: [{ technique: "saliency", overlap: 0.06, correlation: -0.1 }],
      before: 0.7,
      after: 0.66,
      random: 0.67,
      score: { before: 5, after: 4.9, random: 4.95 },
    };
    const [agreement, erasing] = texts(await ready({ trust: () => Promise.resolve(poor) }));
    assert.match(agreement!, /^warning: grad-cam and the other method do not agree on where/);
    assert.match(erasing!, /^warning: .*hardly matters/);
  });

  it("warns of a map that is zero everywhere and of values that are no numbers", async () => {
    const session = await ready({
      async *run({ technique }) {
        await Promise.resolve();
        yield technique === "grad-cam" ? heatmap("Grad-CAM", { low: 0, high: 0, broken: 2 }) : heatmap(technique);
      },
    });
    const [zero, broken] = texts(session);
    assert.match(zero!, /^warning: “Grad-CAM” is zero everywhere/);
    assert.match(broken!, /^warning: 2 values of the map are not a number/);
  });

  const erasing = async (change: Partial<Trust>, against?: number) => {
    const { session } = staged({ trust: () => Promise.resolve({ ...trust, agreement: [], ...change }) });
    await session.start();
    if (against !== undefined) session.compare(against);
    await session.queue.idle();
    return texts(session)[0];
  };

  it("judges an erasing by the score where the probability has gone as far as it goes", async () => {
    const much = { before: 0.9999, after: 0.024, random: 0.154, score: { before: 18, after: 6, random: 11 } };
    assert.equal(
      await erasing(much),
      "good: Erasing the marked tenth lowers “tabby” from 100 % to 2.4 % (the same shape elsewhere: to 15.4 %)," +
        " and lowers its score from 18 to 6 (the same shape elsewhere: to 11).",
    );
    const hidden = { before: 1, after: 1, random: 1, score: { before: 18, after: 14, random: 17.9 } };
    assert.match(
      (await erasing(hidden))!,
      /^good: Erasing the marked tenth leaves “tabby” at 100 % \(the same shape elsewhere: no change\), and lowers/,
    );
    const elsewhere = { score: { before: 18, after: 12, random: 12.5 } };
    assert.match((await erasing(elsewhere))!, /^warning: .*: hardly more than erasing elsewhere does\.$/);
  });

  it("speaks of the difference where two classes are compared", async () => {
    assert.equal(
      await erasing({ score: { before: 3, after: -1, random: 2.9 } }, 1),
      "good: Erasing the marked tenth lowers the score of “tabby” over “tiger cat” from 3 to −1 (the same shape elsewhere: to 2.9).",
    );
  });

  it("says how the photo is prepared and whose the labels are, each with a way to change it", async () => {
    const from = looked();
    const { session } = staged({
      subject: () =>
        Promise.resolve({
          ...from,
          card: { ...from.card, labelsFrom: "known", classes: 1000 },
          prediction: { ...from.prediction, preparationFrom: "chosen" },
        }),
    });
    await session.start();
    await session.queue.idle();
    const [prepared, labelled] = checksOf(session).slice(-2);
    assert.deepEqual([prepared?.text, prepared?.mend?.label], ["How the photo is prepared: chosen by you.", "Change"]);
    assert.match(labelled!.text, /labels are ImageNet’s, taken because the network has 1,000 classes/);
  });

  it("leaves the warnings of other techniques to their thumbnails, and says its own with what mends them", async () => {
    const session = await ready({
      async *run({ technique }) {
        await Promise.resolve();
        yield heatmap(technique);
        const mend = { label: "Refine", parameters: { mode: "b" } };
        if (technique === "smoothgrad")
          yield { kind: "note", key: "n", title: "N", level: "warning", text: "too few samples", mend };
        if (technique === "saliency") yield { kind: "note", key: "n", title: "N", level: "good", text: "fine" };
      },
    });
    assert.ok(!texts(session).some((text) => /too few|fine/.test(text)));
    session.show("smoothgrad");
    const check = checksOf(session).find(({ text }) => text === "too few samples");
    assert.equal(check?.mend?.label, "Refine");
  });
});

describe("numbers as text", () => {
  it("hold the prediction and the map's values, one cell each", async () => {
    const { session } = staged();
    await session.start();
    await session.queue.idle();
    const text = numbersText(session, session.resultOf("grad-cam").pictures[0]);
    assert.ok(text.includes("0\ttabby, tabby cat\t"));
    assert.ok(text.includes("technique\tgrad-cam of “tabby”\nlayer\thead\n"));
    assert.ok(text.endsWith("\n0\t2\n"), text.slice(-60));
  });
});
