import { setImmediate as turn } from "node:timers/promises";
import type { LayerCounts } from "../../shared/inside.ts";
import type { Subject } from "../../shared/protocol.ts";
import { Canceled } from "../../shared/rpc.ts";
import type { Looking } from "../subject.ts";
import { Activations } from "./activations.ts";
import { countOf, statisticsOf, tallyOf } from "./channels.ts";

/** What is wrong with each layer whose maps are at hand, since another one's were asked for: nothing is run. */
export async function counts(looking: Looking, subject: Subject, signal: AbortSignal): Promise<readonly LayerCounts[]> {
  const store = Activations.of(looking);
  const view = await store.views.photo(subject, signal);
  const found: LayerCounts[] = [];
  for (const { name, output } of view.bound.layers) {
    const held = await store.held(view, output);
    if (!held) continue;
    const [channels] = held.layout.arrangement.shape;
    const statistics = statisticsOf(tallyOf(held.maps, channels, held.rectifier), held.rectifier);
    found.push({ layer: name, channels, dead: countOf(statistics, "dead"), broken: countOf(statistics, "broken") });
    // Nobody waits for it: who asks something meanwhile comes first.
    await turn();
    if (signal.aborted) throw new Canceled();
  }
  return found;
}
