// What pages send about examples is checked here before anything acts on it.
import type { OfChannel } from "../shared/examples.ts";
import { expected, fields, text } from "./requests.ts";

const longestName = 32 * 1024;

/** Names of layers come from files, and may be long. */
export const ofLayerRequest = (params: unknown): { readonly layer: string } => ({
  layer: text("layer", fields(params)["layer"], longestName),
});

export const ofChannelRequest = (params: unknown): OfChannel => ({
  ...ofLayerRequest(params),
  channel: whole("channel", fields(params)["channel"]),
});

export const exampleRequest = (params: unknown): { readonly layer: string; readonly photo: number } => ({
  ...ofLayerRequest(params),
  photo: whole("photo", fields(params)["photo"]),
});

export function findExamplesRequest(params: unknown): { readonly layer: string; readonly another: boolean } {
  const { another } = fields(params);
  if (typeof another !== "boolean") throw expected("another", "true or false");
  return { ...ofLayerRequest(params), another };
}

function whole(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw expected(field, "a whole number from 0");
  return value;
}
