import type { Preparation } from "../../shared/preparation.ts";
import { type Literal, parseLiteral } from "./literal.ts";

/** What an exporter wrote beside the network about its input and its classes. */
export interface Description {
  readonly input: Partial<Preparation>;
  readonly labels: readonly string[] | undefined;
}

type Entries = ReadonlyMap<string, Literal>;

/** Longer texts are no settings. */
const LONGEST = 4e6;

/**
 * Reads the words of the exporters that describe inputs; what is not understood is left alone. `docs`: what the file says
 * in sentences, of the input first.
 */
export function readDescription(metadata: ReadonlyMap<string, string>, docs: readonly string[] = []): Description {
  const entries = new Map<string, Literal>();
  for (const [key, text] of metadata) if (text.length <= LONGEST) entries.set(key, parseLiteral(text) ?? text);
  // timm and Hugging Face write their whole configuration as one JSON text, often with a part that matters inside.
  const configurations = [entries, ...nested(entries), ...nested(entries).flatMap(nested)];
  const inputs = configurations.map((each) => ({ ...normalization(each), ...sizeOf(each) }));
  return {
    input: Object.assign(
      {},
      documented(docs),
      ultralytics(entries),
      ...inputs,
      windows(metadata),
    ) as Partial<Preparation>, // the later, the surer
    labels: configurations.map(labelsIn).find((labels) => labels !== undefined),
  };
}

const nested = (entries: Entries): Entries[] => [...entries.values()].filter((value) => value instanceof Map);

/** Windows ML: `Image.BitmapPixelFormat` and `Image.NominalPixelRange`; it knows no mean and no deviation. */
function windows(metadata: ReadonlyMap<string, string>): Partial<Preparation> {
  const colors = { Bgr8: "BGR", Bgra8: "BGR", Rgb8: "RGB", Rgba8: "RGB", Gray8: "gray" } as const;
  const ranges = { NominalRange_0_255: [0, 255], Normalized_0_1: [0, 1], Normalized_1_1: [-1, 1] } as const;
  const color = lookUp(colors, metadata.get("Image.BitmapPixelFormat"));
  const range = lookUp(ranges, metadata.get("Image.NominalPixelRange"));
  return { ...(color && { color }), ...(range && { range, mean: [0], deviation: [1] }) };
}

const lookUp = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;

/** coremltools and onnxmltools: "Image(s) in BGR format. It is a [N, C, H, W]-tensor. […]" */
function documented(docs: readonly string[]): Partial<Preparation> {
  const [color] = docs.flatMap(
    (doc) => /\b(?<order>RGB|BGR) format\b/i.exec(doc)?.groups?.["order"]?.toUpperCase() ?? [],
  );
  return color === "RGB" || color === "BGR" ? { color } : {};
}

/** Ultralytics' classifiers take a centre crop, RGB from 0 to 1; detectors and segmenters a padded photo. */
function ultralytics(entries: Entries): Partial<Preparation> {
  if (entries.get("author") !== "Ultralytics") return {};
  const fit = entries.get("task") === "classify" ? "crop" : "pad";
  return { color: "RGB", range: [0, 1], mean: [0], deviation: [1], fit };
}

/** `mean` and `std` as timm, Hugging Face and many scripts write them, in units of 0 to 1 or of 0 to 255. */
function normalization(entries: Entries): Partial<Preparation> {
  const mean = numbersOf(entries.get("image_mean") ?? entries.get("mean"));
  const deviation = numbersOf(entries.get("image_std") ?? entries.get("std"));
  if (!mean || !deviation || deviation.some((d) => d <= 0)) return {};
  if (![1, 3].includes(mean.length) || ![1, 3].includes(deviation.length)) return {};
  const bytes = [...mean, ...deviation].some((n) => n > 1);
  return { range: bytes ? [0, 255] : [0, 1], mean, deviation };
}

function sizeOf(entries: Entries): Partial<Preparation> {
  for (const key of ["input_size", "imgsz", "image_size", "size"]) {
    const value = entries.get(key);
    const sides =
      value instanceof Map ? numbersOf([value.get("height") ?? null, value.get("width") ?? null]) : numbersOf(value);
    const [height, width = height] = sides?.slice(sides.length === 3 ? 1 : 0) ?? [];
    if (height === undefined || width === undefined || (sides?.length ?? 0) > 3) continue;
    if ([height, width].every((side) => Number.isInteger(side) && side > 0 && side <= 4096))
      return { size: [height, width] };
  }
  return {};
}

/** One number, a list, or a text of numbers with commas or spaces between them. */
function numbersOf(value: Literal | undefined): readonly number[] | undefined {
  if (typeof value === "string")
    return numbersOf(value.split(/[\s,;]+/).map((part) => (part === "" ? null : Number(part))));
  const list = isList(value) ? value : [value];
  const finite = list.every((n): n is number => typeof n === "number" && Number.isFinite(n));
  return finite && list.length > 0 ? list : undefined;
}

const isList = (value: Literal | undefined): value is readonly Literal[] => Array.isArray(value);

function labelsIn(entries: Entries): readonly string[] | undefined {
  for (const key of ["labels", "names", "classes", "class_names", "label_names", "id2label"]) {
    const labels = labelsOf(entries.get(key));
    if (labels) return labels;
  }
  return undefined;
}

/** A list, a dictionary from 0 up, or a text with one label a line or with commas between them. */
function labelsOf(value: Literal | undefined): readonly string[] | undefined {
  if (value instanceof Map) {
    const list = Array.from(
      { length: value.size },
      (_, i): Literal | undefined => value.get(String(i)) as Literal | undefined,
    );
    return texts(list);
  }
  if (isList(value)) return texts(value);
  if (typeof value !== "string") return undefined;
  const lines = value.trim().split(value.includes("\n") ? /\r?\n/ : ",");
  return lines.length > 1 ? lines.map((line) => line.trim()) : undefined;
}

const texts = (list: readonly (Literal | undefined)[]): readonly string[] | undefined =>
  list.length > 0 && list.every((item) => typeof item === "string" || typeof item === "number")
    ? list.map(String)
    : undefined;
