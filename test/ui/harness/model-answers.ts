// What the engine answers of a model's inside, with the model and the photo filled in as the host does.
import type { createEngine } from "../../../src/engine/engine.ts";
import type { examplesOfPage } from "../../../src/shared/examples.ts";
import type { inside } from "../../../src/shared/inside.ts";
import type { modelPanel, PhotoSlot } from "../../../src/shared/model-panel.ts";
import type { Handlers } from "../../../src/shared/rpc.ts";

type Panel = Handlers<typeof modelPanel>;
type Inside = Handlers<typeof inside>;
/** The calls that pass through the host to the engine, with model and photo filled in. */
export type Passed = Omit<
  Panel,
  | "subject"
  | "chosenPhoto"
  | "photo"
  | "photos"
  | "usePhoto"
  | "stepPhoto"
  | "layoutWorker"
  | keyof typeof examplesOfPage
  | "useExample"
  | "explainWith"
  | "checkPreparation"
  | "visualizeChannel"
  | "looksAt"
  | "stands"
  | "reveal"
  | "savePicture"
  | "saveWeight"
  | "saveActivation"
  | "saveText"
  | "copyText"
  | "showLog"
  | "restartEngine"
  | "manageTrust"
  | "changed"
  | "compared"
>;

export function answersOf(
  engine: ReturnType<typeof createEngine>,
  model: string,
  imageOf: (slot?: PhotoSlot) => string,
): Passed {
  const real: Inside = engine;
  const ofPhoto = <P extends { readonly photo?: PhotoSlot }>({ photo, ...rest }: P) => ({
    ...rest,
    model,
    image: imageOf(photo),
  });
  return {
    structure: (_, signal) => real.structure({ model }, signal),
    card: (_, signal) => engine.open({ model }, signal),
    anatomy: (_, signal) => real.anatomy({ model }, signal),
    node: (params, signal) => real.node({ ...params, model }, signal),
    weight: (params, signal) => real.weight({ ...params, model }, signal),
    weightTable: (params, signal) => real.weightTable({ ...params, model }, signal),
    features: async (params, signal) => real.features(ofPhoto(params), signal),
    seen: async (params, signal) => real.seen(ofPhoto(params), signal),
    predictPainted: async (params, signal) => real.predictPainted(ofPhoto(params), signal),
    async *overview(params, signal) {
      yield* real.overview(ofPhoto(params), signal);
    },
    fieldOf: async (params, signal) => real.fieldOf(ofPhoto(params), signal),
    seenBy: async (params, signal) => real.seenBy(ofPhoto(params), signal),
    unit: async (params, signal) => real.unit(ofPhoto(params), signal),
    async *unitMaps(params, signal) {
      yield* real.unitMaps(ofPhoto(params), signal);
    },
    contributions: async (params, signal) => real.contributions(ofPhoto(params), signal),
    step: async (params, signal) => real.step(ofPhoto(params), signal),
    filters: (params, signal) => real.filters({ ...params, model }, signal),
    filter: (params, signal) => real.filter({ ...params, model }, signal),
    async *dead({ over }, signal) {
      if (over === "running") return;
      const ofFolder = over === "folder" && { folder: "/home/me/holiday", photo: undefined };
      const images = ofFolder ? folder(imageOf()) : [imageOf()];
      for await (const found of real.dead({ model, images }, signal))
        yield found.kind === "report"
          ? { folder: undefined, photo: "cat-chelsea.png", ...ofFolder, when: Date.UTC(2026, 0, 2), ...found }
          : found;
    },
    cancelDead: () => Promise.resolve(),
    keptDead: () => Promise.resolve({ counted: undefined, outdated: false, running: false }),
    deadReport: () => Promise.resolve(),
  };
}

/** The three photos that stand for a folder's. */
const folder = (image: string): readonly string[] =>
  ["cat-chelsea.png", "coffee.png", "rocket.jpg"].map((name) => image.replace(/[^\\/]*$/, name));
