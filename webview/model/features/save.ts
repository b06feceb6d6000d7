import { iconButton } from "../../shared/controls.ts";
import { h, icon } from "../../shared/dom.ts";
import { menu } from "../../shared/menu.ts";
import { fileNameOf } from "../file-name.ts";
import type { View } from "../view.ts";
import { drawTile } from "./grid-drawing.ts";
import { isNumbers } from "./held.ts";
import type { Held } from "./held.ts";
import { inksOf } from "./inks.ts";
import { boxOf, tilingOf } from "./tiling.ts";
import type { Tiles } from "./tiles.ts";
import { valuesText } from "./values-text.ts";
import type { Work } from "./work.ts";

const more =
  "M3 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M7.5 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M12 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0";
const tile = 96;
/** A canvas cannot be of any size: what is over it is left out, and said. */
const tallest = 16000;

/** What is shown, to take along. */
export function saveMenu(view: View, work: Work, tiles: Tiles): HTMLElement {
  const { session } = view;
  const opener = iconButton("Save and copy", icon(more), () => undefined);
  const { host } = session;
  const nameOf = (held: Held, ...rest: readonly string[]) =>
    fileNameOf(session.photo.value?.name.replace(/\.[^.]*$/, "") ?? "photo", held.layer, ...rest);

  async function savePicture(a: Held): Promise<void> {
    const wanted = await work.complete();
    const [canvas, drawn] = picture(view, work, tiles, work.a ?? a);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("The picture could not be encoded.");
    const bytes = new Uint8Array(await blob.arrayBuffer());
    await host.savePicture({ name: `${nameOf(a)}.png`, bytes, kind: "png" });
    if (drawn < wanted)
      session.say(`The picture has the first ${drawn} of ${wanted} channels: more do not fit into one.`);
  }

  return menu("Save and copy", opener, () => {
    const { a, channel } = work;
    const unavailable = a ? undefined : "There are no maps yet.";
    const plane = a && channel !== undefined ? a.planes.get(channel) : undefined;
    return [
      { text: "Save the grid as PNG…", unavailable, action: () => a && void session.attempt(() => savePicture(a)) },
      {
        text: "Save the layer’s output as .npy…",
        unavailable,
        action: () => {
          if (!a) return;
          const strokes = session.remembered.compare === "brushed" ? [] : work.brush.strokes;
          const request = { layer: a.layer, strokes, name: `${nameOf(a)}.npy` };
          void session.attempt(() => host.saveActivation(request));
        },
      },
      {
        text: `Copy the values of channel ${channel ?? ""}, to 256 steps`,
        unavailable: plane ? undefined : "The channel’s map is not here yet.",
        action: () => {
          if (!a || channel === undefined) return;
          const text = valuesText(a, channel);
          void session.attempt(() => host.copyText({ text }).then(() => session.say("Copied the values.")));
        },
      },
    ];
  });
}

function picture(view: View, work: Work, tiles: Tiles, a: Held): readonly [HTMLCanvasElement, number] {
  const { order, b, difference, signed } = work;
  const [, height, width] = a.arrangement.shape;
  const pair = b && !difference ? 2 : 1;
  const flat = isNumbers(a);
  const across = Math.min(order.length, Math.max(1, Math.ceil(Math.sqrt(order.length / pair)))) * tile * pair;
  const tiling = flat
    ? tilingOf(order.length, 960, 260, { height: 20 })
    : tilingOf(order.length, across, (tile - 6) * pair, { ratio: height / width / pair });
  const canvas = h("canvas", { width: flat ? 960 : across, height: Math.min(tallest, Math.ceil(tiling.total)) });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This view cannot draw: the browser gives it no canvas.");
  const inks = inksOf(document.body);
  context.fillStyle = inks.paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const labels = view.session.card.value?.labels ?? [];
  const names = flat && labels.length === order.length ? labels : [];
  const drawing = { context, tiles, inks, a, b, difference, signed, names, range: work.ranges() };
  const fitting = order.filter((_, i) => boxOf(tiling, i).y + tiling.height <= canvas.height + 1);
  fitting.forEach((channel, i) => drawTile(drawing, channel, boxOf(tiling, i)));
  return [canvas, fitting.length];
}
