import { layerCalled } from "../../src/shared/layer-called.ts";
import { complete } from "../../src/shared/parameters.ts";
import type { Given } from "../../src/shared/parameters.ts";
import { firstRun } from "../../src/shared/protocol.ts";
import type { ModelCard, RunRequest, Subject, TechniqueCard } from "../../src/shared/protocol.ts";
import { isIndex, isNumber, isOneOf, isRecord, isText, recordOf, restoredFrom } from "../shared/kept.ts";
import type { Check } from "../shared/kept.ts";
import { everything } from "../shared/viewport.ts";
import type { Viewport } from "../shared/viewport.ts";

/** What a person chose in the view. Outlives a reload of the window, another photo and another model. */
export interface Remembered {
  /** The technique shown large. */
  readonly technique: string;
  /** The class explained; the most probable one where left out. */
  readonly target?: number;
  readonly against?: number;
  readonly layer?: string;
  /** By technique; what was left at its default is left out. */
  readonly parameters: Readonly<Record<string, Given>>;
  /** Which of a technique's pictures is shown, by technique. */
  readonly keys: Readonly<Record<string, string>>;
  readonly view: "side by side" | "overlay";
  /** How much of the photo a map hides, by technique; where left out, coarse maps let it through and fine ones do not. */
  readonly opacity: Readonly<Record<string, number>>;
  readonly viewport: Viewport;
  /** Asked for where a photo is so thin that a part of it is shown at first. */
  readonly whole?: boolean;
}

export const untouched: Remembered = {
  technique: firstRun.technique,
  parameters: {},
  keys: {},
  view: "side by side",
  opacity: {},
  viewport: everything,
};

/** For another photo: how maps are looked at stays, what was asked and where one looked does not. */
export const afresh = ({ view, opacity }: Remembered): Remembered => ({ ...untouched, view, opacity });

type Question = Omit<RunRequest, keyof Subject>;

/** Whether the same is asked, of every technique or of one. */
export const asksTheSame = <Asked extends Remembered | Question>(one: Asked, other: Asked): boolean =>
  questions(one) === questions(other);
const questions = ({ technique, target, against, layer, parameters }: Remembered | Question) =>
  JSON.stringify({ technique, target, against, layer, parameters });

/** Without what was chosen for another model, and is not in this one. */
export function fitting(
  { layer, target, against, ...rest }: Remembered,
  { classes = 0, layers }: ModelCard,
): Remembered {
  const hasClass = (index: number | undefined) => index !== undefined && index < classes;
  return {
    ...rest,
    ...(layer !== undefined && layerCalled(layers, layer) && { layer }),
    ...(target !== undefined && hasClass(target) && { target }),
    ...(against !== undefined && hasClass(against) && { against }),
  };
}

/** What is asked of a technique. */
export const questionOf = (
  { target, against, layer, parameters }: Remembered,
  technique: string,
  needsLayer: boolean,
): Question => ({
  technique,
  parameters: parameters[technique] ?? {},
  ...(target !== undefined && { target }),
  ...(against !== undefined && { against }),
  ...(layer !== undefined && needsLayer && { layer }),
});

/** What a technique runs with, defaults included. */
export function valuesFrom(remembered: Remembered, { id, parameters }: TechniqueCard): Given {
  try {
    return complete(parameters, remembered.parameters[id] ?? {});
  } catch {
    return complete(parameters, {}); // remembered from another version, and refused when it runs
  }
}

const fields: Readonly<Record<keyof Remembered, Check>> = {
  technique: isText,
  target: isIndex,
  against: isIndex,
  layer: isText,
  parameters: recordOf(isRecord),
  keys: recordOf(isText),
  view: isOneOf(["side by side", "overlay"]),
  opacity: recordOf(isNumber),
  whole: (value) => typeof value === "boolean",
  viewport: (value) => isRecord(value) && [value["zoom"], value["x"], value["y"]].every(isNumber),
};

/** Reads back what an earlier run of the page kept, which may be of an older Glassbox: what does not fit is dropped. */
export const restored = (kept: unknown): Remembered => restoredFrom(kept, untouched, fields);
