import { mkdirSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { encodeNpy } from "../shared/npy.ts";
import type { Given } from "../shared/parameters.ts";
import type { engine, ModelCard, RunRequest } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { Shape } from "../shared/tensor.ts";

/** One technique's answer for one image, as `--json` prints it. */
export interface Explanation {
  readonly technique: string;
  readonly layer: string | undefined;
  readonly parameters: Given;
  /** Of the raw attribution. */
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
  readonly notes: readonly { readonly level: string; readonly text: string }[];
  readonly out?: string;
  readonly raw?: string;
}

/** Where the files go that were asked for. */
export interface Destination {
  readonly out: string | undefined;
  readonly raw: string | undefined;
  /** Names of this run's files in the folder `out`. */
  readonly written: Set<string>;
}

export async function explanation(
  client: Client<typeof engine>,
  card: ModelCard,
  request: RunRequest,
  destination: Destination,
): Promise<Explanation> {
  const notes = new Map<string, { level: string; text: string }>();
  for await (const update of client.run(request))
    if (update.kind === "note") notes.set(update.key, { level: update.level, text: update.text });
  const raw = await client.raw(request);
  const finite = raw.data.filter(Number.isFinite);
  const broken = raw.data.length - finite.length;
  if (broken) notes.set("broken", { level: "warning", text: `${broken} of ${raw.data.length} values are no numbers.` });
  const needsLayer =
    request.layer !== undefined || ["grad-cam", "guided-grad-cam", "occlusion"].includes(request.technique);
  const written = {
    ...(destination.raw !== undefined && { raw: writeTo(destination.raw, encodeNpy(raw)) }),
    ...(destination.out !== undefined && {
      out: writeTo(pathFor(destination.out, request, destination.written), await client.render(request)),
    }),
  };
  return {
    technique: request.technique,
    layer: needsLayer ? (request.layer ?? card.defaultLayer) : undefined,
    parameters: request.parameters,
    shape: raw.shape,
    low: finite.reduce((a, b) => Math.min(a, b), finite[0] ?? NaN),
    high: finite.reduce((a, b) => Math.max(a, b), finite[0] ?? NaN),
    notes: [...notes.values()],
    ...written,
  };
}

/** A .png is a file; anything else a folder, where each map is named after its image and technique; of two alike the second is "photo-2". */
function pathFor(out: string, { image, technique }: RunRequest, written: Set<string>): string {
  if (extname(out).toLowerCase() === ".png") return out;
  spoken(out, () => mkdirSync(out, { recursive: true }));
  const name = (count: number) => `${basename(image, extname(image))}${count > 1 ? `-${count}` : ""}.${technique}.png`;
  let count = 1;
  while (written.has(name(count))) count++;
  written.add(name(count));
  return join(out, name(count));
}

function writeTo(path: string, bytes: Uint8Array): string {
  spoken(path, () => writeFileSync(path, bytes));
  return path;
}

/** What node:fs calls what can go wrong when something is written, in words. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "it may not be written there",
  EPERM: "it may not be written there",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  EEXIST: "there is a file of that name, where a folder is needed",
  EISDIR: "there is a folder of that name",
};

function spoken(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException; // what node:fs throws
    throw new Error(`${path} was not written: ${reasons[code] ?? message}.`);
  }
}
