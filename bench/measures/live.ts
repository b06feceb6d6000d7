import type { Frame } from "playwright-core";
import { large, mapsDrawn, chooseLayer, within } from "../../test/ui/driver/model.ts";
import type { Workbench } from "../../test/ui/driver/workbench.ts";
import { inModelWindow } from "../model-window.ts";
import { percentile, short, spread, type Samples } from "../samples.ts";
import type { Table } from "../table.ts";

const layers = ["conv1", "pool3", "conv10"] as const;
const moves = 80;
const painting = { seconds: 6, between: 12 };

export default function live(): Promise<Table> {
  return inModelWindow(async (workbench, view) => {
    const rows: string[][] = [];
    await view.evaluate(listening);
    for (const layer of layers) {
      await chooseLayer(view, layer);
      await mapsDrawn(view);
      const { work, whole } = await pointed(workbench, view);
      rows.push([`large view, ${layer}: the page's work`, spread(work), short(percentile(work, 95))]);
      rows.push([`large view, ${layer}: pointer to drawn`, spread(whole), short(percentile(whole, 95))]);
    }
    for (const layer of ["conv1", "conv10"]) {
      await chooseLayer(view, layer);
      await mapsDrawn(view);
      const { maps, predictions, seconds } = await brushed(workbench, view);
      const rate = (count: number) => `${(count / seconds).toFixed(1)} a second`;
      rows.push([`brush, ${layer}: maps that follow it`, rate(maps), ""]);
      rows.push([`brush, ${layer}: predictions that follow it`, rate(predictions), ""]);
    }
    return {
      title: "Feature maps under the pointer and under the brush, in VS Code",
      columns: ["what", "median (least–greatest)", "95th percentile"],
      rows,
      notes: [
        "Wanted: 16 ms for the large view at the 95th percentile, and 10 changes by the brush a second. SqueezeNet 1.1 in VS Code's server build, in Chromium without a graphics card.",
        "Large view: the pointer goes to another tile of the grid, whose maps are at hand. The page's work begins when Chromium hands it the move and ends when the channel is drawn in large; pointer to drawn has in it the way to the page and the wait for the frame with which Chromium hands over moves, on average half of 16.7 ms.",
        `Brush: one stroke of ${painting.seconds} s that never rests. A change is counted when the maps in sight have other pixels, or the prediction other words: page, host, engine and back.`,
      ],
    };
  });
}

interface Drawn {
  /** Milliseconds since the page was told of the move, and since the pointer moved. */
  readonly work: number;
  readonly whole: number;
}

/** Moves the pointer itself from tile to tile, at moments that have nothing to do with the frames. */
async function pointed({ page }: Workbench, view: Frame): Promise<{ readonly work: Samples; readonly whole: Samples }> {
  const grid = await view.locator(".map-scroller").boundingBox();
  if (!grid) throw new Error("The grid is not on screen.");
  for (let i = 0; i < 2 * moves; i++) {
    await page.waitForTimeout(20 + 40 * Math.random());
    await page.mouse.move(grid.x + 10 + ((i * 97) % (grid.width - 30)), grid.y + 10 + ((i * 61) % (grid.height - 30)));
  }
  const drawn = await view.evaluate<readonly Drawn[]>("pointed.splice(0)");
  if (drawn.length < moves) throw new Error("The large view did not follow the pointer.");
  return { work: drawn.map(({ work }) => work), whole: drawn.map(({ whole }) => whole) };
}

/**
 * Runs in the editor's page. A move of the pointer reaches a page with a frame of its own, before what is drawn in it: so the
 * frame asked for behind the page's own listeners ends when the channel is drawn, and is the same one.
 */
const listening = `(() => {
  const caption = document.querySelector(".stage figcaption");
  const pointed = (window.pointed = []);
  let before, began;
  const first = () => ([before, began] = [caption.textContent, performance.now()]);
  const last = ({ timeStamp }) => {
    const [then, start] = [before, began];
    requestAnimationFrame(() => {
      const end = performance.now();
      if (caption.textContent === then) return; // the same tile, or the gap between two
      pointed.push({ work: end - start, whole: end - timeStamp });
    });
  };
  window.addEventListener("pointermove", first, true);
  window.addEventListener("pointermove", last);
})()`;

interface Followed {
  readonly maps: number;
  readonly predictions: number;
  readonly seconds: number;
}

/** Paints without a rest, and counts what follows. */
async function brushed({ page }: Workbench, view: Frame): Promise<Followed> {
  const brush = view.getByRole("button", { name: "Brush", exact: true });
  await brush.click();
  await view.locator(".brush-bar").getByRole("button", { name: "Grey", exact: true }).click();
  await mapsDrawn(view);
  const photo = large(view).nth(1);
  const frame = await photo.boundingBox();
  if (!frame) throw new Error("The photo is not on screen.");
  const at = async (share: number) => {
    // A spiral: every point is somewhere new.
    const turn = 12 * Math.PI * share;
    const { x, y } = await within(photo, 0.5 + 0.42 * share * Math.sin(turn), 0.5 + 0.42 * share * Math.cos(turn));
    await page.mouse.move(frame.x + x, frame.y + y);
  };
  await at(0);
  await page.mouse.down();
  const counted = view.evaluate<Followed>(following);
  const end = performance.now() + 1000 * painting.seconds;
  for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
    await at(1 - left / (1000 * painting.seconds));
    await page.waitForTimeout(painting.between);
  }
  const followed = await counted;
  await page.mouse.up();
  await view.getByRole("button", { name: "Undo the last stroke" }).click();
  await brush.click();
  await mapsDrawn(view);
  return followed;
}

/** Runs in the editor's page, and looks once a frame at every seventh pixel, which is enough to tell. */
const following = `new Promise((resolve) => {
  const canvas = document.querySelector(".map-scroller canvas");
  const pixels = () => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 28) sum = (31 * sum + data[i] + 7 * data[i + 1]) | 0;
    return sum;
  };
  const words = () => document.querySelector(".prediction-change")?.textContent ?? "";
  const start = performance.now();
  let [map, prediction] = [pixels(), words()];
  let maps = 0, predictions = 0;
  const look = () => {
    const now = [pixels(), words()];
    if (now[0] !== map) maps++;
    if (now[1] !== prediction) predictions++;
    [map, prediction] = now;
    const seconds = (performance.now() - start) / 1000;
    if (seconds < ${painting.seconds - 0.5}) requestAnimationFrame(look);
    else resolve({ maps, predictions, seconds });
  };
  requestAnimationFrame(look);
})`;
