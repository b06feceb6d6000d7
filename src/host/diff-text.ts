import { diffSummary, gravity } from "../shared/diff-summary.ts";
import { figure } from "../shared/figure.ts";
import { sentence } from "../shared/sentence.ts";
import type { LayerDiff, ModelDiff } from "../shared/structure.ts";
import { markdownTable, plain } from "./markdown-table.ts";

/** A comparison of two models as a document: what differs, the greatest first, with numbers. `a` and `b` are their names. */
export function diffText({ facts, layers, outside }: ModelDiff, a: string, b: string): string {
  const [ofLayers, ofRest] = [notable(layers), notable(outside)];
  const changed = facts.filter((fact) => fact.a !== fact.b);
  const sections = [
    `# ${plain(a)} ↔ ${plain(b)}`,
    diffSummary({ layers, outside }).map(sentence).join(" "),
    changed.length
      ? markdownTable(
          ["", a, b],
          changed.map((fact) => [fact.name, fact.a, fact.b]),
        )
      : "",
    ofLayers.length ? `## Layers\n\n${partTable("Layer", ofLayers)}` : "",
    ofRest.length
      ? `## ${layers.length ? "Outside the layers" : "Nodes, weights and outputs"}\n\n${partTable("Name", ofRest)}`
      : "",
    [...ofLayers, ...ofRest].some(({ relative }) => relative !== undefined)
      ? "Difference: ‖a − b‖ / ‖a‖ over all weights of the layer. Largest: the greatest |a − b| of any weight."
      : "",
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const notable = (parts: readonly LayerDiff[]) => parts.filter(({ change }) => change !== "same").sort(byChange);

const partTable = (name: string, parts: readonly LayerDiff[]) =>
  markdownTable(
    [name, "Change", "Difference", "Largest", "Parameters", "In words"],
    parts.map(({ layer, change, words, relative, largest, parameters }) => [
      layer,
      change,
      relative === undefined ? "" : `${figure(relative * 100)} %`,
      largest === undefined ? "" : figure(largest),
      parametersText(parameters),
      words,
    ]),
  );

const parametersText = ({ a, b }: LayerDiff["parameters"]) =>
  a === b ? a.toLocaleString("en") : `${a.toLocaleString("en")} → ${b.toLocaleString("en")}`;

/** Of weights, a difference that cannot be told comes first: it is the worst. What cannot be read comes last. */
function byChange(one: LayerDiff, other: LayerDiff): number {
  const place = ({ change }: LayerDiff) => [...gravity, "unreadable"].indexOf(change);
  const size = ({ change, relative }: LayerDiff) => relative ?? (change === "weights" ? Infinity : 0);
  const [mine, theirs] = [size(one), size(other)];
  return place(one) - place(other) || (mine === theirs ? 0 : theirs - mine);
}
