import { line, pane, pointAway, showGlassbox } from "../../test/ui/driver/sidebar.ts";
import type { Workbench } from "../../test/ui/driver/workbench.ts";
import { inModelWindow, photos, usePhoto } from "../model-window.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";

const layers = ["conv1", "pool1", "pool3", "pool5", "conv10"] as const;
const modules = ["fire2", "fire3", "fire4", "fire5", "fire6"] as const;

export default function hover(): Promise<Table> {
  return inModelWindow(async (workbench) => {
    await showGlassbox(workbench);
    await line(workbench, "Layers", layers[0]).waitFor();
    const plain: number[] = [];
    const cold: number[] = [];
    const warm: number[] = [];
    for (const name of modules) plain.push(await hovered(workbench, `${name}, module`, "hover"));
    for (const photo of [...photos].reverse()) {
      await usePhoto(workbench, photo);
      await pane(workbench, "Current Photo").getByText(photo).waitFor();
      const [first, ...others] = layers;
      cold.push(await hovered(workbench, first, "picture"));
      for (const name of others) warm.push(await hovered(workbench, name, "picture"));
    }
    return {
      title: "A layer's hover, in VS Code: from the pointer on its line to the picture",
      columns: ["hover", "pointer to what is drawn"],
      rows: [
        ["a line with fixed text: VS Code's own delay", spread(plain)],
        ["a layer, just after the photo was changed", spread(cold)],
        ["another layer on the same photo (warm)", spread(warm)],
      ],
      notes: [
        "SqueezeNet 1.1 in VS Code's server build, in Chromium without a graphics card. VS Code waits 500 ms before it shows a hover in a tree, and as long again where it has to ask for it first: only what is beyond the first line is Glassbox's and VS Code's work.",
      ],
    };
  });
}

/** Points at a line; how long until its hover, or the picture in it, is there in full. */
async function hovered(workbench: Workbench, name: string, what: "hover" | "picture"): Promise<number> {
  await pointAway(workbench);
  const shown = workbench.page.evaluate<number>(untilShown(what === "picture" ? " img" : ""));
  await line(workbench, "Layers", name).hover();
  return shown;
}

/** Runs in VS Code's window, and looks once a frame. */
const untilShown = (part: string): string => `new Promise((resolve, reject) => {
  let arrived;
  const arrive = () => { arrived ??= performance.now(); };
  addEventListener("mousemove", arrive, true);
  const late = performance.now() + 20000;
  const look = () => {
    const found = [...document.querySelectorAll(".monaco-hover:not(.hidden)${part}")].some((element) =>
      element.offsetParent !== null && (element.naturalWidth === undefined || (element.complete && element.naturalWidth > 0)));
    if (!found && performance.now() < late) return requestAnimationFrame(look);
    removeEventListener("mousemove", arrive, true);
    if (found && arrived !== undefined) resolve(performance.now() - arrived);
    else reject(new Error("There was no hover within 20 s."));
  };
  requestAnimationFrame(look);
})`;
