// What a model editor's page sends is checked here before anything acts on it, as `requests.ts` does for Explain's.
import type { Stroke } from "../shared/inside.ts";
import type { modelPanel, PhotoSlot } from "../shared/model-panel.ts";
import type { Handlers } from "../shared/rpc.ts";
import * as checks from "./requests.ts";

export type Params<Call extends keyof typeof modelPanel> = Parameters<Handlers<typeof modelPanel>[Call]>[0];

type Fields = Readonly<Record<string, unknown>>;
type Pair = readonly [number, number];

const { expected, fields, name, optional, oneOf } = checks;
const longestPath = 32 * 1024;
const mostStrokes = 1000;
const mostPoints = 100_000;
const mostChannels = 65_536;
const mostAxes = 16;

export const slotRequest = (params: unknown): { readonly photo: PhotoSlot } => ({
  photo: slot("photo", fields(params)["photo"]),
});

export function usePhotoRequest(params: unknown): Params<"usePhoto"> {
  const given = fields(params);
  return { ...slotRequest(given), ...optional("path", given["path"], path) };
}

export function stepPhotoRequest(params: unknown): Params<"stepPhoto"> {
  const { by } = fields(params);
  if (by !== 1 && by !== -1) throw expected("by", "1 or −1");
  return { by };
}

export const nodeRequest = (params: unknown): Params<"node"> => ({ node: whole("node", fields(params)["node"]) });
export const weightRequest = (params: unknown): Params<"weight"> => ({
  weight: path("weight", fields(params)["weight"]),
});
export const layerRequest = (params: unknown): { readonly layer: string } => ({ layer: layer(fields(params)) });

export function weightTableRequest(params: unknown): Params<"weightTable"> {
  const given = fields(params);
  return {
    weight: path("weight", given["weight"]),
    index: wholes("index", given["index"], mostAxes),
    rows: pair("rows", given["rows"], whole),
    columns: pair("columns", given["columns"], whole),
  };
}

/** The photo's slot, and what a brush did to the photo. */
export function paintedRequest(params: unknown): Params<"seen"> {
  const given = fields(params);
  return { ...optional("photo", given["photo"], slot), ...optional("strokes", given["strokes"], strokes) };
}

export function ofLayerRequest(params: unknown): Params<"seen"> & { readonly layer: string } {
  const given = fields(params);
  return { ...paintedRequest(given), layer: layer(given) };
}

export function featuresRequest(params: unknown): Params<"features"> {
  const given = fields(params);
  const channels = (field: string, value: unknown) => wholes(field, value, mostChannels);
  return { ...ofLayerRequest(given), ...optional("channels", given["channels"], channels) };
}

export function placeRequest(params: unknown): Params<"fieldOf"> {
  const given = fields(params);
  return { ...ofLayerRequest(given), place: pair("place", given["place"], whole) };
}

export function pixelRequest(params: unknown): Params<"seenBy"> {
  const given = fields(params);
  return { ...ofLayerRequest(given), pixel: pair("pixel", given["pixel"], whole) };
}

export function unitRequest(params: unknown): Params<"unit"> {
  const given = fields(params);
  return { ...ofLayerRequest(given), channel: whole("channel", given["channel"]), ...place(given) };
}

export function stepRequest(params: unknown): Params<"step"> {
  return { ...unitRequest(params), ...optional("node", fields(params)["node"], whole) };
}

export function filterRequest(params: unknown): Params<"filter"> {
  const given = fields(params);
  return { layer: layer(given), channel: whole("channel", given["channel"]) };
}

export const deadRequest = (params: unknown): Params<"dead"> => ({
  over: oneOf("over", fields(params)["over"], ["photo", "folder", "running"]),
});

export const deadReportRequest = (params: unknown): Params<"deadReport"> => ({
  over: oneOf("over", fields(params)["over"], ["photo", "folder"]),
});

export function looksAtRequest(params: unknown): Params<"looksAt"> {
  const given = fields(params);
  return { layer: given["layer"] === undefined ? undefined : layer(given) };
}

export function standsRequest(params: unknown): Params<"stands"> {
  const given = fields(params);
  return {
    ...optional("layer", given["layer"], path),
    ...optional("tab", given["tab"], name),
    ...optional("channel", given["channel"], whole),
  };
}

export function saveWeightRequest(params: unknown): Params<"saveWeight"> {
  const given = fields(params);
  return { weight: path("weight", given["weight"]), name: name("name", given["name"]) };
}

export function saveActivationRequest(params: unknown): Params<"saveActivation"> {
  const given = fields(params);
  return { ...ofLayerRequest(given), name: name("name", given["name"]) };
}

export function saveTextRequest(params: unknown): Params<"saveText"> {
  const given = fields(params);
  return {
    name: name("name", given["name"]),
    ...checks.textRequest(given),
    kind: oneOf("kind", given["kind"], ["csv", "json"]),
  };
}

const place = (given: Fields) => optional("place", given["place"], (field, value): Pair => pair(field, value, whole));
const layer = (given: Fields) => path("layer", given["layer"]);
const slot = (field: string, value: unknown): PhotoSlot => oneOf(field, value, ["current", "other"]);

/** Names of layers and weights come from files, and may be long. */
const path = (field: string, value: unknown): string => checks.text(field, value, longestPath);

function whole(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw expected(field, "a whole number from 0");
  return value;
}

function finite(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw expected(field, "a finite number");
  return value;
}

function items(field: string, value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw expected(field, `a list of at most ${most}`);
  return value;
}

const wholes = (field: string, value: unknown, most: number): readonly number[] =>
  items(field, value, most).map((each) => whole(field, each));

function pair(field: string, value: unknown, check: (field: string, value: unknown) => number): Pair {
  const [one, other, ...more] = items(field, value, 2);
  if (one === undefined || other === undefined || more.length) throw expected(field, "two numbers");
  return [check(field, one), check(field, other)];
}

const strokes = (field: string, value: unknown): readonly Stroke[] => {
  let points = 0;
  return items(field, value, mostStrokes).map((each) => {
    const given = fields(each);
    const radius = finite("radius", given["radius"]);
    if (radius <= 0) throw expected("radius", "a number above 0");
    const way = items("points", given["points"], mostPoints).map((point) => pair("points", point, finite));
    points += way.length;
    if (points > mostPoints) throw expected(field, `strokes of at most ${mostPoints} points`);
    return {
      tool: oneOf("tool", given["tool"], ["blur", "gray", "copy"]),
      radius,
      points: way,
      ...optional("from", given["from"], (name, from) => pair(name, from, finite)),
    };
  });
};
