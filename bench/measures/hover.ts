import { line, pane, pointAway, showGlassbox } from "../../test/ui/driver/sidebar.ts";
import type { Workbench } from "../../test/ui/driver/workbench.ts";
import { inModelWindow, photos, usePhoto } from "../model-window.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";

/** Of the tree, as it stands open: those that need no scrolling. */
const layers = ["conv1", "pool1", "squeeze1x1", "concat", "pool3"] as const;

/** Milliseconds after which the tree is drawn anew for another photo, which closes hovers. */
const redrawn = 1500;

export default function hover(): Promise<Table> {
  return inModelWindow(async (workbench) => {
    await showGlassbox(workbench);
    await line(workbench, "Layers", layers[0]).waitFor();
    const cold: number[] = [];
    const warm: number[] = [];
    for (const photo of [...photos].reverse()) {
      await usePhoto(workbench, photo);
      await pane(workbench, "Current Photo").getByText(photo).waitFor();
      await workbench.page.waitForTimeout(redrawn);
      const [first, ...others] = layers;
      cold.push(await hovered(workbench, first));
      for (const name of others) warm.push(await hovered(workbench, name));
    }
    return {
      title: "A layer's hover, in VS Code: from the pointer on its line to the picture",
      columns: ["hover", "pointer to what is drawn"],
      rows: [
        ["the first layer after the photo was changed", spread(cold)],
        ["another layer on the same photo (warm)", spread(warm)],
      ],
      notes: [
        "SqueezeNet 1.1 in VS Code's server build, in Chromium without a graphics card. VS Code's own wait before a hover (`workbench.hover.delay`, 500 ms unless it is changed) is set to 0 and so is not in it; what it takes to ask for a tooltip and to draw it is.",
      ],
    };
  });
}

/** VS Code drops a hover whose line is drawn anew meanwhile: then the pointer comes once more. */
const tries = 3;

/** Points at a line; how long until the picture in its hover is there in full. */
async function hovered(workbench: Workbench, name: string): Promise<number> {
  for (let i = 0; i < tries; i++) {
    await pointAway(workbench);
    const shown = workbench.page.evaluate<number | null>(untilShown);
    await line(workbench, "Layers", name).hover();
    const milliseconds = await shown;
    if (milliseconds !== null) return milliseconds;
  }
  throw new Error(`There was no picture in the hover of ${name}, ${tries} times.`);
}

/** Runs in VS Code's window, and looks once a frame; null where no picture comes. */
const untilShown = `new Promise((resolve) => {
  let arrived;
  const arrive = () => { arrived ??= performance.now(); };
  addEventListener("mousemove", arrive, true);
  const late = performance.now() + 5000;
  const look = () => {
    const drawn = [...document.querySelectorAll(".monaco-hover img")].some(
      (image) => image.offsetParent !== null && image.complete && image.naturalWidth > 0);
    if (!drawn && performance.now() < late) return requestAnimationFrame(look);
    removeEventListener("mousemove", arrive, true);
    resolve(drawn && arrived !== undefined ? performance.now() - arrived : null);
  };
  requestAnimationFrame(look);
})`;
