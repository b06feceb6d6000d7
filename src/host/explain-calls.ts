import { basename } from "node:path";
import * as vscode from "vscode";
import { encodeNpy } from "../shared/npy.ts";
import { givesPath } from "../shared/parameters.ts";
import type { explain, Subject } from "../shared/protocol.ts";
import { failureOf, type Handlers } from "../shared/rpc.ts";
import type { ExplainPanel } from "./explain-panel.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import { browsePath } from "./browse-path.ts";
import { panelCalls } from "./panel-calls.ts";
import { photoPath, pickPhoto } from "./photos.ts";
import { sayKept, showSidecar } from "./preparation.ts";
import { layerRequest } from "./model-requests.ts";
import * as requests from "./requests.ts";
import { ownOrigin } from "./save-folder.ts";
import { folderFor, saveFile } from "./saving.ts";
import type { Services } from "./services.ts";

export type SubjectView = Awaited<ReturnType<Handlers<typeof explain>["subject"]>>;

/** What the page of one panel may ask for, answered. */
export function callsOf(
  panel: ExplainPanel,
  { engine, models, preparations, extension }: Services,
  panels: ExplainPanels,
): Handlers<typeof explain> {
  /** Undefined where it fails as it does `before`: the photo is at fault then. */
  async function scoresOf(asked: Subject, before: Subject, signal: AbortSignal) {
    try {
      return (await engine.client.predict(asked, signal)).scores;
    } catch (error) {
      const failure = await engine.client.predict(before, signal).then(() => undefined, failureOf);
      if (failure?.message !== failureOf(error).message) throw error;
      return undefined;
    }
  }
  /** New files are suggested beside the photo, where that is a person's own. */
  const save = async (name: string, bytes: Uint8Array, kind: string) => {
    const { image, model } = await panel.state();
    return saveFile(folderFor(ownOrigin(image, extension.fsPath), model), name, bytes, kind);
  };
  return {
    panel: (_, signal) => panel.states(signal),
    keepPanel() {
      panel.keep();
      return Promise.resolve();
    },
    async subject() {
      const [seen, choices] = await Promise.all([panel.seen(), models.list()]);
      return { ...seen, models: choices, trusted: vscode.workspace.isTrusted };
    },
    glimpse: () => panel.glimpse(),
    photo: () => panel.exactPhoto(),
    techniques: () => engine.techniques(),
    async *run(params, signal) {
      const request = requests.runRequest(params);
      const { finished } = panel;
      const whileShown = panel.whileShown(signal);
      // Nobody watches another file that a parameter names.
      const holds = async () => {
        const card = (await engine.techniques()).find(({ id }) => id === request.technique);
        return card !== undefined && !givesPath(card.parameters, request.parameters);
      };
      const asked = { ...request, ...(await panel.asked()) };
      const reveal = () => panel.panel.reveal();
      yield* finished.keeping(request, engine.run(asked, whileShown, { reveal }), holds);
    },
    finished: () => Promise.resolve(panel.finished.all),
    async trust(params, signal) {
      const request = requests.trustRequest(params);
      const whileShown = panel.whileShown(signal);
      return engine.client.trust({ ...request, ...(await panel.asked()) }, whileShown);
    },
    async preparations(_, signal) {
      const whileShown = panel.whileShown(signal);
      return engine.client.preparations(await panel.asked(), whileShown);
    },
    async prepare(params, signal) {
      const { preparation, keep } = requests.prepareRequest(params);
      const asked = await panel.asked();
      const { model } = asked;
      // One that the network cannot take, a size above all, would leave every panel of this model with nothing to show.
      const [scores, now] = await Promise.all([
        scoresOf({ ...asked, preparation }, asked, signal),
        panel.seen().catch(() => undefined), // nothing is lost where nothing was seen
      ]);
      const [height, width] = preparation.size;
      if (scores?.length === 0 && now?.prediction.scores.length)
        throw new requests.Refused(`${now.card.title} gives no scores for photos of ${width} × ${height} pixels.`);
      const kept = await preparations.choose(model, preparation, keep);
      if (keep) void sayKept(model, kept);
    },
    async forgetPreparation() {
      await preparations.giveUp((await panel.asked()).model);
    },
    async openSidecar() {
      await showSidecar((await panel.asked()).model);
    },
    models: () => models.list(),
    async chooseModel(params) {
      const { path } = requests.pathRequest(params);
      const offered = (await models.list()).some((model) => model.path === path);
      if (!offered) throw new requests.Refused(`${basename(path)} is not among the models on offer.`);
      models.refuseUntrusted(path);
      panel.keep();
      await models.remember(path);
      await panel.useModel(path);
    },
    browseModel: () => models.browse(),
    browse: (params) => browsePath(requests.browseRequest(params).kind),
    async anotherPhoto() {
      const uri = await pickPhoto();
      if (!uri) return false;
      const photo = photoPath(uri);
      await panels.showInPlaceOf(panel, photo);
      return true;
    },
    async savePicture(params) {
      const { name, bytes, kind } = requests.pictureRequest(params);
      return save(name, bytes, kind);
    },
    async saveRaw(params, signal) {
      const { name, image, ...request } = requests.rawRequest(params);
      if (image !== panel.image)
        throw new requests.Refused(`${panel.photoName} is on its way: save its values when they are shown.`);
      const raw = await engine.client.raw({ ...request, ...(await panel.asked()) }, signal);
      return save(name, encodeNpy(raw), "npy");
    },
    async copyText(params) {
      await vscode.env.clipboard.writeText(requests.textRequest(params).text);
    },
    async openLink(params) {
      const { url } = requests.linkRequest(params);
      const cited = (await engine.techniques()).some(({ citation }) => citation.url === url);
      if (!cited) throw new requests.Refused("Only the papers that techniques cite are opened from here.");
      await vscode.env.openExternal(vscode.Uri.parse(url, true));
    },
    async showLayer(params) {
      const { model } = await panel.asked();
      await vscode.commands.executeCommand("glassbox.revealInGraph", { model, ...layerRequest(params) });
    },
    ...panelCalls(panel.news),
  };
}
