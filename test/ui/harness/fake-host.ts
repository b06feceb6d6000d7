// Stands in for the extension host inside the page: it speaks the `explain` calls with data that looks real.
import { explain, firstRun } from "../../../src/shared/protocol.ts";
import type { ClassScore, ModelCard, ModelChoice, PanelState } from "../../../src/shared/protocol.ts";
import { describePreparation } from "../../../src/shared/preparation.ts";
import type { Origin, Preparation } from "../../../src/shared/preparation.ts";
import type { CallPacket } from "../../../src/shared/ahead.ts";
import { serve } from "../../../src/shared/rpc.ts";
import type { Handlers, Packet, Port } from "../../../src/shared/rpc.ts";
import type { Update } from "../../../src/shared/updates.ts";
import { catalogue } from "./catalogue.ts";
import { answers, guessed, pause, preparations } from "./fake-answers.ts";

/** What the tests and screenshots turn: set before the page loads. */
export interface Scenario {
  readonly refusal?: { readonly name: string; readonly message: string };
  readonly withoutClasses?: boolean;
  readonly scoreTrouble?: string;
  /** A folder that nobody has said to trust: only what is built in runs. */
  readonly restricted?: boolean;
  /** A network whose file leaves the size of its input open. */
  readonly anySize?: boolean;
  /** The photo's exact pixels, which have a red square that its copy has not: they wait for `letPhotoCome`, or are another photo's; or they never come. */
  /** A photo that is a mere line, in place of the cat. */
  readonly thin?: "wide" | "tall";
  readonly exact?: "late" | "of another" | "lost";
  /** The page was here before: all techniques have run, each in so many milliseconds. */
  readonly finishedIn?: number;
  readonly speed?: number;
}
interface Page {
  readonly scenario?: Scenario;
  acquireVsCodeApi?: unknown;
  /** The calls that the view made, for tests to look at. */
  asked?: { readonly call: string; readonly params: unknown }[];
  /** Tells the view that something changed. */
  change?: () => void;
  /** Shows another photo in the panel, as a preview does: its answers take so long, in milliseconds. */
  showNext?: (photoName: string, ms: number) => void;
  letPhotoCome?: () => void;
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  addEventListener(kind: string, listener: (event: { readonly data?: unknown }) => void): void;
  postMessage(message: unknown, target: string): void;
}
const page = globalThis as unknown as Page; // the browser's window, which this folder's types do not know
const {
  refusal,
  withoutClasses = false,
  scoreTrouble,
  restricted = false,
  anySize = false,
  thin,
  exact,
  finishedIn,
  speed = 1,
} = page.scenario ?? {};

/** A round tenth of 28 × 28 cells. */
const markedCells = Array.from({ length: 28 * 28 }, (_, i) => i).filter(
  (i) => Math.hypot((i % 28) - 13, Math.floor(i / 28) - 9) < 5,
);

const listeners: ((packet: Packet) => void)[] = [];
const port: Port = {
  send: (packet) => page.postMessage({ toView: packet }, "*"),
  onPacket: (listener) => listeners.push(listener),
  onClose: () => undefined,
};
const asked: { call: string; params: unknown }[] = (page.asked = []);
// The view hears every message of its window; only those for it are packets.
page.addEventListener("message", ({ data }) => {
  const { toView } = Object(data) as { readonly toView?: Packet };
  if (toView) page.postMessage(toView, "*");
});
page.acquireVsCodeApi = () => ({
  postMessage(packet: Packet) {
    if ("call" in packet) asked.push({ call: packet.call, params: packet.params });
    for (const listener of listeners) listener(structuredClone(packet));
  },
  getState: () => JSON.parse(page.sessionStorage.getItem("state") ?? "null") as unknown,
  setState: (state: unknown) => page.sessionStorage.setItem("state", JSON.stringify(state)),
});

const labelsHere = fetch("/labels").then(async (response) => (await response.text()).trim().split("\n"));
const fileHere = (path: string) => fetch(path).then(async (response) => new Uint8Array(await response.arrayBuffer()));
const [photoHere, glimpseHere] = [
  fileHere(thin ? `/${thin}` : exact ? "/marked" : "/photo"),
  fileHere(thin ? `/${thin}-glimpse` : "/glimpse"),
];
const photoComes = exact === "late" && new Promise<void>((resolve) => (page.letPhotoCome = resolve));
const photoSize = ({ wide: [4000, 40], tall: [60, 3000], cat: [451, 300] } as const)[thin ?? "cat"];
const sizeOfPhoto = { width: photoSize[0], height: photoSize[1], pixels: "the photo's" };
let model = "/models/efficientnet-lite0.onnx";
let preparation: Preparation = guessed;
let origin: Origin = "guess";
let photoName = "cat-chelsea.png";
let delay = 0;
let standing: PanelState = { image: `/photos/${photoName}`, model, preview: true };
const standings: ((state: PanelState) => void)[] = [];
const stand = (change: Partial<PanelState>) => {
  standing = { ...standing, ...change };
  for (const tell of standings.splice(0)) tell(standing);
};
page.showNext = (name, ms) => {
  [photoName, delay] = [name, ms];
  stand({ image: `/photos/${name}` });
};
const changes: (() => void)[] = [];
const change = () => {
  for (const wake of changes.splice(0)) wake();
};
page.change = change;

const openPicture = {
  name: "image",
  layout: "NCHW",
  channels: 3,
  height: undefined,
  width: undefined,
  written: ["N", 3, "height", "width"],
} as const;

function cardOf(labels: readonly string[]): ModelCard {
  const layer = (name: string, channels: number, side: number) => ({
    name,
    kind: "Conv + BatchNormalization + Relu6",
    value: `${name}/out`,
    shape: [1, channels, side, side],
    maps: [channels, side, side] as const,
    parameters: channels * 900,
    spatial: true,
  });
  return {
    path: model,
    title: models.find(({ path }) => path === model)?.title ?? model,
    format: "ONNX",
    producer: "tf2onnx",
    opset: 13,
    bytes: 18543811,
    inputs: [],
    outputs: [],
    picture: anySize ? openPicture : undefined,
    ...(anySize && origin !== "sidecar" && { sizeAssumed: true }),
    layers: [
      layer("stem", 32, 112),
      layer("blocks_4/project", 80, 14),
      layer("blocks_15/project", 320, 7),
      layer("head/relu6", 1280, 7),
    ],
    parameters: 4652008,
    classes: withoutClasses ? undefined : 1000,
    ...(scoreTrouble !== undefined && { scoreTrouble }),
    score: "logits",
    beforeScore: ["Softmax"],
    labels: withoutClasses ? [] : labels,
    labelsFrom: "known",
    defaultLayer: "head/relu6",
    notCam: undefined,
    problems: [],
    files: [],
  };
}

function predictionOf(labels: readonly string[]) {
  const probabilities = new Float32Array(withoutClasses ? 0 : 1000).fill(0.00002);
  const likely = [
    [281, 0.769],
    [282, 0.123],
    [285, 0.048],
    [283, 0.005],
    [287, 0.0031],
    [292, 0.0008],
  ] as const;
  if (!withoutClasses) for (const [index, p] of likely) probabilities[index] = p;
  const scores = probabilities.map((p) => Math.log(p) + 12);
  const top: readonly ClassScore[] = withoutClasses
    ? []
    : likely.map(([index, probability]) => ({
        index,
        label: labels[index] ?? "",
        probability,
        score: scores[index] ?? 0,
      }));
  const [width, height] = photoSize;
  const side = Math.min(width, height);
  const square = { left: (width - side) / 2, top: (height - side) / 2, width: side, height: side };
  return {
    top,
    probabilities,
    scores,
    preparation,
    preparationFrom: origin,
    preparationWords: describePreparation(preparation),
    photo: photoSize,
    seen: preparation.fit === "crop" ? square : { left: 0, top: 0, width, height },
    remarks: [],
    ms: withoutClasses ? 0 : 3.72,
  };
}

const models: readonly ModelChoice[] = [
  { path: "/models/efficientnet-lite0.onnx", title: "EfficientNet-Lite0", where: "built in" },
  { path: "/models/squeezenet1.1.onnx", title: "SqueezeNet 1.1", where: "built in" },
  { path: "/runs/resnet50-finetuned.onnx", title: "resnet50-finetuned.onnx", where: "workspace" },
];

const handlers: Handlers<typeof explain> = {
  async *panel(_, signal) {
    yield standing;
    while (!signal.aborted) yield await new Promise<PanelState>((resolve) => standings.push(resolve));
  },
  keepPanel() {
    stand({ preview: false });
    return Promise.resolve();
  },
  async subject() {
    const seen = photoName;
    await pause(5 * speed + delay);
    if (refusal) throw Object.assign(new Error(refusal.message), { name: refusal.name });
    const labels = await labelsHere;
    return {
      photoName: seen,
      card: cardOf(labels),
      models,
      prediction: predictionOf(labels),
      trusted: !restricted,
    };
  },
  glimpse: async () => ({ ...sizeOfPhoto, jpeg: await glimpseHere }),
  async photo() {
    await photoComes;
    if (exact === "lost") throw new Error("The engine was restarted.");
    return { ...sizeOfPhoto, ...(exact === "of another" && { pixels: "a dog's" }), png: await photoHere };
  },
  techniques: () => Promise.resolve(catalogue),
  async *run({ technique, target }) {
    await pause(2 * delay);
    if (refusal) throw new Error(refusal.message);
    if (withoutClasses && technique !== "deconvnet") throw new Error("This network has no classes to explain.");
    const started = performance.now();
    yield* answers(technique, target ?? 281, speed);
    yield { kind: "progress", done: 1, total: 1, ms: performance.now() - started };
  },
  async finished() {
    if (finishedIn === undefined) return [];
    const runs = catalogue
      .filter(({ id }) => id !== "cam") // it was refused
      .map(async ({ id }) => {
        const updates: Update[] = [{ kind: "progress", done: 1, total: 1, ms: finishedIn }];
        for await (const update of answers(id, 281, 0)) updates.push(update);
        return { asked: { technique: id, parameters: {} }, updates };
      });
    return Promise.all(runs);
  },
  async trust({ others }) {
    await pause(30 * speed);
    return {
      agreement: others.map(({ technique }, i) => ({
        technique,
        overlap: 0.58 - i * 0.04,
        correlation: 0.61 - i * 0.06,
      })),
      marked: { side: 28, cells: markedCells },
      before: 0.769,
      after: 0.091,
      random: 0.748,
      score: { before: 11.7, after: 8.2, random: 11.5 },
    };
  },
  preparations: async () => preparations(await labelsHere),
  prepare(choice) {
    preparation = choice.preparation;
    origin = choice.keep ? "sidecar" : "chosen";
    change();
    return Promise.resolve();
  },
  forgetPreparation() {
    preparation = guessed;
    origin = "guess";
    change();
    return Promise.resolve();
  },
  openSidecar: () => Promise.reject(new Error("There is no efficientnet-lite0.glassbox.json beside the model yet.")),
  models: () => Promise.resolve(models),
  anotherPhoto: () => Promise.resolve(true),
  chooseModel({ path }) {
    if (restricted && !path.startsWith("/models/")) return Promise.reject(new Error("Not in Restricted Mode."));
    model = path;
    change();
    return Promise.resolve();
  },
  browseModel: () => Promise.resolve("/elsewhere/vgg16.onnx"),
  browse: () => Promise.resolve("/photos/coffee.png"),
  savePicture: () => Promise.resolve(true),
  saveRaw: () => Promise.resolve(true),
  copyText: () => Promise.resolve(),
  openLink: () => Promise.resolve(),
  showLayer: () => Promise.resolve(),
  showLog: () => Promise.resolve(),
  restartEngine: () => Promise.resolve(),
  manageTrust: () => Promise.resolve(),
  async *changed(_, signal) {
    while (!signal.aborted) {
      await new Promise<void>((resolve) => changes.push(resolve));
      yield { why: "changed" };
    }
  },
};
serve(explain, handlers, port);

// Some answers come before the view asks, as the extension host sends them while the page loads.
const ahead: readonly CallPacket[] = [
  { id: -1, call: "subject", params: undefined },
  { id: -2, call: "techniques", params: undefined },
  { id: -3, call: "run", params: firstRun },
  { id: -4, call: "glimpse", params: undefined },
  { id: -5, call: "finished", params: undefined },
];
page.addEventListener("DOMContentLoaded", () => {
  page.postMessage({ ahead }, "*");
  for (const packet of ahead) {
    asked.push({ call: packet.call, params: packet.params });
    for (const listener of listeners) listener(packet);
  }
});
