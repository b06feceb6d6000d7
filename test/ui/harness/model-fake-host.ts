// Stands in for the extension host: answers a model editor's page from the real engine, which runs in this process.
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { createEngine } from "../../../src/engine/engine.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import { modelPanel } from "../../../src/shared/model-panel.ts";
import type { Change, PhotoSlot, Reveal, Traced } from "../../../src/shared/model-panel.ts";
import type { Handlers } from "../../../src/shared/rpc.ts";
import { examplesFrom } from "./fake-examples.ts";
import { answersOf } from "./model-answers.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
export const samples = join(repository, "samples");

/**
 * What tests and screenshots turn. Everything may be left out: then it is SqueezeNet, looking at the cat.
 * - `model`: a file of `samples/`, or a path
 * - `photo`, `other`: files of `samples/` or paths; `photo: "none"` is the empty state
 * - `restricted`: a folder that nobody has said to trust
 * - `refuse`: these calls fail, with this message (`refuse: { structure: { name: "Unreadable", message: "…" } }`)
 * - `slow`: milliseconds that these calls wait before they answer
 * - `answers`: these calls answer something else, such as a graph of 5,000 nodes (they run in the test's own process)
 * - `state`: what the page finds as its state (`{ view: { layer: "…", tab: "weights" } }`)
 */
export interface ModelScenario {
  readonly model?: string;
  readonly photo?: string;
  readonly other?: string;
  readonly restricted?: boolean;
  readonly refuse?: Partial<
    Readonly<Record<keyof typeof modelPanel, { readonly name: string; readonly message: string }>>
  >;
  readonly slow?: Partial<Readonly<Record<keyof typeof modelPanel, number>>>;
  readonly answers?: Partial<Handlers<typeof modelPanel>>;
  readonly state?: unknown;
}

/** What a test does from the host's side. */
export interface ModelHost {
  readonly handlers: Handlers<typeof modelPanel>;
  /** Somebody elsewhere wants this layer shown. */
  reveal(layer: string, unit?: { readonly section?: "fires"; readonly channel?: number }): void;
  /** A box's native menu was used. */
  trace(traced: Traced): void;
  /** Somebody elsewhere wants the table of dead channels shown. */
  showDead(over: "photo" | "folder"): void;
  /** Model or photo changed on disk, or by another window's choice. */
  change(what: Change["what"]): void;
  usePhoto(slot: PhotoSlot, path: string | undefined): void;
}

/** One for all pages: models stay open from test to test. */
const engine = createEngine(samplesIn(samples));
export type Engine = typeof engine;

const within = (name: string) => (name.includes("/") ? name : join(samples, name));
const offered = ["cat-chelsea.png", "coffee.png", "rocket.jpg"];
const largestShown = 640;

export function modelHost(scenario: ModelScenario): ModelHost {
  const model = within(scenario.model ?? "squeezenet1.1.onnx");
  const photos = new Map<PhotoSlot, string>();
  if (scenario.photo !== "none") photos.set("current", within(scenario.photo ?? "cat-chelsea.png"));
  if (scenario.other !== undefined) photos.set("other", within(scenario.other));
  const changes = new Channel<Change>();
  const reveals = new Channel<Reveal>();
  const usePhoto = (slot: PhotoSlot, path: string | undefined) => {
    if (path === undefined) photos.delete(slot);
    else photos.set(slot, path);
    changes.put({ what: slot === "current" ? "photo" : "other", why: "Another photo was chosen." });
  };
  const imageOf = (slot: PhotoSlot = "current"): string => {
    const image = photos.get(slot);
    if (image === undefined) throw new Error("No photo is chosen.");
    return image;
  };
  const own = answersOf(engine, model, imageOf);
  const examples = examplesFrom(engine, () => model, samples);
  const done = () => Promise.resolve();
  const saved = () => Promise.resolve(true);

  const handlers: Handlers<typeof modelPanel> = {
    ...own,
    subject: () => Promise.resolve({ name: basename(model), path: model, trusted: !scenario.restricted }),
    chosenPhoto() {
      const path = photos.get("current");
      return Promise.resolve(path === undefined ? undefined : { name: basename(path), path });
    },
    async photo({ photo }) {
      const image = photos.get(photo);
      if (image === undefined) return undefined;
      const [shown, prediction] = await Promise.all([
        engine.photo({ image, largest: largestShown }, unaborted),
        engine.predict({ model, image }, unaborted),
      ]);
      return { name: basename(image), path: image, photo: shown, prediction, preparation: prediction.preparation };
    },
    photos: () =>
      Promise.resolve(offered.map((name) => ({ path: join(samples, name), title: name, where: "built in" as const }))),
    usePhoto({ photo, path = join(samples, "coffee.png") }) {
      usePhoto(photo, path);
      return Promise.resolve(true);
    },
    stepPhoto({ by }) {
      const here = offered.indexOf(basename(photos.get("current") ?? ""));
      usePhoto("current", join(samples, offered.at((here + by) % offered.length) ?? ""));
      return Promise.resolve();
    },
    ...examples.calls,
    useExample({ layer, photo }) {
      usePhoto("current", examples.searches.photo({ model, layer }, photo));
      return Promise.resolve();
    },
    async *compared(_, signal) {
      yield {};
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    },
    layoutWorker: layoutWorker,
    explainWith: done,
    checkPreparation: done,
    visualizeChannel: done,
    looksAt: done,
    stands: done,
    reveal: (_, signal) => reveals.read(signal),
    savePicture: saved,
    saveWeight: saved,
    saveActivation: saved,
    saveText: saved,
    copyText: done,
    showLog: done,
    restartEngine: done,
    manageTrust: done,
    changed: (_, signal) => changes.read(signal),
    ...scenario.answers,
  };
  return {
    handlers: turned(handlers, scenario),
    reveal: (layer, unit = {}) => reveals.put({ layer, ...unit }),
    trace: (traced) => reveals.put(traced),
    showDead: (over) => reveals.put({ dead: over }),
    change: (what) => changes.put({ what, why: "It changed." }),
    usePhoto,
  };
}

const unaborted = new AbortController().signal;

/** Late where they are to be slow, and failing where they are to be refused. */
function turned(
  handlers: Handlers<typeof modelPanel>,
  { refuse = {}, slow = {} }: ModelScenario,
): Handlers<typeof modelPanel> {
  const hold = async (call: string) => {
    const ms = slow[call as keyof typeof modelPanel] ?? 0;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    const failure = refuse[call as keyof typeof modelPanel];
    if (failure) throw Object.assign(new Error(failure.message), { name: failure.name });
  };
  type Call = (params: unknown, signal: AbortSignal) => unknown;
  const calls = Object.entries(handlers as Readonly<Record<string, Call>>).map(([call, handler]) => [
    call,
    modelPanel[call as keyof typeof modelPanel].shape === "request"
      ? async (params: unknown, signal: AbortSignal) => {
          await hold(call);
          return handler(params, signal);
        }
      : async function* (params: unknown, signal: AbortSignal) {
          await hold(call);
          yield* handler(params, signal) as AsyncIterable<unknown>;
        },
  ]);
  return Object.fromEntries(calls) as Handlers<typeof modelPanel>; // the same calls, wrapped
}

/** What is put in is read by everybody who reads at that time. */
class Channel<T> {
  readonly #readers = new Set<(item: T) => void>();

  put(item: T): void {
    for (const reader of this.#readers) reader(item);
  }

  async *read(signal: AbortSignal): AsyncGenerator<T, void> {
    const waiting: T[] = [];
    let wake = () => undefined as void;
    const reader = (item: T) => {
      waiting.push(item);
      wake();
    };
    this.#readers.add(reader);
    try {
      while (!signal.aborted) {
        const item = waiting.shift();
        if (item !== undefined) yield item;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
      }
    } finally {
      this.#readers.delete(reader);
    }
  }
}

let workerSource: Promise<string> | undefined;
function layoutWorker(): Promise<string> {
  workerSource ??= build({
    entryPoints: [join(repository, "webview/model/graph/worker.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    minify: true, // each page reads all of it, as it is shipped
    target: "chrome122",
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  return workerSource;
}
