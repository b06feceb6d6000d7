import type { DreamChange } from "../shared/dream-panel.ts";
import { complete, InvalidParameter, type Given, type Parameter, type Schema } from "../shared/parameters.ts";
import { shown } from "../shared/shown.ts";

// A recipe may come from another version, or have been written by hand: what of it makes sense here.

const longestShown = 60;

/** The parameters that the schema has and allows; the others in words: "Octaves: 1000000000". */
export function fitting(
  schema: Schema,
  given: Given,
): { readonly parameters: Given; readonly unfit: readonly string[] } {
  const known = Object.entries(given).map(([key, value]) => {
    const parameter = Object.hasOwn(schema, key) ? schema[key] : undefined;
    return { key, value, label: parameter?.label ?? key, isFit: parameter !== undefined && allows(parameter, value) };
  });
  const fit = known.filter(({ isFit }) => isFit).map(({ key, value }) => [key, value] as const);
  const unfit = known.filter(({ isFit }) => !isFit).map(({ label, value }) => `${label}: ${String(value)}`);
  return { parameters: Object.fromEntries(fit), unfit: unfit.map((one) => shown(one, longestShown)) };
}

function allows(parameter: Parameter, value: unknown): boolean {
  try {
    complete({ value: parameter }, { value });
    return true;
  } catch (error) {
    if (error instanceof InvalidParameter) return false;
    throw error;
  }
}

/** Without where it looks in its network, of which another one knows nothing; and what that was. */
export function withoutPlaces<C extends Partial<DreamChange>>(
  change: C,
): { readonly change: Omit<C, "layer" | "layers" | "channel" | "place">; readonly left: readonly string[] } {
  const { layer, layers, channel, place, ...others } = change;
  const left = Object.entries({ layer, layers, channel, place }).filter(([, value]) => value !== undefined);
  return { change: others, left: left.map(([name]) => name) };
}
