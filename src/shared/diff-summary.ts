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
  const kind = outside[0]?.piece === "constant" ? "weight" : (outside[0]?.piece ?? "part");
  const rest = layers.length
    ? { name: "parts outside the layers", one: `${kind} outside the layers` }
    : { name: "nodes, weights and outputs", one: kind };
  const groups = [
    { parts: layers, name: "layers", one: "layer" },
    { parts: outside, ...rest },
  ].filter(({ parts }) => parts.length > 0);
  const unreadable = groups.flatMap((group) => {
    const count = having(group.parts, "unreadable");
    return count ? [`the weights of ${share(count, group)} cannot be read`] : [];
  });
  if (groups.some(({ parts }) => parts.some(differs)))
    return [
      ...groups.flatMap((group) => {
        const count = group.parts.filter(differs).length;
        return count ? [`${share(count, group)} ${count === 1 ? "differs" : "differ"}: ${counted(group.parts)}`] : [];
      }),
      ...unreadable,
    ];
  if (unreadable.length) return ["nothing else differs", ...unreadable].reverse();
  const all = groups
    .map((group) => (group.parts.length === 1 ? theOne(group) : `all ${group.parts.length} ${group.name}`))
    .join(" and ");
  return [`the same: ${all || "both are empty"}, weights included`];
}

interface Group {
  readonly parts: readonly LayerDiff[];
  readonly name: string;
  /** What a single one of them is called. */
  readonly one: string;
}

const theOne = ({ one }: Group) => `the one ${one}`;

const share = (count: number, group: Group) =>
  group.parts.length === 1 ? theOne(group) : `${count} of ${group.parts.length} ${group.name}`;

const having = (parts: readonly LayerDiff[], change: Change) => parts.filter((part) => part.change === change).length;

const counted = (parts: readonly LayerDiff[]): string => {
  const otherType = parts.filter(isOtherType).length;
  const clause = (count: number, words: string) => (parts.length === 1 ? words : `${count} ${words}`);
  const clauses = gravity.map((change) => {
    const count = having(parts, change) - (change === "weights" ? otherType : 0);
    return count ? clause(count, named[change]) : "";
  });
  return [...clauses, otherType ? clause(otherType, "with the same weights in another type") : ""]
    .filter(Boolean)
    .join(", ");
};

/** Weights of another type that hold the same numbers. */
const isOtherType = ({ change, relative }: LayerDiff): boolean => change === "weights" && relative === 0;
