import { createEngine } from "../../../src/engine/engine.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import type { Preparation } from "../../../src/shared/preparation.ts";
import type { Finished, Frame, SynthesisRequest } from "../../../src/shared/synthesis.ts";
import type { FloatTensor } from "../../../src/shared/tensor.ts";
import type { Note } from "../../../src/shared/updates.ts";
import { connect, serve, type Packet, type Port } from "../../../src/shared/rpc.ts";
import { engine as api } from "../../../src/shared/protocol.ts";
import { never, samplesFolder } from "./engine.ts";

export const makerEngine = createEngine(samplesIn(samplesFolder));

/** Of a run that climbs something: whoever looks at the objective asked for one. */
export type Climbed<T extends { readonly objective?: unknown }> = T & Required<Pick<T, "objective">>;

export interface Made {
  readonly finished: Climbed<Finished>;
  readonly frames: readonly Climbed<Frame>[];
  readonly notes: readonly Note[];
  readonly floats: FloatTensor;
}

/** A picture, made to its end. */
export async function made(request: Omit<SynthesisRequest, "parameters"> & Partial<SynthesisRequest>): Promise<Made> {
  const [frames, notes]: [Climbed<Frame>[], Note[]] = [[], []];
  let finished: Climbed<Finished> | undefined;
  const asked = { parameters: {}, frames: "all", floats: true, ...request } as const;
  for await (const update of makerEngine.synthesize(asked, never))
    if (update.kind === "frame") frames.push(update as Climbed<Frame>);
    else if (update.kind === "note") notes.push(update);
    else if (update.kind === "finished") finished = update as Climbed<Finished>;
  if (!finished?.floats) throw new Error("It ended without a picture.");
  return { finished, frames, notes, floats: finished.floats };
}

/** The engine over a wire that clones, as the program uses it. */
export function wired() {
  const listeners: ((packet: Packet) => void)[] = [];
  const port = (own: number, other: number): Port => ({
    send: (packet) => queueMicrotask(() => listeners[other]?.(structuredClone(packet))),
    onPacket: (listener) => (listeners[own] = listener),
    onClose: () => undefined,
  });
  serve(api, makerEngine, port(1, 0));
  return connect(api, port(0, 1));
}

/** How a photo becomes a network's input. */
export const preparationOf = async (model: string, image: string): Promise<Preparation | undefined> =>
  (await wired().predict({ model, image })).preparation;
