import { join } from "node:path";
import * as vscode from "vscode";
import { asText } from "./as-text.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import type { DreamPanels } from "./dream-panels.ts";
import { showJobs } from "./jobs.ts";
import { showFailure } from "./messages.ts";
import { pickModel } from "./model-picker.ts";
import { photoPath, photosGiven, pickPhoto } from "./photos.ts";
import { photosAmong } from "./selection.ts";
import type { Services } from "./services.ts";
import type { Command } from "./model-commands.ts";

/** More panels than this are opened only when the person says so. */
const manyPanels = 12;

/** Registers every command of the manifest. What goes wrong in one is told to the person. */
export function registerCommands(
  services: Services,
  panels: ExplainPanels,
  dreams: DreamPanels,
  more: Readonly<Record<string, Command>>,
): vscode.Disposable {
  const { engine, extension, log, models } = services;

  const explain = async (selection: readonly vscode.Uri[], model?: string) => {
    const { photos, leftOut } = photosAmong(selection, ({ path }) => path);
    const paths = photos.map(photoPath);
    if (leftOut !== undefined) void vscode.window.showInformationMessage(asText(leftOut));
    if (paths.length > manyPanels && !(await agreed(paths.length))) return;
    const kept = paths.length > 1;
    for (const [i, path] of paths.entries()) panels.show(path, model, { covered: i < paths.length - 1, kept });
  };
  const photosAsked = async (first: unknown, second: unknown) => {
    const given = photosGiven(first, second);
    if (given.length) return given;
    const picked = await pickPhoto();
    return picked ? [picked] : [];
  };

  const commands: Readonly<Record<string, Command>> = {
    ...more,

    explain: async (first, second) => explain(await photosAsked(first, second)),

    async explainWith(first, second) {
      const given = first instanceof vscode.Uri && isModel(first) ? await models.add(first) : undefined;
      const model = given ?? (await pickModel(models, undefined, "Explain with which model?"));
      if (model === undefined) return;
      models.refuseUntrusted(model);
      await explain(
        await (given === undefined ? photosAsked(first, second) : photosAsked(undefined, undefined)),
        model,
      );
    },

    async chooseModel() {
      const panel = panels.active;
      const now = panel ? (await panel.state()).model : await models.byDefault();
      const model = await pickModel(models, now, "Use which model for photos?");
      if (model === undefined) return;
      await models.remember(model);
      panel?.keep();
      await panel?.useModel(model);
    },

    keepPanel: () => panels.active?.keep(),

    restartEngine() {
      engine.supervisor.restart();
      void vscode.window.setStatusBarMessage("Glassbox: the engine was restarted.", 4000);
    },

    showLog: () => log.show(),
    showJobs: () => showJobs(engine, dreams),

    openSample: () => panels.show(join(extension.fsPath, "samples", "cat-chelsea.png"), models.builtIn),

    getStarted: () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", "glassbox.glassbox#getStarted", false),
  };

  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`glassbox.${name}`, async (...given: readonly unknown[]) => {
        try {
          await command(...given);
        } catch (error) {
          log.warn(`${name}: ${String(error)}`);
          void showFailure(error);
        }
      }),
    ),
  );
}

const isModel = (uri: vscode.Uri) => /\.onnx$/i.test(uri.path);

async function agreed(count: number): Promise<boolean> {
  const yes = `Open ${count} Panels`;
  const said = await vscode.window.showWarningMessage(
    `Explain ${count} photos, each in a panel of its own?`,
    { modal: true },
    yes,
  );
  return said === yes;
}
