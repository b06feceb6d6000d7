import type { DreamProgress, Queue, StripFrame } from "../../src/shared/dream-panel.ts";
import { startOf, styleOf } from "../../src/shared/dream-pictures.ts";
import { partText, stepWord, type Part } from "../../src/shared/part.ts";
import type { LayerChoice, Recipe, SynthesisCard } from "../../src/shared/synthesis.ts";
import type { Note } from "../../src/shared/updates.ts";
import { shortLabel } from "../shared/words.ts";
import type { Session } from "./session.ts";

export { objectiveText } from "../../src/shared/figure.ts";

/**
 * "Octave 3 of 4 · step 14 of 20"; without octaves "Step 14 of 256"; before the first "Step 0 of 80 in all"; of a search
 * "Try 3 of at most 7 · attack step 4 of 10"; of a recipe in stages "Stage 1 of 2 · step 14 of 256".
 */
export function placeText(
  { playing, making, octave, octaves, step, steps, inAll, isSaved }: DreamProgress,
  part: Part = "octave",
  isResult = false,
): string {
  if (isSaved) return "The saved picture";
  const isSearch = part === "try" && octaves > 1;
  const stage = playing && `stage ${playing.stage} of ${playing.stages}`;
  const result = isSearch && isResult ? `result of ${octave} ${octave === 1 ? "try" : "tries"}` : undefined;
  const parts = [
    making && making.pictures > 1 ? `picture ${making.picture} of ${making.pictures}` : undefined,
    octaves > 1 && !(making && part === "picture") ? partText(part, octave, octaves) : undefined,
    `${stepWord(isSearch)} ${step} of ${steps}${inAll ? " in all" : ""}`,
  ];
  return capital(
    [stage, ...(result === undefined ? parts : [result])].filter((part) => part !== undefined).join(" · "),
  );
}

type Framed = Pick<StripFrame, "playing" | "making" | "octave" | "octaves" | "step" | "isResult" | "isSaved">;

/** "3 · 14": the fourteenth step of the third octave; of several pictures "5 · 3 · 14"; of a recipe's second stage "2 · 3 · 14". */
export function frameNumber(frame: Framed, part: Part): string {
  if (frame.isSaved) return "saved";
  if (frame.isResult) return "result";
  return countsOf(frame, part)
    .map(([, count]) => count)
    .join(" · ");
}

/** "Octave 3, step 14"; where there is one octave only, "Step 14"; of several pictures "Picture 5, octave 3, step 14". */
export function framePlace(frame: Framed, part: Part): string {
  if (frame.isSaved) return "Saved picture";
  const counts = frame.isResult ? stageOf(frame) : countsOf(frame, part);
  const words = counts.map(([what, count]) => `${what} ${count}`);
  return capital([...words, ...(frame.isResult ? ["result"] : [])].join(", "));
}

type Count = readonly [string, number];

/** From the coarsest to the step. The pictures of a sheet are its octaves. */
function countsOf(frame: Framed, part: Part): readonly Count[] {
  const { making, octave, octaves, step } = frame;
  return [
    ...stageOf(frame),
    ...(making && making.pictures > 1 && part !== "picture" ? [["picture", making.picture] as const] : []),
    ...(octaves > 1 ? [[part, octave] as const] : []),
    [stepWord(part === "try" && octaves > 1), step],
  ];
}

const stageOf = ({ playing }: Framed): readonly Count[] => (playing ? [["stage", playing.stage]] : []);

/** What the button says that begins from the start: of a picture that was opened nothing was begun here. */
export const beginWord = ({ strip, isGoing }: Pick<Session, "strip" | "isGoing">): string =>
  strip.some(({ isSaved }) => !isSaved) || isGoing ? "Start again" : "Start";

/**
 * "41 steps/s · 0.4 s left"; of a stage that others follow "41 steps/s · 0.4 s left of this stage". What is left is counted to
 * the last step: of a recipe that ends before that, "41 steps/s · ends after 108 steps in all".
 */
export function paceText({ playing, perSecond, secondsLeft, done }: DreamProgress, ends?: number): string {
  const isFollowed = playing !== undefined && playing.stage < playing.stages;
  const span =
    secondsLeft === undefined ? undefined : `${spanText(secondsLeft)} left${isFollowed ? " of this stage" : ""}`;
  const parts = [
    perSecond === undefined ? undefined : rateText(perSecond),
    ends === undefined || done >= ends ? span : `${isFollowed ? "this stage " : ""}ends after ${ends} steps in all`,
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

const rateText = (perSecond: number): string => {
  if (perSecond >= 10) return `${perSecond.toFixed(0)} steps/s`;
  return perSecond >= 1 ? `${perSecond.toFixed(1)} steps/s` : `${(1 / perSecond).toFixed(1)} s a step`;
};

export function spanText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** After how many steps what is played ends, where that is a recipe of a picture that was stopped, or one of its stages. */
export function endOf({ state }: Pick<Session, "state">): number | undefined {
  const { before = [], until } = state?.settings ?? {};
  const stage = state?.progress?.playing?.stage ?? before.length + 1;
  return (before[stage - 1]?.until ?? until)?.done;
}

/** Nothing more comes of the picture, unless a person wants it. */
export const isThrough = ({ phase }: Pick<Session, "phase">): boolean => phase === "finished" || phase === "stopped";

/** By this key the host says what stays as long as the picture grows: of one that is through, what it was made with says it. */
const whileItGrows = "stays";

/** What is true of the picture as it stands. */
export const told = (session: Pick<Session, "notes" | "phase">): readonly Note[] =>
  session.notes.filter(({ key }) => key !== whileItGrows || !isThrough(session));

/** How things stand, where no steps come. */
export function phaseText({ state }: Pick<Session, "state">): string {
  if (state?.canceled) return "Cancelled";
  switch (state?.phase) {
    case undefined:
      return "Opening…";
    case "waiting":
      return state.waitsFor ? queueText(state.waitsFor) : "Getting ready…";
    case "paused":
      return "Paused";
    case "stopped":
      return hasEnded(state) ? "The recipe ends here" : "Stopped; the picture is kept";
    case "interrupted":
      return "Interrupted when the window closed";
    case "failed":
      return state.progress ? "It ended here" : "";
    case "finished":
      return "Finished";
    case "idle":
    case "running":
      return "";
  }
}

const hasEnded = (state: NonNullable<Session["state"]>): boolean =>
  state.progress !== undefined && state.progress.done === endOf({ state });

/** "Waiting for Grad-CAM of cat.png", "Waiting for Grad-CAM of cat.png, and one more". */
function queueText({ title, more }: Queue): string {
  const others = more === 0 ? "" : more === 1 ? ", and one more" : `, and ${more} more`;
  return `Waiting for ${title}${others}`;
}

/** "DeepDream of cat.png by squeezenet1.1.onnx at fire8/concat, channel 3 · seed 7 · stage 2", "Style transfer of cat.png in the style of coffee.png by …". */
export function recipeText(recipe: Recipe, card: SynthesisCard | undefined): string {
  const { before = [], model, image, layer, layers, channel, place, label, parameters, seed } = recipe;
  const [start, style] = [startOf(parameters), styleOf(parameters)];
  const areSeveral = (layers?.length ?? 0) > 0;
  const isInPlace = areSeveral && card?.several?.inPlaceOfLayer !== false;
  // One channel that is meant for all layers is said of each.
  const of = isInPlace && channel !== undefined ? { channel } : {};
  const several = areSeveral ? layers?.map((one) => layerWords({ ...of, ...one })).join(", ") : undefined;
  const at = isInPlace ? several : layer;
  const parts = [
    card?.title ?? recipe.technique,
    image === undefined ? "" : ` of ${image}`,
    start === undefined ? "" : ` from ${start}`,
    style === undefined ? "" : ` in the style of ${style}`,
    label === undefined ? "" : `, ${shortLabel(label)},`,
    ` by ${model}`,
    at === undefined ? "" : ` at ${at}`,
    several === undefined || isInPlace ? "" : `, ${card?.several?.label.toLowerCase() ?? "layers"} ${several}`,
    channel === undefined || isInPlace ? "" : `, channel ${channel}`,
    place ? `, row ${place[0]}, column ${place[1]}` : "",
    ` · seed ${seed}`,
    before.length ? ` · stage ${before.length + 1}` : "",
  ];
  return parts.join("");
}

/** "fire8/concat 3 × −0.5": its channel, where it has one of its own, and its weight, unless that is 1. */
export const layerWords = ({ name, channel, weight }: LayerChoice): string =>
  `${name}${channel === undefined ? "" : ` ${channel}`}${weight === 1 ? "" : ` × ${String(weight).replace("-", "−")}`}`;

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
