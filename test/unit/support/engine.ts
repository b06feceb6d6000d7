import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEngine } from "../../../src/engine/engine.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import { encodeNpy } from "../../../src/shared/npy.ts";
import type { RunRequest } from "../../../src/shared/protocol.ts";
import type { FloatTensor } from "../../../src/shared/tensor.ts";
import type { Update } from "../../../src/shared/updates.ts";
import { folder } from "../../fixtures/onnx/writer.ts";

export const samplesFolder = fileURLToPath(new URL("../../../samples", import.meta.url));

/** The engine as its process holds it, without the process. */
export const newEngine = () => createEngine(samplesIn(samplesFolder));
export type Engine = ReturnType<typeof newEngine>;

export const never = new AbortController().signal;

/** A tensor as a file, which the engine takes as it is. */
export function npy(tensor: FloatTensor): string {
  const path = join(folder(), "picture.npy");
  writeFileSync(path, encodeNpy(tensor));
  return path;
}

type Asked = Pick<RunRequest, "model" | "image" | "technique"> & Partial<RunRequest>;

export const requestOf = (asked: Asked): RunRequest => ({ parameters: {}, ...asked });

export async function updates(engine: Engine, asked: Asked): Promise<Update[]> {
  const all: Update[] = [];
  for await (const update of engine.run(requestOf(asked), never)) all.push(update);
  return all;
}

export const rawOf = (engine: Engine, asked: Asked & { readonly key?: string }): Promise<FloatTensor> =>
  engine.raw({ parameters: {}, ...asked }, never);
