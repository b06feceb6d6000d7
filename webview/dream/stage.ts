import { outsideCells } from "../../src/shared/sheet-gaps.ts";
import { h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { fillTrack } from "../shared/slider.ts";
import { visible } from "../shared/words.ts";
import { cells } from "./cells.ts";
import { paint } from "./drawn.ts";
import { instead } from "./instead.ts";
import { networksView } from "./networks-view.ts";
import type { View } from "./view.ts";
import { placeText } from "./words.ts";

/** The picture, as large as there is room for; what it grew from lies under it, and a slider uncovers it. */
export function stage(view: View): Region {
  const { session } = view;
  const original = h("img", { class: "original", alt: "", draggable: "false" });
  const canvas = h("canvas", { role: "img" });
  const edge = h("div", { class: "edge", "aria-hidden": "true" });
  const excuse = instead(view);
  const caption = h("p", { class: "caption dim" });
  const sheet = cells(view, caption);
  const box = h("div", { class: "box" }, original, canvas, edge, sheet.element);
  const slider = h("input", { type: "range", class: "slider", min: 0, max: 100, "aria-label": "Original or result" });
  // Each stands on its side of the line in the picture.
  const [left, right] = [h("span", {}, "Original"), h("span", {}, "Result")];
  const compare = h("label", { class: "compare dim" }, left, slider, right);
  const { last } = session.looks;
  const asLeft = h("img", { class: "last", alt: "The picture as it was when it was left", draggable: "false" });
  const room = h("div", { class: "room" }, box, asLeft);
  // A sheet's caption, or the line that uncovers the photo.
  const under = h("div", { class: "under" }, caption, compare);
  const element = h("section", { class: "stage", "aria-label": "Picture" }, room, excuse.element, under);
  if (last) {
    asLeft.src = last.picture;
    shape({ width: last.ratio, height: 1 });
  }

  const divide = (part: number) => session.look({ ...session.looks, divide: Math.min(1, Math.max(0, part)) });
  slider.addEventListener("input", () => divide(Number(slider.value) / 100));
  box.addEventListener("pointerdown", (event) => {
    if (compare.hidden || !sheet.element.hidden || event.button !== 0) return;
    box.setPointerCapture(event.pointerId);
    follow(event);
  });
  box.addEventListener("pointermove", (event) => box.hasPointerCapture(event.pointerId) && follow(event));
  function follow({ clientX }: PointerEvent): void {
    const { left, width } = box.getBoundingClientRect();
    divide((clientX - left) / width);
  }

  const photo = photoUrl();
  const drawPhoto = whenChanged(
    () => [session.original],
    () => {
      const shown = session.original;
      original.hidden = !shown;
      if (!shown) return;
      original.src = photo.of(shown.photo.png);
      original.alt = `The photo ${visible(shown.name)}`;
      if (!session.shown) shape(shown.photo);
    },
  );
  const large = () => session.beside.find(({ key }) => key === session.enlarged)?.picture;
  const onStage = () => large() ?? session.shown?.drawn;
  const draw = whenChanged(
    () => [onStage()],
    () => {
      const drawn = onStage();
      canvas.hidden = !drawn;
      box.classList.toggle("made", drawn !== undefined);
      if (!drawn) return;
      const sheet = large() ? undefined : session.shown?.sheet;
      paint(canvas, drawn, sheet && outsideCells(sheet, drawn));
      shape(drawn);
    },
  );
  function shape({ width, height }: { readonly width: number; readonly height: number }): void {
    room.style.setProperty("--ratio", String(width / height));
  }

  const fit = whenChanged(
    () => [session.shown?.drawn, session.recipe, session.original, session.enlarged],
    // The original lies under the result as it was cut for the network.
    () => (original.dataset["fit"] = networksView(session)?.fit ?? "pad"),
  );

  const uncover = whenChanged(
    () => [session.looks.divide, session.shown?.sheet, session.shown === undefined, original.hidden, session.enlarged],
    () => {
      // The photo would lie under all pictures of a sheet together.
      const isOne = session.shown !== undefined && session.shown.sheet === undefined;
      const can = isOne && session.enlarged === undefined && !original.hidden;
      const part = can ? session.looks.divide : 0;
      compare.hidden = !can;
      edge.hidden = part === 0 || part === 1;
      box.style.setProperty("--divide", `${100 * part}%`);
      slider.value = String(Math.round(100 * part));
      fillTrack(slider);
      left.classList.toggle("seen", part > 0);
      right.classList.toggle("seen", part < 1);
      slider.setAttribute(
        "aria-valuetext",
        part === 0 ? "Result" : part === 1 ? "Original" : `Original on ${Math.round(100 * part)} % of the width`,
      );
    },
  );
  return {
    element,
    update() {
      drawPhoto();
      draw();
      fit();
      uncover();
      sheet.update();
      caption.hidden = sheet.element.hidden;
      box.hidden = original.hidden && !session.shown;
      excuse.update();
      excuse.element.classList.toggle("over", box.hidden);
      asLeft.hidden = !last || session.state !== undefined;
      const label = canvasLabel(view);
      if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    },
  };
}

function canvasLabel({ session }: View): string {
  const large = session.beside.find(({ key }) => key === session.enlarged);
  if (large) return visible(large.title);
  const title = session.maker?.title ?? "The picture";
  const { progress, shown, frame } = session;
  if (!progress || shown?.frame !== frame) return title;
  return `${title}. ${placeText(progress, session.part, session.isResult)}`;
}

/** One address at a time: the one before is given back. */
function photoUrl(): { of(png: Uint8Array): string } {
  let before: { readonly png: Uint8Array; readonly url: string } | undefined;
  return {
    of(png) {
      if (before?.png === png) return before.url;
      if (before) URL.revokeObjectURL(before.url);
      before = { png, url: URL.createObjectURL(new Blob([Uint8Array.from(png)], { type: "image/png" })) };
      return before.url;
    },
  };
}
