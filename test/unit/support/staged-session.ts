import assert from "node:assert/strict";
import { choice } from "../../../src/shared/parameters.ts";
import { explain } from "../../../src/shared/protocol.ts";
import type { PanelState, TechniqueCard, Trust } from "../../../src/shared/protocol.ts";
import { connect, serve } from "../../../src/shared/rpc.ts";
import type { Handlers, Packet, Port } from "../../../src/shared/rpc.ts";
import type { Heatmap, Quantized, Update } from "../../../src/shared/updates.ts";
import { restored } from "../../../webview/explain/remembered.ts";
import { Session } from "../../../webview/explain/session.ts";
import type { Looked } from "../../../webview/explain/session.ts";

export const card = (id: string, needs: TechniqueCard["needs"] = ["class"], cost = 1): TechniqueCard => ({
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
  cost,
});
export const catalogue = [
  card("saliency"),
  card("smoothgrad", ["class"], 25),
  card("grad-cam", ["class", "layer"]),
  card("occlusion", ["class", "layer"], 30),
];

export const heatmap = (title: string, values: Partial<Quantized> = {}): Heatmap<Quantized> => ({
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
export const looked = (change: { readonly path?: string; readonly layers?: readonly string[] } = {}): Looked => ({
  photoName: "cat.png",
  glimpse: { width: 4, height: 2, pixels: "all black", jpeg: new Uint8Array() },
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
      maps: [2, 7, 7] as const,
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
    files: [],
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
export const trust: Trust = {
  agreement: [{ technique: "saliency", overlap: 0.4, correlation: 0.5 }],
  marked: { side: 28, cells: [0, 1] },
  before: 0.7,
  after: 0.1,
  random: 0.68,
  score: { before: 5, after: 2, random: 4.8 },
};

type Asked = { readonly call: "run" | "trust" | "subject"; readonly params: unknown };

/** What the host says when something changed. */
interface Change {
  readonly why: string;
  readonly layer?: string;
  readonly same?: boolean;
}

/** A session whose host is the test: it notes what it is asked, and answers at once unless told otherwise. */
export function staged(
  change: Partial<Handlers<typeof explain>> = {},
  kept: unknown = {},
  drawn?: () => Promise<void>,
) {
  const asked: Asked[] = [];
  const news: ((change: Change) => void)[] = [];
  const nothing = () => Promise.resolve();
  const standings: ((state: PanelState) => void)[] = [];
  let standing: PanelState = { image: "/photos/cat.png", model: "/models/a.onnx", preview: true };
  const stand = (change: Partial<PanelState>) => {
    standing = { ...standing, ...change };
    for (const tell of standings.splice(0)) tell(standing);
  };
  const handlers: Handlers<typeof explain> = {
    async *panel() {
      yield standing;
      for (;;) yield await new Promise<PanelState>((resolve) => standings.push(resolve));
    },
    keepPanel: () => Promise.resolve(stand({ preview: false })),
    subject: () => Promise.resolve(looked()),
    glimpse: () => Promise.resolve(looked().glimpse),
    photo: () => Promise.resolve({ width: 4, height: 2, pixels: "all black", png: new Uint8Array() }),
    techniques: () => Promise.resolve(catalogue),
    async *run({ technique }): AsyncGenerator<Update> {
      await nothing();
      yield heatmap(technique);
    },
    finished: () => Promise.resolve([]),
    trust: () => Promise.resolve(trust),
    preparations: () => Promise.resolve([]),
    prepare: nothing,
    forgetPreparation: nothing,
    openSidecar: nothing,
    models: () => Promise.resolve([]),
    anotherPhoto: () => Promise.resolve(false),
    chooseModel: nothing,
    browseModel: () => Promise.resolve(undefined),
    browse: () => Promise.resolve(undefined),
    savePicture: () => Promise.resolve(true),
    saveRaw: () => Promise.resolve(true),
    copyText: nothing,
    openLink: nothing,
    showLayer: nothing,
    showLog: nothing,
    restartEngine: nothing,
    manageTrust: nothing,
    async *changed() {
      for (;;) yield await new Promise<Change>((resolve) => news.push(resolve));
    },
    ...change,
  };
  const [view, host] = pair();
  const noted = { ...handlers };
  noted.subject = (params, signal) => (asked.push({ call: "subject", params }), handlers.subject(params, signal));
  noted.run = (params, signal) => (asked.push({ call: "run", params }), handlers.run(params, signal));
  noted.trust = (params, signal) => (asked.push({ call: "trust", params }), handlers.trust(params, signal));
  serve(explain, noted, host);
  const session = new Session(connect(explain, view), restored(kept), undefined, drawn);
  const ran = () =>
    asked.filter(({ call }) => call === "run").map(({ params }) => (params as { technique: string }).technique);
  const tell = (change: Change = { why: "changed" }) => news.splice(0).forEach((hear) => hear(change));
  return { session, asked, ran, change: tell, stand };
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
export const endless: Handlers<typeof explain>["run"] = async function* ({ technique }, signal) {
  yield heatmap(technique);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
};

export const until = async (holds: () => boolean) => {
  for (let i = 0; i < 400 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(holds(), "it did not come to that");
};
