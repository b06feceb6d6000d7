import type { TechniqueCard } from "../shared/protocol.ts";
import { techniques } from "./techniques/index.ts";
import type { Technique } from "./techniques/technique.ts";

/** The catalogue as the panel, the command line and the documentation show it, in the panel's order. */
export function techniqueCards(): TechniqueCard[] {
  const all = Object.entries(techniques as unknown as Readonly<Record<string, Technique>>); // each is typed by its own parameters
  return all
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([id, { title, summary, citation, convention, needs, parameters, presets, cost }]) => ({
      id,
      title,
      summary,
      citation,
      convention,
      needs,
      parameters,
      ...(presets && { presets }),
      cost,
    }));
}
