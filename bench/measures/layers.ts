import type { Frame } from "playwright-core";
import { inModelWindow, photos, usePhoto } from "../model-window.ts";
import { mapsDrawn } from "../../test/ui/driver/model.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";

const layers = ["conv1", "pool1", "pool3", "pool5", "conv10"] as const;

export default function switching(): Promise<Table> {
  return inModelWindow(async (workbench, view) => {
    const first: number[] = [];
    const again: number[] = [];
    for (const photo of [...photos].reverse()) {
      await usePhoto(workbench, photo);
      await workbench.page.waitForTimeout(500); // until the page has heard of it
      await mapsDrawn(view);
      for (const times of [first, again]) for (const layer of layers) times.push(await switched(view, layer));
    }
    return {
      title: "Switching layers in the model editor, in VS Code: from the click to the new maps",
      columns: ["layer", "click to maps"],
      rows: [
        ["for the first time on this photo", spread(first)],
        ["again", spread(again)],
      ],
      notes: [
        "Wanted: 100 ms. SqueezeNet 1.1, of conv1 (64 × 111 × 111) to conv10 (1000 × 13 × 13), in VS Code's server build, in Chromium without a graphics card. The clock is the page's: it ends with the frame that has other pixels in the grid and no question open.",
      ],
    };
  });
}

/** Clicks a box of the graph; how long until its layer's maps are drawn. */
async function switched(view: Frame, layer: string): Promise<number> {
  const time = await view.evaluate<number>(untilDrawn(layer));
  await view.page().waitForTimeout(400); // what follows upon it, in the tree and elsewhere, is over
  return time;
}

/** Runs in the editor's page, and looks once a frame at a corner of the grid. */
const untilDrawn = (layer: string): string => `new Promise((resolve, reject) => {
  const corner = () => {
    const canvas = document.querySelector("canvas.map-tiles");
    return canvas ? String(canvas.getContext("2d").getImageData(0, 0, 64, 64).data) : "";
  };
  const before = corner();
  const start = performance.now();
  document.querySelector('#graph-tree [data-key="${layer}"]').click();
  const look = () => {
    const done = document.querySelector(".layer-side h2").textContent === "${layer}" &&
      document.querySelector(".features").dataset.outdated === "false" && corner() !== before;
    if (done) resolve(performance.now() - start);
    else if (performance.now() - start > 20000) reject(new Error("${layer} was not drawn within 20 s."));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;
