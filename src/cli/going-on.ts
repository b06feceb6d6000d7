import { basename } from "node:path";
import type { Client } from "../shared/rpc.ts";
import type { Checkpoint, Frame, synthesis, SynthesisRequest, SynthesisUpdate } from "../shared/synthesis.ts";
import { identityOf } from "../supervisor/crashes.ts";
import type { FaultName } from "../supervisor/types.ts";

/** A frame with all that it takes to go on from it. */
type Resumable = Frame & { readonly checkpoint: Checkpoint };

/** What another process may get through, which has nothing in its memory yet; one that hangs would hang again. */
const ends: readonly string[] = ["EngineCrashed", "OutOfMemory"] satisfies FaultName[];

/**
 * The updates of a run. Nobody stands by to press a button: where the engine ends in its midst it goes on by itself from
 * the last frame that it can, once, as long as the `files` that it reads are what they were. `told` hears of it first.
 */
export async function* goingOn(
  client: Pick<Client<typeof synthesis>, "synthesize">,
  request: SynthesisRequest,
  files: readonly string[],
  told: (from: Resumable, why: string) => void,
): AsyncGenerator<SynthesisUpdate, void> {
  const before = files.map(identityOf);
  let from: Resumable | undefined;
  try {
    for await (const update of client.synthesize({ ...request, checkpoints: true })) {
      // After the last step nothing is left to go on with.
      if (update.kind === "frame" && isResumable(update) && update.done < update.total) from = update;
      yield update;
    }
    return;
  } catch (error) {
    if (!from || !(error instanceof Error) || !ends.includes(error.name)) throw error;
    const changed = files.find((file, i) => identityOf(file) !== before[i]);
    if (changed !== undefined)
      throw new Error(
        `${error.message} ${basename(changed)} changed on disk meanwhile: it does not go on with another.`,
      );
    told(from, error.message);
  }
  yield* client.synthesize({ ...request, from: from.checkpoint });
}

const isResumable = (frame: Frame): frame is Resumable => frame.checkpoint !== undefined;
