import type { LayerDiff, ModelDiff } from "../shared/structure.ts";
import { figure } from "./layer-words.ts";
import { markdownTable, plain } from "./markdown-table.ts";

/** What changes the network itself, before what only changes its numbers. */
const order = ["removed", "added", "kind", "shape", "weights"] as const;

/** A comparison of two models as a document: what differs, the greatest first, with numbers. `a` and `b` are their names. */
export function diffText({ facts, layers }: ModelDiff, a: string, b: string): string {
  const differing = layers.filter(({ change }) => change !== "same").sort(byChange);
  const changed = facts.filter((fact) => fact.a !== fact.b);
  const sections = [
    `# ${plain(a)} ↔ ${plain(b)}`,
    differing.length
      ? `${differing.length} of ${layers.length} layers differ${counted(differing)}.`
      : `The same: all ${layers.length} layers, weights included.`,
    changed.length
      ? markdownTable(
          ["", a, b],
          changed.map((fact) => [fact.name, fact.a, fact.b]),
        )
      : "",
    differing.length ? `## Layers\n\n${layerTable(differing)}` : "",
    differing.some(({ relative }) => relative !== undefined)
      ? "Difference: ‖a − b‖ / ‖a‖ over all weights of the layer. Largest: the greatest |a − b| of any weight."
      : "",
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const layerTable = (layers: readonly LayerDiff[]) =>
  markdownTable(
    ["Layer", "Change", "Difference", "Largest", "Parameters", "In words"],
    layers.map(({ layer, change, words, relative, largest, parameters }) => [
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

/** NaN, a difference that cannot be told, comes first: it is the worst. */
function byChange(one: LayerDiff, other: LayerDiff): number {
  const place = ({ change }: LayerDiff) => order.findIndex((each) => each === change);
  const size = ({ relative = 0 }: LayerDiff) => (Number.isNaN(relative) ? Infinity : relative);
  const [mine, theirs] = [size(one), size(other)];
  return place(one) - place(other) || (mine === theirs ? 0 : theirs - mine);
}

function counted(layers: readonly LayerDiff[]): string {
  const words = order.flatMap((change) => {
    const { length } = layers.filter((layer) => layer.change === change);
    return length ? [`${length} ${named[change]}`] : [];
  });
  return `: ${words.join(", ")}`;
}

const named: Readonly<Record<(typeof order)[number], string>> = {
  removed: "removed",
  added: "added",
  kind: "of another kind",
  shape: "of another shape",
  weights: "with other weights",
};
