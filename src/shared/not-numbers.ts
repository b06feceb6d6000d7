import type { engine, ModelCard, Prediction, Subject } from "./protocol.ts";
import type { Client } from "./rpc.ts";
import { shown } from "./shown.ts";

/** A network's scores are NaN or infinite: which class is the most probable nobody can say. */
export class NotNumbers extends Error {
  override name = "NotNumbers";
}

type Engine = Pick<Client<typeof engine>, "activation" | "overview">;

/** Refuses where there is no class to explain, and says where in the network that begins. */
export async function demandNumbers(
  client: Engine,
  { path, picture }: Pick<ModelCard, "path" | "picture">,
  subject: Subject,
  { top: [best] }: Pick<Prediction, "top">,
  signal?: AbortSignal,
): Promise<void> {
  // Classes that are NaN come last: of a softmax all are, of independent ones only some may be.
  if (!best || (Number.isFinite(best.score) && Number.isFinite(best.probability))) return;
  const what = best.score === Infinity ? "are infinite" : "are not numbers (NaN)";
  // What can be said of the place only adds to the refusal.
  const place = await placeOf(client, picture?.name, subject, signal).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return undefined;
  });
  throw new NotNumbers(
    `The scores of ${path} for ${subject.image} ${what}, so there is no class to explain.${place === undefined ? "" : ` ${place}`}`,
  );
}

async function placeOf(
  client: Engine,
  input: string | undefined,
  subject: Subject,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (input !== undefined) {
    const { data } = await client.activation({ ...subject, layer: input }, signal);
    if (!data.every(Number.isFinite)) return `What goes into the network is NaN or infinite in places already.`;
  }
  for await (const step of client.overview(subject, signal))
    if (step.kind === "layer" && step.overview.broken > 0)
      return `The first NaN or infinite values come out of layer ${shown(step.overview.layer)}.`;
  return undefined;
}
