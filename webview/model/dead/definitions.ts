import { h } from "../../shared/dom.ts";

const terms: readonly (readonly [string, string])[] = [
  ["Never active", "dead: the sum over the set is zero, as keras-contrib’s dead-ReLU detector has it."],
  [
    "Nearly never",
    "active at fewer than one in a thousand places, of a thousand or more; not said of scores that nothing rectifies.",
  ],
  ["Saturated", "at the activation’s upper bound (ReLU6’s 6) at more than 95 % of places."],
  ["Constant", "the same value everywhere on all photos, and not zero."],
  [
    "Duplicates",
    "channels that say the same as another: correlation above 0.999 over all places of all photos, told from sketches of " +
      "256 numbers, so that 0.9989 and 0.9991 are told apart roughly. Looked for where 8 cells of a grid of 8 × 8 or more " +
      "speak, and from 16 places on.",
  ],
  ["NaN", "NaN or infinite values on at least one photo; what else is said of such a channel goes by the others."],
  ["Active", "above zero behind a rectifier; elsewhere beyond a thousandth of the layer’s greatest magnitude."],
  [
    "Active places",
    "the share of all places on all photos at which a channel is active; of a layer, its channels’ mean.",
  ],
  ["Active photos", "the share of photos on which a channel is active anywhere; of a layer, its channels’ mean."],
];

/** What each column of the table means. */
export const definitions = (): HTMLElement =>
  h(
    "dl",
    { class: "definitions dim" },
    ...terms.flatMap(([term, meaning]) => [h("dt", {}, term), h("dd", {}, meaning)]),
  );
