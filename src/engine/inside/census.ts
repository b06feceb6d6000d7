import type { DeadLayer } from "../../shared/dead.ts";
import { addTo, emptyTally, tallyOf, verdictOf, type Tally } from "./channels.ts";
import { Duplicates } from "./duplicates.ts";
import type { Rectifier } from "./rectifiers.ts";

/** What one layer's channels did on all photos so far: counters per channel, however many photos there are. */
export class LayerCensus {
  readonly #total: Tally;
  readonly #photos: Float64Array;
  readonly #duplicates: Duplicates;
  #images = 0;

  constructor(
    readonly layer: string,
    private readonly own: boolean,
    private readonly shape: readonly [number, number, number],
    private readonly rectifier: Rectifier,
  ) {
    const [channels, height, width] = shape;
    this.#total = emptyTally(channels, height * width);
    this.#photos = new Float64Array(channels);
    this.#duplicates = new Duplicates(channels);
  }

  /** Maps of another size, as a network of any input size has them, count too. */
  add(maps: Float32Array, [channels, height, width]: readonly [number, number, number]): void {
    if (channels !== this.shape[0]) return;
    const one = tallyOf(maps, channels, this.rectifier);
    addTo(this.#total, one);
    for (let c = 0; c < channels; c++) if (one.active[c]! > 0) this.#photos[c]!++;
    this.#duplicates.add(maps, height, width, one);
    this.#images++;
  }

  report(complete: boolean): DeadLayer {
    const { channels, active, places } = this.#total;
    const verdicts = Array.from({ length: channels }, (_, c) => verdictOf(this.#total, c, this.rectifier));
    const { pairs, more } = this.#duplicates.found(complete);
    const those = (asked: string) => verdicts.flatMap((verdict, c) => (verdict === asked ? [c] : []));
    return {
      layer: this.layer,
      own: this.own,
      channels,
      dead: those("dead"),
      nearlyDead: those("nearly dead"),
      saturated: those("saturated"),
      constant: those("constant"),
      duplicates: pairs,
      ...(!this.#duplicates.compares ? { compared: "none" } : more && { compared: "some" }),
      broken: Array.from(this.#total.broken.keys()).filter((c) => this.#total.broken[c]! > 0),
      places: Float32Array.from({ length: channels }, (_, c) => (places[c] ? active[c]! / places[c] : 0)),
      photos: Float32Array.from(this.#photos, (count) => count / Math.max(1, this.#images)),
    };
  }
}
