import { encodeNpy } from "../shared/npy.ts";
import type { Given } from "../shared/parameters.ts";
import type { engine, RunRequest } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { Shape } from "../shared/tensor.ts";
import { mapPath, writeTo, type Destination } from "./destination.ts";

/** One technique's answer for one image, as `--json` prints it. */
export interface Explanation {
  readonly technique: string;
  /** Where one was looked at. */
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

export async function explanation(
  client: Client<typeof engine>,
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
  const written = {
    ...(destination.raw !== undefined && { raw: writeTo(destination.raw, encodeNpy(raw)) }),
    ...(destination.out !== undefined && {
      out: writeTo(
        mapPath(destination.out, request.image, request.technique, destination.taken),
        await client.render(request),
      ),
    }),
  };
  return {
    technique: request.technique,
    layer: request.layer,
    parameters: request.parameters,
    shape: raw.shape,
    low: finite.reduce((a, b) => Math.min(a, b), finite[0] ?? NaN),
    high: finite.reduce((a, b) => Math.max(a, b), finite[0] ?? NaN),
    notes: [...notes.values()],
    ...written,
  };
}
