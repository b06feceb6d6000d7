import type { LayerDiff, ModelDiff } from "./structure.ts";

type Change = LayerDiff["change"];

/** What changes the network itself, before what only changes its numbers. */
export const gravity = ["removed", "added", "kind", "shape", "inputs", "attributes", "weights"] as const;

const named: Readonly<Record<(typeof gravity)[number], string>> = {
  removed: "removed",
  added: "added",
  kind: "of another kind",
  shape: "of another shape",
  inputs: "with other inputs",
  attributes: "with other attributes",
  weights: "with other weights",
};

export const differs = ({ change }: LayerDiff): boolean => change !== "same" && change !== "unreadable";

/** A comparison in a few clauses; "the same" only where all was compared and nothing differs. */
export function diffSummary({ layers, outside }: Pick<ModelDiff, "layers" | "outside">): readonly string[] {
  const rest = layers.length
    ? { name: "parts outside the layers", one: "part outside the layers" }
    : { name: "nodes, weights and outputs", one: "node, weight or output" };
  const groups = [
    { parts: layers, name: "layers", one: "layer" },
    { parts: outside, ...rest },
  ].filter(({ parts }) => parts.length > 0);
  const unreadable = groups.flatMap(({ parts, name }) => {
    const count = having(parts, "unreadable");
    return count ? [`the weights of ${count} of ${parts.length} ${name} cannot be read`] : [];
  });
  if (groups.some(({ parts }) => parts.some(differs)))
    return [
      ...groups.flatMap(({ parts, name }) => {
        const count = parts.filter(differs).length;
        return count ? [`${count} of ${parts.length} ${name} differ: ${counted(parts)}`] : [];
      }),
      ...unreadable,
    ];
  if (unreadable.length) return ["nothing else differs", ...unreadable].reverse();
  const all = groups
    .map(({ parts, name, one }) => (parts.length === 1 ? `the one ${one}` : `all ${parts.length} ${name}`))
    .join(" and ");
  return [`the same: ${all || "both are empty"}, weights included`];
}

const having = (parts: readonly LayerDiff[], change: Change) => parts.filter((part) => part.change === change).length;

const counted = (parts: readonly LayerDiff[]): string => {
  const otherType = parts.filter(isOtherType).length;
  const clauses = gravity.map((change) => {
    const count = having(parts, change) - (change === "weights" ? otherType : 0);
    return count ? `${count} ${named[change]}` : "";
  });
  return [...clauses, otherType ? `${otherType} with the same weights in another type` : ""].filter(Boolean).join(", ");
};

/** Weights of another type that hold the same numbers. */
const isOtherType = ({ change, relative }: LayerDiff): boolean => change === "weights" && relative === 0;
