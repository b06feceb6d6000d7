import type { Version } from "../../scripts/vscode-server.mjs";
import { explained, explainedNext, idle, knowsGlassbox, type Moments } from "../explained.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";
import { heldBack, inWindow, ofBothVersions, photos } from "../windows.ts";

const [first, ...others] = photos;
const windows = 2;
const rounds = 3;

/** Milliseconds after which a VS Code that was just opened has done what it does of its own accord. */
const settling = 5000;

export default async function vscode(): Promise<Table> {
  const { rows, missing } = await ofBothVersions(rowsOf);
  return {
    title: "From the click on Explain Prediction to the map's pixels, in VS Code",
    columns: ["VS Code", "state", "click to pixels", "click to the page's first element", "of it, held back"],
    rows,
    notes: [
      "Wanted: cold 1,500 ms, warm 150 ms. VS Code's server build, in Chromium without a graphics card, both on this machine; EfficientNet-Lite0, built in; Grad-CAM.",
      "Warm: another photo in the panel that stands (glassbox.explain.preview, on by default), whose page is alive; when nothing runs, and while the techniques of the photo before are still being computed. A fresh panel: VS Code makes a view and loads its page first.",
      "Pixels: the large map has colours, which the grey photo under it has not.",
      `Held back: ${heldBack}`,
      ...missing,
    ],
  };
}

async function rowsOf(version: Version): Promise<string[][]> {
  const opened: Moments[] = [];
  const restarted: Moments[] = [];
  const fresh: Moments[] = [];
  const next: Moments[] = [];
  const busy: Moments[] = [];
  for (let i = 0; i < windows; i++)
    await inWindow({ version, inPage: "in-page.mjs" }, async (workbench) => {
      await knowsGlassbox(workbench, first);
      opened.push(await explained(workbench, first));
      await workbench.page.waitForTimeout(settling);
      for (let round = 0; round < rounds; round++) {
        for (const photo of others) fresh.push(await explained(workbench, photo));
        for (const photo of others) {
          await idle(workbench);
          next.push(await explainedNext(workbench, photo));
        }
        for (const photo of others) busy.push(await explainedNext(workbench, photo));
        await workbench.command("Glassbox: Restart Engine");
        restarted.push(await explained(workbench, first));
      }
    });
  const row = (state: string, moments: readonly Moments[]) => {
    const loaded = moments.filter(({ page, click }) => page > click);
    return [
      version,
      state,
      spread(moments.map(({ map, click }) => map - click)),
      spread(loaded.map(({ page, click }) => page - click)),
      spread(loaded.map(({ held }) => held)),
    ];
  };
  return [
    row("window just opened, no engine (cold)", opened),
    row("engine restarted (cold)", restarted),
    row("engine running, another photo, fresh panel", fresh),
    row("another photo in the panel that stands (warm)", next),
    row("the same while the one before is computed", busy),
  ];
}
