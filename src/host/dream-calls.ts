import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { dreamPanel, StageSettings } from "../shared/dream-panel.ts";
import type { Handlers } from "../shared/rpc.ts";
import { startOf } from "../shared/dream-pictures.ts";
import type { Frame } from "../shared/synthesis.ts";
import { browsePath } from "./browse-path.ts";
import type { Named } from "./dream-file-name.ts";
import { shownBy } from "./dream-asked.ts";
import { recipeOf, type Kept } from "./dream-film.ts";
import type { Dreaming, DreamPanel } from "./dream-panel.ts";
import { explainBoth } from "./dream-explained.ts";
import type { Shows } from "./follow-front.ts";
import { recipeFor, recipeIn } from "./dream-recipes.ts";
import * as requests from "./dream-requests.ts";
import { saveFilm, saveFrames, savePicture } from "./dream-saving.ts";
import { alone } from "./dream-stages.ts";
import { rewound } from "./dream-watch.ts";
import { panelCalls } from "./panel-calls.ts";
import { browsePhoto, browseRecipe, photoPath } from "./photos.ts";
import { browseRequest, pathRequest, Refused } from "./requests.ts";
import { ownOrigin, saveFolder } from "./save-folder.ts";
import type { Said } from "./saving.ts";

/** What is said of a picture that becomes the current photo, and what it is good for then. It is dreamt on as it was made. */
const asCurrent = (by: Omit<Shows, "image">): Said => ({
  remark: "It is the current photo now.",
  ways: {
    "Dream on It": (place) => vscode.commands.executeCommand("glassbox.deepDream", place, by),
    "Explain It": "glassbox.explain",
  },
  canOpen: false, // both show it
});

/** What the page of one Dream panel may ask for, answered. */
export function callsOf(panel: DreamPanel, dreaming: Dreaming): Handlers<typeof dreamPanel> {
  const { services, current, photos, techniques } = dreaming;
  const { engine, models, extension } = services;
  const frameOf = (params: unknown): Kept => {
    const found = panel.run.film.get(requests.frameRequest(params).frame);
    if (!found) throw new Refused("This frame is no longer kept: choose another.");
    return found;
  };
  const lineOf = (params: unknown) => panel.run.film.line(frameOf(params).id);
  /** What the frame was made with: other things may be chosen by now. */
  const settingsOf = (kept: Kept): StageSettings => kept.settings ?? alone(panel.settings);
  /** What new files are called after: the choices that were left to the technique are made there. */
  const madeOf = (kept: Kept): Named => recipeOf(kept) ?? settingsOf(kept);
  /** Its network, and the layer that it looked at there; a recipe may be of another network than the one that is here. */
  const madeBy = async (kept: Kept): Promise<Omit<Shows, "image">> => {
    const { image: _, ...settings } = settingsOf(kept);
    const { technique, model, layer } = madeOf(kept);
    const card = (await techniques()).find(({ id }) => id === technique);
    return shownBy(settings, card, model === basename(settings.model) ? layer : undefined);
  };
  /** New files are suggested beside the photo that it was made of, where that is a person's own. */
  const folderOf = (kept: Kept) => {
    const { model, image, parameters } = settingsOf(kept);
    // What another technique starts from may still be chosen.
    const photo = madeOf(kept).image === undefined ? startOf(parameters) : image;
    return saveFolder(ownOrigin(photo, extension.fsPath), vscode.workspace.workspaceFolders, model);
  };
  const save = async (kept: Kept, frame: Pick<Frame, "picture" | "sheet"> = kept.frame, said?: Said) => {
    const saved = await savePicture(engine, frame, recipeFor(kept), folderOf(kept), said);
    if (saved === undefined) return undefined;
    panel.savedFrame = kept.id;
    photos.add(saved);
    return saved;
  };
  return {
    techniques,
    subject: async (_, signal) => panel.subject(signal),
    models: () => models.list(),
    photos: (_, signal) => photos.listen(signal),
    async usePhoto(params) {
      const { path } = requests.usePhotoRequest(params);
      if (path !== undefined && !(await photos.all()).some((offered) => offered.path === path))
        throw new Refused("This photo is not among those on offer.");
      const uri = path === undefined ? await browsePhoto() : undefined;
      const image = path ?? (uri && photoPath(uri));
      if (image === undefined) return false;
      panel.choose({ ...alone(panel.settings), image });
      return true;
    },
    async chooseModel(params) {
      const { path } = pathRequest(params);
      if (!(await models.list()).some((model) => model.path === path))
        throw new Refused(`${basename(path)} is not among the models on offer.`);
      models.refuseUntrusted(path);
      await models.remember(path);
      // Layers and channels are the other network's own, and so is a recipe's way to prepare photos.
      const { technique, model, image, target, parameters, seed } = panel.settings;
      if (path === model) return;
      panel.change({
        technique,
        model: path,
        ...(image !== undefined && { image }),
        ...(target !== undefined && { target }),
        parameters,
        seed,
      });
    },
    browseModel: () => models.browse(),
    browse: (params) => browsePath(browseRequest(params).kind),

    watch: (_, signal) => panel.run.watch(signal),
    async change(params) {
      const { model, image, preparation } = panel.settings;
      const asked = requests.changeRequest(params);
      const kept = { model, ...(image !== undefined && { image }), ...(preparation && { preparation }) };
      return Promise.resolve(panel.choose({ ...asked, ...kept }));
    },
    begin: async () => Promise.resolve(panel.run.begin()),
    pause: async () => Promise.resolve(panel.run.pause()),
    stop: async () => Promise.resolve(panel.run.stop()),
    resume: async (params) => Promise.resolve(panel.run.resume(requests.fromRequest(params).frame)),
    step: async (params) => Promise.resolve(panel.run.resume(requests.fromRequest(params).frame, "one step")),
    async frame(params) {
      const kept = frameOf(params);
      panel.run.film.look(kept.id);
      return Promise.resolve(rewound(kept));
    },
    async explained(params, signal) {
      const kept = frameOf(params);
      const settings = settingsOf(kept);
      const card = (await techniques()).find(({ id }) => id === settings.technique);
      const recipe = recipeFor(kept);
      return explainBoth(kept, recipe, settings, card, services, dreaming.store.folder, signal);
    },
    async visualizeChannel(params) {
      const { frame, channel } = requests.channelRequest(params);
      const kept = frameOf({ frame });
      const { model } = settingsOf(kept);
      const { layer } = recipeFor(kept);
      if (layer === undefined) throw new Refused("This picture was made without a layer: it shows no channels.");
      await vscode.commands.executeCommand("glassbox.visualizeChannel", { model, layer, channel });
    },
    ...dreaming.fires.calls(() => panel.settings.model),

    savePicture: async (params) => (await save(frameOf(params))) !== undefined,
    async saveFilm(params) {
      const { kind, framesPerSecond } = requests.filmRequest(params);
      const kept = frameOf(params);
      return saveFilm(engine, lineOf(params), kind, framesPerSecond, madeOf(kept), folderOf(kept));
    },
    async saveFrames(params, signal) {
      const kept = frameOf(params);
      return saveFrames(engine, lineOf(params), recipeFor, madeOf(kept), folderOf(kept), signal);
    },
    async useAsPhoto(params) {
      const kept = frameOf(params);
      const { picture } = kept.frame; // a photo has no names in it
      const saved = await save(kept, { picture }, asCurrent(await madeBy(kept)));
      if (saved === undefined) return false;
      await current.usePhoto(saved);
      return true;
    },
    async openRecipe() {
      const uri = await browseRecipe();
      if (!uri) return;
      const file = photoPath(uri);
      panel.open(await recipeIn(file, dirname(file), panel.settings, dreaming));
    },
    openedRecipes: (_, signal) => panel.recipes.listen(signal),

    ...panelCalls(panel.news),
  };
}
