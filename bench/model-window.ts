import type { Frame } from "playwright-core";
import { oldest } from "../scripts/vscode-server.mjs";
import { mapsDrawn, openModel } from "../test/ui/driver/model.ts";
import type { Workbench } from "../test/ui/driver/workbench.ts";
import { inWindow } from "./windows.ts";

export const photos = ["cat-chelsea.png", "coffee.png"] as const;
const model = "squeezenet1.1.onnx";
/** Milliseconds after which a VS Code that was just opened has done what it does of its own accord. */
const settling = 3000;

/** Has something measured in a VS Code of its own, in which a model is open and seen through the first photo. */
export const inModelWindow = <T>(measure: (workbench: Workbench, view: Frame) => Promise<T>): Promise<T> =>
  inWindow(
    {
      version: oldest,
      files: [...photos, model, model.replace(/onnx$/, "glassbox.json"), "imagenet-labels.txt"],
      settings: { "workbench.hover.delay": 0 },
    },
    async (workbench) => {
      const view = await openModel(workbench, model);
      await usePhoto(workbench, photos[0]);
      await mapsDrawn(view);
      await workbench.page.waitForTimeout(settling);
      return measure(workbench, view);
    },
  );

export async function usePhoto(workbench: Workbench, name: string): Promise<void> {
  await workbench.command("Glassbox: Choose Photo…");
  await workbench.choose(name);
}
