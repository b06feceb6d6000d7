import type { Subject } from "../../shared/protocol.ts";
import { ModelChanged } from "../model.ts";
import { RuntimeFailure } from "../runtime/failure.ts";
import type { Looking, Seen } from "../subject.ts";

export interface Refused {
  readonly image: string;
  readonly why: string;
}

/** A photo of many as the network takes it; one that cannot be read is noted among those `refused`, and the others go on. */
export async function seenOrRefused(
  looking: Looking,
  subject: Subject,
  refused: Refused[],
  signal: AbortSignal,
): Promise<Seen | undefined> {
  try {
    return await looking.see(subject, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof Error) || error instanceof ModelChanged || error instanceof RuntimeFailure)
      throw error;
    refused.push({ image: subject.image, why: error.message });
    return undefined;
  }
}
