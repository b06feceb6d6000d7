import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { Traced } from "../shared/model-panel.ts";
import { shown } from "../shared/shown.ts";
import { asLabel } from "./as-text.ts";
import { explainWithLayer } from "./explain-with-layer.ts";
import type { Inside } from "./inside.ts";
import { findDead } from "./find-dead.ts";
import { layerMeant } from "./layer-given.ts";
import type { LayersView } from "./layers-view.ts";
import type { LocalCopies } from "./local-copies.ts";
import { showDiff, sidesOf } from "./model-diff.ts";
import { showModel, type ModelEditors } from "./model-editor.ts";
import { filesGiven } from "./model-given.ts";
import { placeOf } from "./models.ts";
import { photoPath, pickPhoto } from "./photos.ts";
import type { Reports } from "./reports.ts";
import { Refused } from "./requests.ts";
import { modelInFront, revisionsInFront, sidesInFront, sidesOfHead } from "./revisions.ts";

export type Command = (...given: readonly unknown[]) => unknown;

export interface ModelParts {
  readonly inside: Inside;
  readonly editors: ModelEditors;
  readonly layers: LayersView;
  readonly copies: LocalCopies;
  readonly reports: Reports;
}

/** The commands about models, layers and the current photo. */
export function modelCommands({
  inside,
  editors,
  layers,
  copies,
  reports,
}: ModelParts): Readonly<Record<string, Command>> {
  const { services, current } = inside;
  const { models, extension } = services;
  const sampleFolder = join(extension.fsPath, "samples");

  const open = async (uri: vscode.Uri) => {
    if (uri.scheme === "file") await models.add(uri);
    await showModel(uri);
  };
  const modelMeant = async (given: unknown, title: string) =>
    filesGiven(given, undefined)[0] ?? modelInFront(editors) ?? (await pick(title));
  const pick = async (title: string, except?: vscode.Uri): Promise<vscode.Uri | undefined> => {
    const offered = (await models.list()).filter(({ path }) => except?.toString() !== vscode.Uri.file(path).toString());
    const choices = offered.map((model) => ({
      label: asLabel(model.title),
      description: placeOf(model),
      path: model.path,
    }));
    const browse = { label: "$(folder-opened) Browse…", description: "", path: undefined };
    const picked = await vscode.window.showQuickPick([...choices, browse], { title, matchOnDescription: true });
    const path = picked === browse ? await models.browse() : picked?.path;
    return path === undefined ? undefined : vscode.Uri.file(path);
  };
  /** Where no dialog was shown, and the view that shows it may be closed. */
  const say = (message: string) => void vscode.window.setStatusBarMessage(`Glassbox: ${message}`, 4000);
  const sayPhoto = () => {
    const { photo } = current;
    say(photo === undefined ? "No photo is looked through." : `${shown(basename(photo))} is the current photo now.`);
  };
  /** A page's own menu names the editor and the box. */
  const trace = (given: unknown, how: Traced["trace"]) => {
    const { graphEditor, graphBox } = Object(given) as Readonly<Record<string, unknown>>; // Object() makes anything safe to ask
    if (typeof graphEditor === "string" && typeof graphBox === "string")
      editors.trace(graphEditor, { box: graphBox, trace: how });
  };
  const compare = async (a: vscode.Uri | undefined, b: vscode.Uri | undefined) => {
    if (a && b) await showDiff(...sidesOf(a, b), services, copies, reports);
  };

  return {
    async openModel(first, second) {
      const given = filesGiven(first, second);
      if (given.length) for (const uri of given) await open(uri);
      else {
        const chosen = await models.browse();
        if (chosen !== undefined) await showModel(vscode.Uri.file(chosen));
      }
    },
    async openSampleModel() {
      await current.offerPhoto(join(sampleFolder, "cat-chelsea.png"));
      await showModel(vscode.Uri.file(models.builtIn));
    },

    async useModel(first) {
      const uri = await modelMeant(first, "Use which model for photos?");
      if (!uri) return;
      const path = await models.add(uri);
      models.refuseUntrusted(path);
      await models.remember(path);
      say(`Photos are seen by ${shown(await models.nameOf(path))} now.`);
    },

    async choosePhoto() {
      const uri = await pickPhoto("See everything through which photo?");
      if (uri) await current.usePhoto(photoPath(uri));
    },
    async useAsCurrentPhoto(first) {
      if (!(first instanceof vscode.Uri)) return;
      await current.usePhoto(photoPath(first));
      sayPhoto();
    },
    useSamplePhoto: () => current.usePhoto(join(sampleFolder, "cat-chelsea.png")),
    nextPhoto: () => current.stepPhoto(1).then(sayPhoto),
    previousPhoto: () => current.stepPhoto(-1).then(sayPhoto),
    clearPhoto: () => current.usePhoto(undefined).then(sayPhoto),

    revealInGraph: (first) => editors.reveal(layerMeant(first, current), first !== undefined),
    async revealInTree(first) {
      const layer = layerMeant(first, current);
      if (!(await layers.reveal(layer, true)))
        throw new Refused(`${basename(layer.model)} has no layer ${layer.layer}.`);
    },
    followOutput: (first) => trace(first, "output"),
    showWay: (first) => trace(first, "way"),
    explainWithLayer: (first) => explainWithLayer(layerMeant(first, current), inside),
    async findWhatFires(first) {
      const layer = layerMeant(first, current);
      const { channel } = Object(first) as { readonly channel?: unknown }; // a unit's menu says which
      await editors.reveal(layer, false, { section: "fires", ...(typeof channel === "number" && { channel }) });
      await inside.fires.find(layer, false);
    },

    async findDeadFilters(first, second) {
      const uri = await modelMeant(first, "Find dead filters of which model?");
      if (uri) await findDead(uri, second instanceof vscode.Uri ? second : undefined, inside, editors);
    },
    async compareModels(first, second) {
      const [a, b] = filesGiven(first, second);
      const one = a ?? (await modelMeant(undefined, "Compare which model?"));
      const other = async (to: vscode.Uri) => pick(`Compare ${await models.nameOf(to.fsPath)} with which model?`, to);
      await compare(one, b ?? (one && (await other(one))));
    },
    async compareShown(first) {
      const uri = await modelMeant(first, "Compare which model?");
      const sides = uri && sidesInFront(uri, editors);
      if (!sides) throw new Refused("There are no two models side by side in front.");
      await showDiff(...sides, services, copies, reports);
    },
    async compareWithHead(first) {
      const uri = await modelMeant(first, "Compare which model with its last commit?");
      if (!uri) return;
      await showDiff(...(revisionsInFront(uri, editors) ?? (await sidesOfHead(uri))), services, copies, reports);
    },
  };
}
