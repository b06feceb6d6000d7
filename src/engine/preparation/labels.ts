import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Origin, Sidecar } from "../../shared/preparation.ts";
import { systemProblem } from "../images/file.ts";
import { readBeside, WrongSidecar } from "./beside.ts";
import { sidecarPath } from "./sidecar.ts";

const LARGEST_FILE = 16e6;
const IMAGENET = 1000;
/** TensorFlow's ImageNet networks have one class more, the first. */
const BACKGROUND = "background";

export interface Labels {
  readonly labels: readonly string[];
  readonly from: Origin;
}

export interface LabelSources {
  readonly model: string;
  readonly classes: number;
  readonly sidecar: Sidecar | undefined;
  /** From the model's own metadata. */
  readonly described: readonly string[] | undefined;
  /** Path of ImageNet's 1,000 labels. */
  readonly imagenet: string;
}

/** The names of a network's classes: from the sidecar, from the file, ImageNet's by their number, or just numbers. */
export async function labelsFor({ model, classes, sidecar, described, imagenet }: LabelSources): Promise<Labels> {
  if (sidecar?.labels !== undefined)
    return { labels: await fromSidecar(model, classes, sidecar.labels), from: "sidecar" };
  const own = described && fitting(described, classes);
  if (own) return { labels: own, from: "metadata" };
  const known = classes === IMAGENET || classes === IMAGENET + 1;
  const usual = known ? fitting(await readLabels(imagenet), classes) : undefined;
  if (usual) return { labels: usual, from: "known" };
  return { labels: Array.from({ length: classes }, (_, i) => String(i)), from: "numbers" };
}

async function fromSidecar(
  model: string,
  classes: number,
  labels: string | readonly string[],
): Promise<readonly string[]> {
  const sidecar = sidecarPath(model);
  const path = typeof labels === "string" ? await within(sidecar, labels) : sidecar;
  const given = typeof labels === "string" ? await readLabels(path) : labels;
  const fit = fitting(given, classes);
  if (fit) return fit;
  const count = (n: number) => n.toLocaleString("en-US");
  throw new WrongSidecar(path, `it names ${count(given.length)} classes, but the network has ${count(classes)}`);
}

/** As many labels as classes; those of ImageNet may lack the background. */
function fitting(labels: readonly string[], classes: number): readonly string[] | undefined {
  if (labels.length === classes) return labels;
  return labels.length === IMAGENET && classes === IMAGENET + 1 ? [BACKGROUND, ...labels] : undefined;
}

/** One label a line; the empty lines at the end are none. */
export async function readLabels(path: string): Promise<readonly string[]> {
  const text = await readBeside(path, LARGEST_FILE);
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
}

/** The file with labels that a sidecar names, where it names one. */
export const labelsFile = (model: string, sidecar: Sidecar | undefined): string | undefined =>
  typeof sidecar?.labels === "string" ? join(dirname(model), sidecar.labels) : undefined;

/** The real path of a file that a sidecar names, which must lie in the sidecar's folder or below it. */
async function within(sidecar: string, name: string): Promise<string> {
  const folder = dirname(resolve(sidecar));
  const refuse = (why: string) => new WrongSidecar(sidecar, `labels: ${JSON.stringify(name)} ${why}`);
  const outside = (from: string, to: string) => {
    const way = relative(from, to);
    return isAbsolute(way) || way === ".." || way.startsWith(`..${sep}`);
  };
  if (isAbsolute(name) || /^[a-z]:|\\|\0/i.test(name) || outside(folder, resolve(folder, name)))
    throw refuse("lies outside the model's folder; expected a path below it");
  let real: string;
  try {
    real = await realpath(resolve(folder, name));
  } catch (error) {
    throw refuse(`can't be opened: ${systemProblem(error)}`);
  }
  if (outside(await realpath(folder), real)) throw refuse("leads outside the model's folder");
  return real;
}
