import type { ModelCard, TechniqueCard } from "../../src/shared/protocol.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { roving } from "../shared/roving.ts";
import { isDark } from "../shared/theme.ts";
import { duration, visible, withoutFolders } from "../shared/words.ts";
import { canvasOf, canvasOfPicture } from "./canvases.ts";
import { firstLook, frameOf } from "./frame.ts";
import { pictureOf, progressText } from "./result.ts";
import type { Result } from "./result.ts";
import { drawScene } from "./scene.ts";
import { smallOpacity } from "./view.ts";
import type { View } from "./view.ts";

const side = 240;

/** Every technique, small, filling in as it is ready; the chosen one is shown large. */
export function thumbnails(view: View): Region {
  const { session } = view;
  const element = h("div", { class: "thumbnails", role: "group", "aria-label": "Techniques" });
  const stops = roving(element, "button");
  let entries: readonly Region[] = [];
  const build = whenChanged(
    () => {
      const { classes, scoreTrouble } = session.looked?.card ?? {};
      return [session.techniques, classes === undefined && session.looked !== undefined, scoreTrouble];
    },
    () => {
      const first = session.techniques.filter(({ id }) => id === "grad-cam");
      const ordered = [...first, ...session.techniques.filter((card) => !first.includes(card))];
      entries = ordered.filter((card) => session.applies(card)).map((card) => thumbnail(view, card));
      const others = ordered.filter((card) => !session.applies(card)).map(({ title }) => title);
      const apart = `${whyApart(session.looked?.card)}: ${others.join(", ")}.`;
      fill(
        element,
        ...entries.map((entry) => entry.element),
        others.length ? h("p", { class: "dim apart" }, apart) : undefined,
      );
    },
  );
  return {
    element,
    update() {
      build();
      for (const entry of entries) entry.update();
      stops.settle();
    },
  };
}

/** Why some techniques are not offered: what asks for a class needs its score. */
const whyApart = (card: ModelCard | undefined): string =>
  card?.scoreTrouble === undefined
    ? "Not for a network without classes"
    : `Not while the scores of this network cannot be computed (${visible(withoutFolders(card.scoreTrouble))})`;

function thumbnail(view: View, card: TechniqueCard): Region {
  const { session } = view;
  const canvas = canvasOf(1, 1);
  const status = h("span", { class: "status" });
  const spoken = h("span", { class: "unseen" });
  const element = h(
    "button",
    { type: "button", class: "thumbnail", title: card.summary, onclick: () => session.show(card.id) },
    h("span", { class: "frame" }, canvas),
    h("span", { class: "name" }, card.title),
    status,
    spoken,
  );
  const result = () => session.resultOf(card.id);
  const shown = () => pictureOf(result(), session.remembered.keys[card.id]);
  const paint = whenChanged(
    () => [view.photo.drawn, session.looked, shown(), view.theme, opacity(), result().stale],
    () => {
      const { looked } = session;
      const photo = view.photo.drawn;
      const picture = shown();
      element.dataset["stale"] = String(result().stale);
      if (!looked || !photo) return;
      const frame = frameOf(looked.prediction);
      const height = Math.round(Math.min(Math.max((side * frame.height) / frame.width, side * 0.6), side * 1.2));
      Object.assign(canvas, { width: side, height });
      if (!picture) return;
      const map = {
        canvas: canvasOfPicture(picture, isDark(view.theme)),
        picture,
        opacity: opacity(),
      };
      const { photo: size, seen } = looked.prediction;
      drawScene(
        canvas,
        { frame, photo: { canvas: photo.gray, size }, seen, viewport: firstLook(looked.prediction), map },
        1,
      );
    },
  );
  const opacity = () => {
    const picture = shown();
    return picture ? smallOpacity(view, card.id, picture) : 1;
  };
  return {
    element,
    update() {
      paint();
      const text = statusText(result());
      if (status.textContent !== text) status.textContent = text;
      const warnings = warningsOf(result());
      const { failure } = result();
      const title = [
        card.summary,
        ...(failure ? [`✕ ${visible(failure.message)}`] : []),
        ...warnings.map((warning) => `▲ ${warning}`),
      ].join("\n\n");
      if (element.title !== title) element.title = title;
      const words = warnings.map((warning) => `Warning: ${warning}`).join(" ");
      if (spoken.textContent !== words) spoken.textContent = words;
      element.dataset["status"] = result().status;
      element.dataset["technique"] = card.id;
      element.setAttribute("aria-pressed", String(session.remembered.technique === card.id));
    },
  };
}

const warningsOf = ({ notes, stale }: Result): readonly string[] =>
  notes.filter(({ level }) => level === "warning" && !stale).map(({ text }) => visible(text));

export function statusText({ status, progress, failure, ms, notes }: Result): string {
  switch (status) {
    case "waiting":
      return "waiting…";
    case "running":
      return progress ? progressText(progress) : "running…";
    case "stopped":
      return "stopped";
    case "failed":
      return `✕ ${visible(withoutFolders(failure?.message ?? "failed"))}`;
    case "done":
      return `${notes.some(({ level }) => level === "warning") ? "▲ " : ""}${ms === undefined ? "ready" : duration(ms)}`;
  }
}
