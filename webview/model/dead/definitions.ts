import { activeMeaning, faultKinds, faultMeanings, faultRemarks, sharesOver } from "../../../src/shared/dead.ts";
import { h } from "../../shared/dom.ts";
import { columnNames } from "./table.ts";

function termsOf(images: number): readonly (readonly [string, string])[] {
  const shares = {
    places: `the share of all places on ${images === 1 ? "the photo" : "all photos"} at which a channel is active; of a layer, its channels’ mean.`,
    photos: "the share of photos on which a channel is active anywhere; of a layer, its channels’ mean.",
  };
  return [
    ...faultKinds.map(
      (kind) => [columnNames[kind], [`${faultMeanings[kind]}.`, faultRemarks[kind]].filter(Boolean).join(" ")] as const,
    ),
    ["Active", `${activeMeaning}.`],
    ...sharesOver(images).map((kind) => [columnNames[kind], shares[kind]] as const),
  ];
}

/** What each column of the table means, for which so many photos were counted. */
export const definitions = (images: number): HTMLElement =>
  h(
    "dl",
    { class: "definitions dim" },
    ...termsOf(images).flatMap(([term, meaning]) => [h("dt", {}, term), h("dd", {}, meaning)]),
  );
