import type { DreamSettings } from "../shared/dream-panel.ts";
import { conditionsOf, isRelevant } from "../shared/relevance.ts";
import type { Schema } from "../shared/parameters.ts";
import type { SynthesisCard } from "../shared/synthesis.ts";

/** Other networks that it runs, or may run: those that have no say, for sure, are left out. */
export const networksIn = (
  { parameters: schema }: Pick<SynthesisCard, "parameters">,
  { parameters }: Pick<DreamSettings, "parameters">,
): readonly string[] =>
  Object.entries(schema).flatMap(([key, { kind }]) => {
    const path = parameters[key];
    if (kind !== "network" || typeof path !== "string" || path === "") return [];
    return isRelevant(schema, parameters, key) || isDoubtful(schema, parameters, key) ? [path] : [];
  });

/** What decides on it is not one of its options: nobody but the engine knows what comes of that. */
const isDoubtful = (schema: Schema, parameters: DreamSettings["parameters"], key: string): boolean =>
  conditionsOf(schema[key]).some(({ parameter }) => {
    const decides = schema[parameter];
    const value = parameters[parameter] ?? decides?.default;
    const isKnown =
      decides?.kind === "toggle"
        ? typeof value === "boolean"
        : decides?.kind === "choice" && typeof value === "string" && Object.hasOwn(decides.options, value);
    return !isKnown || isDoubtful(schema, parameters, parameter);
  });
