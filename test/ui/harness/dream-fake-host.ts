// Stands in for the extension host: a Dream panel's run as the extension has it, on the real engine or on a staged one.
import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createEngine } from "../../../src/engine/engine.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import { synthesisCards } from "../../../src/engine/synthesis/synthesize.ts";
import { DreamRun } from "../../../src/host/dream-run.ts";
import type { Start } from "../../../src/host/dream-start.ts";
import { rewound } from "../../../src/host/dream-watch.ts";
import { Latest } from "../../../src/host/latest.ts";
import { News } from "../../../src/host/news.ts";
import { type dreamPanel, type DreamSettings, type OpenedRecipe } from "../../../src/shared/dream-panel.ts";
import type { Handlers } from "../../../src/shared/rpc.ts";
import { staged } from "./dream-staged.ts";
import { examplesFrom } from "./fake-examples.ts";

const samples = join(fileURLToPath(new URL("../../../", import.meta.url)), "samples");
const within = (name: string) => (name.includes("/") ? name : join(samples, name));

/**
 * What tests and screenshots turn. Everything may be left out: then it is DeepDream of the cat by SqueezeNet, idle.
 * - `settings`: what the panel begins with; `photo: "none"` leaves the photo out
 * - `real`: the engine makes the pictures, in place of a stage that only draws
 * - `begins`: it runs when the page comes
 * - `refuse`: these calls fail, with this message
 * - `start`: what makes the pictures
 */
export interface DreamScenario {
  readonly settings?: Partial<DreamSettings>;
  readonly photo?: string;
  readonly model?: string;
  readonly real?: boolean;
  readonly begins?: boolean;
  readonly restricted?: boolean;
  readonly refuse?: Partial<
    Readonly<Record<keyof typeof dreamPanel, { readonly name: string; readonly message: string }>>
  >;
  readonly start?: Start;
  /** Milliseconds that what the page asks at first takes longer: the techniques so many, the subject twice as many, the photos thrice. */
  readonly late?: number;
  /** The network is not read before. */
  readonly after?: Promise<void>;
  /** What comes of opening a recipe. */
  readonly recipe?: Partial<OpenedRecipe>;
  /** What the page finds as its state. */
  readonly state?: unknown;
  /** The host does not speak first: it does not know that the page was loaded. */
  readonly silent?: boolean;
}

export interface DreamHost {
  readonly handlers: Handlers<typeof dreamPanel>;
  readonly run: DreamRun;
}

/** One for all pages: models stay open from test to test. */
const engine = createEngine(samplesIn(samples));
const never = new AbortController().signal;
const cards = synthesisCards();

export function dreamHost(scenario: DreamScenario): DreamHost {
  const { photo = "cat-chelsea.png", model = "squeezenet1.1.onnx", late = 0 } = scenario;
  const real: Start = (settings, { pausing, ...more }, signal) => {
    const name = randomUUID();
    pausing.addEventListener("abort", () => void engine.pauseSynthesis({ run: name }, never), { once: true });
    return engine.synthesize({ ...settings, ...more, checkpoints: true, run: name }, signal);
  };
  const run = new DreamRun(
    {
      technique: "deep-dream",
      model: within(model),
      ...(photo !== "none" && { image: within(photo) }),
      parameters: {},
      seed: 0,
      ...scenario.settings,
    },
    scenario.start ?? (scenario.real ? real : staged()),
    undefined,
    () => cards,
  );
  const recipes = new News<OpenedRecipe>();
  const changes: (() => void)[] = [];
  const tell = () => {
    for (const wake of changes.splice(0)) wake();
  };
  /** Tells where other files are meant, as the host does. */
  const change = (settings: Partial<DreamSettings>) => {
    const { model, image } = run.settings;
    run.change({ ...run.settings, ...settings });
    if (run.settings.model !== model || run.settings.image !== image) tell();
  };
  const choice = (name: string) => ({ path: join(samples, name), title: name, where: "built in" as const });
  const models = ["squeezenet1.1.onnx", "efficientnet-lite0.onnx"].map(choice);
  const photos = new Latest(["cat-chelsea.png", "coffee.png", "rocket.jpg"].map(choice));
  const done = () => Promise.resolve();
  const saved = () => Promise.resolve(true);
  const now = (action: () => void) => Promise.resolve(action());
  const handlers: Handlers<typeof dreamPanel> = {
    techniques: async () => {
      await sleep(late);
      return engine.syntheses(undefined, never);
    },
    async subject() {
      const { model, image } = run.settings;
      await Promise.all([scenario.after, sleep(2 * late)]);
      const [card, taken] = await Promise.all([
        engine.open({ model }, never),
        image === undefined ? undefined : engine.photo({ image, largest: 1280 }, never),
      ]);
      const photo = taken && image !== undefined ? { name: basename(image), photo: taken } : undefined;
      return { card, models, photo, trusted: !scenario.restricted };
    },
    models: () => Promise.resolve(models),
    async *photos(_, signal) {
      await sleep(3 * late);
      yield* photos.listen(signal);
    },
    async usePhoto({ path = join(samples, "coffee.png") }) {
      await now(() => change({ image: path }));
      return true;
    },
    chooseModel: ({ path }) => now(() => change({ model: path })),
    browseModel: () => Promise.resolve(undefined),
    browse: ({ kind }) => Promise.resolve(kind === "folder" ? samples : join(samples, "coffee.png")),
    watch: (_, signal) => run.watch(signal),
    change: (settings) => {
      const { model, image } = run.settings;
      return now(() => run.change({ ...settings, model, ...(image !== undefined && { image }) }));
    },
    begin: () => now(() => run.begin()),
    pause: () => now(() => run.pause()),
    stop: () => now(() => run.stop()),
    resume: ({ frame }) => now(() => run.resume(frame)),
    step: ({ frame }) => now(() => run.resume(frame, "one step")),
    frame({ frame }) {
      const kept = run.film.get(frame);
      return kept ? Promise.resolve(rewound(kept)) : Promise.reject(new Error("It is gone."));
    },
    async explained({ frame }) {
      const kept = run.film.get(frame);
      if (!kept) throw new Error("It is gone.");
      const { model, image } = run.settings;
      const explained = async (image: string) => {
        const { top } = await engine.predict({ model, image }, never);
        const png = await engine.render({ model, image, technique: "grad-cam", parameters: {} }, never);
        return { top: top.slice(0, 3), png };
      };
      const result = await explained(join(samples, "coffee.png"));
      return { result, ...(image !== undefined && { original: await explained(image) }) };
    },
    visualizeChannel: done,
    ...examplesFrom(engine, () => run.settings.model, samples).calls,
    savePicture: saved,
    saveFilm: saved,
    saveFrames: saved,
    useAsPhoto: saved,
    openRecipe: () =>
      now(() => recipes.tell({ of: "dream.png", missing: [], others: [], places: [], unfit: [], ...scenario.recipe })),
    openedRecipes: (_, signal) => recipes.listen(signal),
    showLog: done,
    restartEngine: done,
    manageTrust: done,
    async *changed(_, signal) {
      while (!signal.aborted) {
        await new Promise<void>((resolve) => {
          changes.push(resolve);
          signal.addEventListener("abort", () => resolve());
        });
        if (!signal.aborted) yield { why: "Something else was chosen." };
      }
    },
  };
  const refusals = Object.entries(scenario.refuse ?? {}).map(([call, failure]) => [
    call,
    () => Promise.reject(Object.assign(new Error(failure.message), { name: failure.name })),
  ]);
  if (scenario.begins) run.begin();
  return { run, handlers: { ...handlers, ...(Object.fromEntries(refusals) as object) } };
}
