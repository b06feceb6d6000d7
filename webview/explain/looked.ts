import type { ClassScore, Glimpse, explain } from "../../src/shared/protocol.ts";
import type { Client, Failure } from "../../src/shared/rpc.ts";

export type Host = Client<typeof explain>;
/** What the network saw, and the photo that it saw it in. */
export type Looked = Awaited<ReturnType<Host["subject"]>> & { readonly glimpse: Glimpse };

/** What was computed of it before. */
export type FinishedRuns = Awaited<ReturnType<Host["finished"]>>;

/** All at once; the photo is there before what the network saw in it. */
export async function lookThrough(
  host: Host,
  signal: AbortSignal,
  glimpsed: (it: Glimpse) => void,
): Promise<readonly [Looked, FinishedRuns]> {
  const [subject, glimpse, finished] = await Promise.all([
    host.subject(undefined, signal),
    host.glimpse(undefined, signal).then((it) => (glimpsed(it), it)),
    host.finished(undefined, signal),
  ]);
  return [{ ...subject, glimpse }, finished];
}

/** Photo and model: on their way, refused, or there (and then perhaps `outdated`: newer ones are on their way). */
export type Standing =
  | { readonly kind: "loading" }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "ready"; readonly looked: Looked; readonly outdated: boolean };

/** Another photo or another model: by name, or because the photo's pixels are others now. */
export function isOther(before: Looked, now: Looked): boolean {
  const parts = ({ card, photoName, glimpse }: Looked) => [card.path, photoName, glimpse.pixels];
  return parts(before).some((part, i) => part !== parts(now)[i]);
}

/** A class as the network scored it. */
export function classIn(looked: Looked | undefined, index: number | undefined): ClassScore | undefined {
  const { card, prediction } = looked ?? {};
  if (index === undefined || !card || !prediction || index >= prediction.probabilities.length) return undefined;
  const label = card.labels[index] ?? `class ${index}`;
  return { index, label, probability: prediction.probabilities[index]!, score: prediction.scores[index]! };
}
