import { failureOf } from "../../src/shared/rpc.ts";
import { h, icon } from "../shared/dom.ts";
import { menu } from "../shared/menu.ts";
import { canvasOfFigure, dataUri, pngOf } from "./figure-canvas.ts";
import { svgOf } from "./figure-svg.ts";
import { isOther } from "./looked.ts";
import { numbersText } from "./numbers-text.ts";
import { shownFigure } from "./shown-figure.ts";
import type { ShownFigure } from "./shown-figure.ts";
import { shownPicture } from "./view.ts";
import type { View } from "./view.ts";

const ratio = 3;
const arrowDown = "M8 2v8M4.5 6.5 8 10l3.5-3.5M3 13.5h10";

/** What is on screen, to take along: as a picture, a figure, numbers. */
export function saveMenu(view: View): HTMLElement {
  const { session } = view;
  const opener = h(
    "button",
    { type: "button", class: "tool", "aria-label": "Save" },
    icon(arrowDown),
    h("span", {}, "Save"),
  );
  const nothing = "There is no map to save yet.";
  const waiting = "Waiting for the photo’s exact pixels…";
  const gone = "Another photo came before this one was saved.";

  /** With the photo's exact pixels, of what was on screen at the click. */
  const exactFigure = async (): Promise<ShownFigure> => {
    const { looked } = session;
    if (view.photo.drawn?.exact === false) session.say(waiting);
    await view.photo.complete;
    if (session.notice?.text === waiting) session.notice = undefined;
    session.changed();
    if (looked && session.looked && isOther(looked, session.looked)) throw new Error(gone);
    const shown = shownFigure(view);
    if (!shown) throw new Error(nothing);
    return shown;
  };
  const withFigure = (use: (shown: ShownFigure) => Promise<unknown>) => () => void session.act(exactFigure().then(use));

  const png = (shown: ShownFigure) => pngOf(canvasOfFigure(shown.figure, shown.images, ratio));
  // What was saved, and where, the host says itself.
  const savePng = withFigure(async (shown) => {
    const bytes = new Uint8Array(await (await png(shown)).arrayBuffer());
    await session.host.savePicture({ name: `${nameOf(view)}.png`, bytes, kind: "png" });
  });
  const saveSvg = withFigure(async ({ figure, images, caption }) => {
    const [photo, map, scale] = await Promise.all([dataUri(images.photo), dataUri(images.map), dataUri(images.scale)]);
    const bytes = new TextEncoder().encode(svgOf(figure, { photo, map, scale }, caption));
    await session.host.savePicture({ name: `${nameOf(view)}.svg`, bytes, kind: "svg" });
  });
  const copyPicture = async () => {
    try {
      // At once, as the browser allows it for a moment after the click only; the picture follows.
      await navigator.clipboard.write([new ClipboardItem({ "image/png": exactFigure().then(png) })]);
      session.say("Copied the picture.");
    } catch (error) {
      const why = failureOf(error).message.replace(/\.$/, "");
      session.say(`The clipboard did not take the picture (${why}). Save it as PNG instead.`, "warning");
    }
  };
  const saveRaw = () => {
    const picture = shownPicture(view);
    const request = session.requestOf(session.remembered.technique);
    const { image = "" } = session.panel;
    const shown = { image, ...(picture && { key: picture.key }) };
    void session.act(session.host.saveRaw({ ...request, ...shown, name: `${nameOf(view)}.npy` }));
  };
  const copyNumbers = () =>
    void session.act(
      session.host
        .copyText({ text: numbersText(session, shownPicture(view)) })
        .then(() => session.say("Copied the numbers.")),
    );

  return menu("Save", opener, () => {
    const picture = shownPicture(view);
    const unavailable = picture ? undefined : nothing;
    const noValues = picture?.kind === "classes" ? "A map of classes has no values: copy it as text." : unavailable;
    return [
      { text: "Save as PNG…", unavailable, action: savePng },
      { text: "Save as SVG figure with caption…", unavailable, action: saveSvg },
      { text: "Save the values as .npy…", unavailable: noValues, action: saveRaw },
      { text: "Copy the picture", unavailable, action: () => void copyPicture() },
      { text: "Copy the numbers as text", unavailable: session.looked ? undefined : nothing, action: copyNumbers },
    ];
  });
}

/** "cat-chelsea grad-cam tabby": a file name that says what it is of. */
function nameOf({ session }: View): string {
  const photo = session.looked?.photoName.replace(/\.[^.]*$/, "") ?? "photo";
  const label = session.target?.label.split(",")[0] ?? "";
  return [photo, session.remembered.technique, label]
    .map((part) => part.replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^-+|-+$/g, ""))
    .filter(Boolean)
    .join(" ");
}
