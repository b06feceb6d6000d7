import { activeMeaning, faultKinds, faultMeanings, faultRemarks } from "../../../src/shared/dead.ts";
import { h } from "../../shared/dom.ts";
import { columnNames } from "./table.ts";

const terms: readonly (readonly [string, string])[] = [
  ...faultKinds.map(
    (kind) => [columnNames[kind], [`${faultMeanings[kind]}.`, faultRemarks[kind]].filter(Boolean).join(" ")] as const,
  ),
  ["Active", `${activeMeaning}.`],
  [
    columnNames.places,
    "the share of all places on all photos at which a channel is active; of a layer, its channels’ mean.",
  ],
  [columnNames.photos, "the share of photos on which a channel is active anywhere; of a layer, its channels’ mean."],
];

/** What each column of the table means. */
export const definitions = (): HTMLElement =>
  h(
    "dl",
    { class: "definitions dim" },
    ...terms.flatMap(([term, meaning]) => [h("dt", {}, term), h("dd", {}, meaning)]),
  );
