/** What a unit's value is made of, one step back. Where an activation follows (`activated`), `value` is what goes into it. */
export interface Contributions {
  readonly value: number;
  readonly activated: boolean;
  /** value − the sum of all contributions. */
  readonly remainder: number;
  /** Whether the remainder is bias and constants alone; else it is also what a product or a normalisation leaves, which no sum explains. */
  readonly linear: boolean;
  readonly sources: readonly ContributionSource[];
}

export interface ContributionSource {
  /** A layer's name; the network's input by its own. */
  readonly layer: string;
  readonly isInput: boolean;
  /** Sum over all of its units. */
  readonly total: number;
  /** The strongest by magnitude, strongest first: activation × derivative, summed over all of the channel. */
  readonly channels: readonly {
    readonly channel: number;
    readonly contribution: number;
    /** Where in the channel most of it comes from; undefined for a token that is at no place of the picture. */
    readonly place: readonly [number, number] | undefined;
  }[];
  /** Tokens of each channel that are at no place of the picture; a single one is the class token. */
  readonly placeless: number;
}
