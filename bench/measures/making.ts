import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { root } from "../../scripts/paths.mjs";
import type { Version } from "../../scripts/vscode-server.mjs";
import { phase } from "../../test/ui/driver/dream.ts";
import { until } from "../../test/ui/driver/until.ts";
import type { Workbench } from "../../test/ui/driver/workbench.ts";
import { memoryOf, withEngine } from "../engine.ts";
import { squeezenet } from "../networks/index.ts";
import { short, spread } from "../samples.ts";
import type { Table } from "../table.ts";
import { heldBack, inWindow, ofBothVersions, photos } from "../windows.ts";

const rounds = 3;
/** Large pictures, with how much memory one may take at most in GB, where that is said. */
const large = [
  { width: 4000, height: 3000, wanted: "2" },
  { width: 4619, height: 3464, wanted: "" }, // 16 megapixels
];

/** How soon there is something to see of a dream, and what a large one takes. */
export default async function making(): Promise<Table> {
  const { rows, missing } = await ofBothVersions(async (version) => {
    const frames = await firstFrames(version);
    return [
      [`first frame on screen after the click, VS Code ${version}, ms`, spread(frames.map(({ wait }) => wait)), "1000"],
      ["of it, the new panel's page held back", spread(frames.map(({ held }) => held)), ""],
    ];
  });
  const memory: string[][] = [];
  for (const { wanted, ...size } of large) {
    const [width, height] = [size.width, size.height].map((side) => side.toLocaleString("en"));
    memory.push([`engine's memory at most, ${width} × ${height} dream, GB`, await memoryOfLarge(size), wanted]);
  }
  return {
    title: "Making a picture: the first frame, and the memory of a large one",
    columns: ["what", "measured", "wanted, at most"],
    rows: [...rows, ...memory],
    notes: [
      `First frame: Run DeepDream in a photo's menu, to the first frame in the film strip, in a new panel for each of ${photos.length} photos, ${rounds} times; EfficientNet-Lite0, built in, which has dreamed before.`,
      `Held back: ${heldBack}`,
      "Memory: SqueezeNet 1.1, as the command line sets it, but one step for each of the octaves: more steps hold no more.",
      ...missing,
    ],
  };
}

const entry = "Glassbox: Run DeepDream";

/** Milliseconds to the first frame, and those of them for which the browser held the page back. */
interface First {
  readonly wait: number;
  readonly held: number;
}

const firstFrames = (version: Version): Promise<First[]> =>
  inWindow({ version, inPage: "in-page.mjs" }, async (workbench) => {
    const frames: First[] = [];
    await dreamt(workbench, photos[0]); // warm from here on
    for (let round = 0; round < rounds; round++)
      for (const photo of photos) frames.push(await dreamt(workbench, photo));
    return frames;
  });

/** Closes the panel when the dream is over. */
async function dreamt(workbench: Workbench, photo: string): Promise<First> {
  await workbench.explorerMenu(photo, entry);
  const view = await workbench.frame("dream", 60);
  const moments = "globalThis.glassboxMoments";
  let seen: { readonly frame?: number; readonly held?: number } = {};
  await until("there is a frame", async () => {
    seen = await view.evaluate<typeof seen>(moments);
    return seen.frame !== undefined;
  });
  const { click } = await workbench.page.evaluate<{ readonly click: number }>(moments);
  await phase(view, "finished");
  await workbench.tabs().first().click({ button: "middle" });
  await until("the panel is closed", async () => (await workbench.frames("dream")).length === 0);
  return { wait: (seen.frame ?? NaN) - click, held: seen.held ?? NaN };
}

async function memoryOfLarge(size: { readonly width: number; readonly height: number }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-bench-"));
  try {
    const image = join(folder, "large.png");
    await sharp(join(root, "samples", photos[0]))
      .resize({ ...size, fit: "fill" })
      .png()
      .toFile(image);
    return await withEngine(async (engine) => {
      const parameters = { steps: 1 };
      const dream = { technique: "deep-dream", model: squeezenet.path, image, parameters };
      for await (const update of engine.client.synthesize(dream)) void update;
      const bytes = memoryOf(engine)?.most;
      return bytes === undefined ? "not told by this system" : short(bytes / 1e9);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
