import type { InputShape, Origin, Preparation, Sidecar } from "../../shared/preparation.ts";
import { WrongSidecar } from "./beside.ts";
import { candidates, plain } from "./candidates.ts";
import { implied } from "./implied.ts";
import { sidecarPath } from "./sidecar.ts";

/** What is left to choose from, and who left it; several are a guess. */
export interface Possible {
  readonly candidates: readonly Preparation[];
  readonly from: Origin;
}

/**
 * Everything that is known of how a model wants its photos: the sidecar's word counts before the file's own, and both before
 * what the network implies.
 */
export function possiblePreparations(
  model: string,
  input: InputShape,
  sidecar: Sidecar | undefined,
  described: Partial<Preparation>,
): Possible {
  const problem = contradiction(input, sidecar?.input ?? {});
  if (problem !== undefined) throw new WrongSidecar(sidecarPath(model), problem);
  const agreed = contradiction(input, described) === undefined ? described : {};
  const own = completed(sidecar?.input ?? {}, agreed);
  const all = candidates(input, known(implied(input), { ...agreed, ...own }));
  if (all.length > 1) return { candidates: all, from: "guess" };
  return { candidates: all, from: settles(input, own) ? "sidecar" : "metadata" };
}

/** A range by itself says all of the numbers, unless the file has a mean and a deviation for that same range. */
function completed(own: Partial<Preparation>, { range }: Partial<Preparation>): Partial<Preparation> {
  const { range: [low, high] = [], mean, deviation } = own;
  const isAlone = low !== undefined && mean === undefined && deviation === undefined;
  return isAlone && (low !== range?.[0] || high !== range[1]) ? { ...own, ...plain } : own;
}

/** Range, mean and deviation belong together: they are implied only where no word is said of any. */
function known({ color, ...numbers }: Partial<Preparation>, said: Partial<Preparation>): Partial<Preparation> {
  const isSaid = said.range !== undefined || said.mean !== undefined || said.deviation !== undefined;
  return { ...(color && { color }), ...(!isSaid && numbers), ...said };
}

const settles = (input: InputShape, known: Partial<Preparation>): boolean => candidates(input, known).length === 1;

/** Where what is said of an input can't be, by the network's own shape. */
function contradiction(
  { channels, height, width }: InputShape,
  { size, color }: Partial<Preparation>,
): string | undefined {
  const asked = color === undefined ? undefined : color === "gray" ? 1 : 3;
  if (asked !== undefined && channels !== undefined && asked !== channels)
    return `input.color: ${color} has ${asked} channels, but the network takes ${channels}`;
  const [h, w] = size ?? [];
  if (
    (h !== undefined && height !== undefined && h !== height) ||
    (w !== undefined && width !== undefined && w !== width)
  )
    return `input.size: [${h}, ${w}] does not fit the network, which takes [${height ?? "any"}, ${width ?? "any"}]`;
  return undefined;
}
