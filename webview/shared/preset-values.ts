import type { Given, Schema } from "../../src/shared/parameters.ts";

/** What differs from the defaults once the preset is taken. */
export const withPreset = (schema: Schema, given: Given, preset: Given): Given =>
  Object.fromEntries(Object.entries({ ...given, ...preset }).filter(([key, value]) => value !== schema[key]?.default));

export const hasPreset = (schema: Schema, given: Given, preset: Given): boolean =>
  Object.entries(preset).every(([key, value]) => (given[key] ?? schema[key]?.default) === value);
