import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { modelPanel, PhotoSlot } from "../shared/model-panel.ts";
import { encodeNpy } from "../shared/npy.ts";
import type { Handlers } from "../shared/rpc.ts";
import { askForFolder, countFolder, deadOnPhoto, showDeadReport } from "./dead.ts";
import { explainWithLayer } from "./explain-with-layer.ts";
import { isEditedInFront } from "./front.ts";
import type { Inside } from "./inside.ts";
import { healthOf } from "./layer-health.ts";
import * as requests from "./model-requests.ts";
import type { ModelPanel } from "./model-panel.ts";
import { offeredPhotos } from "./offered-photos.ts";
import { panelCalls } from "./panel-calls.ts";
import { browsePhoto, photoPath } from "./photos.ts";
import { pictureRequest, Refused, textRequest } from "./requests.ts";
import { folderFor, saveFile } from "./saving.ts";

/** What the page of one model editor may ask for, answered. */
export function callsOf(panel: ModelPanel, inside: Inside): Handlers<typeof modelPanel> {
  const { services, current, dead, facts, health } = inside;
  const { engine, models, extension } = services;
  const { document } = panel;
  const model = document.path;
  const save = (name: string, bytes: Uint8Array, kind: string) =>
    saveFile(folderFor(document.uri.scheme === "file" ? model : undefined, document.uri.fsPath), name, bytes, kind);
  /** The request with the model and the photo in it, in place of the photo's slot. */
  const about = <R extends { readonly photo?: PhotoSlot }>({ photo, ...request }: R) => ({
    ...request,
    ...panel.asked(photo),
  });
  const reveal = () => panel.panel.reveal(panel.panel.viewColumn); // without it another editor would open in the group in front
  return {
    async subject() {
      return Promise.resolve({ name: document.name, path: document.place, trusted: models.mayRun(model) });
    },
    structure: (_, signal) => engine.client.structure({ model }, signal),
    card: async () => (await facts.of(model)).card,
    anatomy: (_, signal) => engine.client.anatomy({ model }, signal),
    chosenPhoto: () => Promise.resolve(panel.chosenPhoto),
    photo: async (params, signal) => panel.photo(requests.slotRequest(params).photo, signal),
    photos: () => offeredPhotos(extension),
    async usePhoto(params) {
      const { photo, path } = requests.usePhotoRequest(params);
      if (path !== undefined && !(await offeredPhotos(extension)).some((offered) => offered.path === path))
        throw new Refused("This photo is not among those on offer.");
      const uri = path === undefined ? await browsePhoto() : undefined;
      const chosen = path ?? (uri && photoPath(uri));
      if (chosen === undefined) return false;
      await panel.usePhoto(photo, chosen);
      return true;
    },
    stepPhoto: async (params) => current.stepPhoto(requests.stepPhotoRequest(params).by),

    node: async (params, signal) => engine.client.node({ model, ...requests.nodeRequest(params) }, signal),
    weight: async (params, signal) => engine.client.weight({ model, ...requests.weightRequest(params) }, signal),
    weightTable: async (params, signal) =>
      engine.client.weightTable({ model, ...requests.weightTableRequest(params) }, signal),
    async features(params, signal) {
      const request = requests.featuresRequest(params);
      const { round } = health;
      const maps = await engine.client.features(about(request), signal);
      if (isAsItIs(request)) health.learn(round, model, maps.layer, healthOf(maps));
      return maps;
    },
    seen: async (params, signal) => engine.client.seen(about(requests.paintedRequest(params)), signal),
    predictPainted: async (params, signal) =>
      engine.client.predictPainted(about(requests.paintedRequest(params)), signal),
    async *overview(params, signal) {
      const request = requests.paintedRequest(params);
      const { round } = health;
      const asItIs = isAsItIs(request);
      for await (const found of engine.job("overview", about(request), signal, { reveal })) {
        if (asItIs && found.kind === "layer" && found.overview.trouble === undefined)
          health.learn(round, model, found.overview.layer, found.overview);
        yield found;
      }
    },
    fieldOf: async (params, signal) => engine.client.fieldOf(about(requests.placeRequest(params)), signal),
    seenBy: async (params, signal) => engine.client.seenBy(about(requests.pixelRequest(params)), signal),
    unit: async (params, signal) => engine.client.unit(about(requests.unitRequest(params)), signal),
    async *unitMaps(params, signal) {
      yield* engine.job("unitMaps", about(requests.unitRequest(params)), signal, { reveal });
    },
    contributions: async (params, signal) => engine.client.contributions(about(requests.unitRequest(params)), signal),
    step: async (params, signal) => engine.client.step(about(requests.stepRequest(params)), signal),
    // A kernel may be the result of a computation: then showing it runs a part of the network.
    async filters(params, signal) {
      return engine.client.filters({ ...panel.askedOfModel(), ...requests.layerRequest(params) }, signal);
    },
    async filter(params, signal) {
      models.refuseUntrusted(model);
      return engine.client.filter({ model, ...requests.filterRequest(params) }, signal);
    },
    async *dead(params, signal) {
      const { over } = requests.deadRequest(params);
      if (over === "photo") return yield* deadOnPhoto(model, inside, signal);
      const folder = over === "folder" ? await askForFolder() : undefined;
      if (signal.aborted) return; // the page's button for it was pressed while the dialog was open
      const count = folder === undefined ? dead.running(model) : countFolder(model, folder, inside);
      if (count) yield* count.listen(signal);
    },
    async cancelDead() {
      dead.cancel(model);
      return Promise.resolve();
    },
    async keptDead() {
      const kept = await dead.kept(model);
      return { counted: kept?.counted, outdated: kept?.outdated ?? false, running: dead.running(model) !== undefined };
    },
    deadReport: async (params) => showDeadReport(model, requests.deadReportRequest(params).over, inside),

    ...inside.fires.calls(() => model),
    useExample: async (params) => inside.fires.use(model, params),

    compared: (_, signal) => panel.compared.listen(signal),
    layoutWorker: () => readFile(join(extension.fsPath, "dist", "webview", "layout-worker.js"), "utf8"),
    explainWith: async (params) => explainWithLayer({ model, ...requests.layerRequest(params) }, inside),
    async checkPreparation() {
      await inside.explain.showSeenBy(model, panel.asked().image);
    },
    async visualizeChannel(params) {
      await vscode.commands.executeCommand("glassbox.visualizeChannel", { model, ...requests.filterRequest(params) });
    },
    async looksAt(params) {
      const { layer } = requests.looksAtRequest(params);
      if (layer !== undefined && isEditedInFront(document.uri)) current.useModel(model);
      current.lookAt(layer === undefined ? undefined : { model, layer });
      return Promise.resolve();
    },
    async stands(params) {
      panel.standing = requests.standsRequest(params);
      return Promise.resolve();
    },
    reveal: (_, signal) => panel.reveals.listen(signal),
    async savePicture(params) {
      const { name, bytes, kind } = pictureRequest(params);
      return save(name, bytes, kind);
    },
    async saveWeight(params, signal) {
      const { name, weight } = requests.saveWeightRequest(params);
      return save(name, encodeNpy(await engine.client.weightValues({ model, weight }, signal)), "npy");
    },
    async saveActivation(params, signal) {
      const { name, ...request } = requests.saveActivationRequest(params);
      return save(name, encodeNpy(await engine.client.activation(about(request), signal)), "npy");
    },
    async saveText(params) {
      const { name, text, kind } = requests.saveTextRequest(params);
      return save(name, new TextEncoder().encode(text), kind);
    },
    async copyText(params) {
      await vscode.env.clipboard.writeText(textRequest(params).text);
    },
    ...panelCalls(panel.news),
  };
}

/** Whether it is asked of the current photo, and no brush was over it: what the badges in the tree speak of. */
const isAsItIs = ({ photo, strokes }: { readonly photo?: PhotoSlot; readonly strokes?: readonly unknown[] }) =>
  photo !== "other" && !strokes?.length;
