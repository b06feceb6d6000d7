import type { LayerOf } from "./current.ts";

/** The layer that a menu gives; where it gives a module, the one whose output leaves the module. */
export function layerGiven(given: unknown): LayerOf | undefined {
  const { model, layer, output } = Object(given) as Readonly<Record<string, unknown>>; // Object() makes anything safe to ask
  const meant = layer ?? output;
  return typeof model === "string" && typeof meant === "string" ? { model, layer: meant } : undefined;
}
