import { isDark } from "../shared/theme.ts";
import { figure as number, percent, shortLabel, visible } from "../shared/words.ts";
import { canvasOf, canvasOfPicture, stripOf } from "./canvases.ts";
import { figureOf } from "./figure.ts";
import type { Figure, FigureParts, ImageName } from "./figure.ts";
import { frameOf } from "./frame.ts";
import { legendOf } from "./legend.ts";
import type { Picture } from "./result.ts";
import { scaleWords } from "./scale-words.ts";
import { drawScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { ofDifference, preparedWords, wordsFor } from "./subject-words.ts";
import { letsThrough, opacityOf, shownPicture, viewportOf } from "./view.ts";
import type { View } from "./view.ts";

const paneWidth = 1080;

export interface ShownFigure {
  readonly figure: Figure;
  readonly images: Readonly<Record<ImageName, HTMLCanvasElement>>;
  readonly caption: string;
}

/** What is on the panes, as a figure with a caption; undefined while there is nothing to show. */
export function shownFigure(view: View): ShownFigure | undefined {
  const { session } = view;
  const photo = view.photo.drawn;
  const { looked, remembered } = session;
  const picture = shownPicture(view);
  if (!looked || !photo || !picture) return undefined;
  const frame = frameOf(looked.prediction);
  const aspect = frame.width / frame.height;
  const onDark = isDark(view.theme);
  const scene = (canvas: HTMLCanvasElement, map?: Scene["map"]): Scene => ({
    frame,
    photo: { canvas, size: looked.prediction.photo },
    seen: looked.prediction.seen,
    viewport: viewportOf(view),
    map,
  });
  const draw = (one: Scene) => {
    const canvas = canvasOf(paneWidth, Math.round(paneWidth / aspect));
    drawScene(canvas, one, paneWidth / 360);
    return canvas;
  };
  const map = {
    canvas: canvasOfPicture(picture, onDark, letsThrough(view, picture)),
    picture,
    opacity: opacityOf(view, remembered.technique, picture),
  };
  const caption = captionOf(view, picture);
  return {
    caption,
    figure: figureOf({
      aspect,
      sideBySide: remembered.view === "side by side",
      title: titleOf(view, picture),
      caption,
      ...keyOf(view, picture),
    }),
    images: {
      photo: draw(scene(photo.color)),
      map: draw(scene(photo.gray, map)),
      scale: picture.kind === "heatmap" ? stripOf(picture, onDark) : canvasOf(1, 1),
    },
  };
}

function titleOf({ session }: View, picture: Picture): string {
  const words = wordsFor(session);
  const several = session.resultOf(session.remembered.technique).pictures.length > 1;
  return `${words?.title ?? ""} ${words?.of ?? ""}${several ? `: ${visible(picture.title)}` : ""}`.trim();
}

/** Enough to make the figure again: photo, model, class, layer, parameters, convention and source. */
function captionOf({ session }: View, picture: Picture): string {
  const { looked, target, against } = session;
  const words = wordsFor(session);
  const unit = (text: string) => (against ? ofDifference(text) : text);
  const parts = [
    `${visible(looked?.photoName ?? "")} seen by ${visible(looked?.card.title ?? "")}`,
    `Prepared: ${preparedWords(session)}`,
    target && `“${visible(shortLabel(target.label))}” ${percent(target.probability)} (score ${number(target.score)})`,
    words?.layer !== undefined && `Layer ${visible(words.layer)}`,
    picture.kind === "heatmap" && picture.unit !== "" && `Values: ${visible(unit(picture.unit))}`,
    words?.parameters,
    words?.summary.replace(/\.$/, ""),
    words?.convention.replace(/\.$/, ""),
    words?.citation,
  ];
  const sentences = parts.filter((part) => typeof part === "string" && part !== "");
  return sentences.map((part) => `${part}.`).join(" ");
}

function keyOf({ session }: View, picture: Picture): Pick<FigureParts, "scale" | "legend"> {
  if (picture.kind === "heatmap") {
    return { legend: [], scale: scaleWords(picture, session.against !== undefined) };
  }
  const label = (index: number | undefined) =>
    index === undefined ? "other classes" : visible(shortLabel(session.classOf(index)?.label ?? `class ${index}`));
  const legend = legendOf(picture).map(({ index, letter, color, share }) => ({
    color,
    text: `${letter}  ${label(index)}, ${percent(share)}`,
  }));
  return { scale: undefined, legend };
}
