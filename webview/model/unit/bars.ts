import type { Contributions, ContributionSource } from "../../../src/shared/contributions.ts";

/** A line of "What it is made of". */
export interface Bar {
  readonly kind: "channel" | "others" | "remainder";
  /** Undefined for the remainder, which no layer gave. */
  readonly source: ContributionSource | undefined;
  readonly channel: number | undefined;
  readonly place: readonly [number, number] | undefined;
  readonly contribution: number;
  /** Of the strongest channel's line, from −1 to 1. */
  readonly share: number;
  /** It is longer than the strongest channel's, and is drawn as long. */
  readonly cut: boolean;
}

/** All that a value is made of: the contributions of all lines add up to it. Of each source, the `most` strongest channels. */
export function barsOf({ sources, remainder }: Contributions, most: number): readonly Bar[] {
  const lines = sources.flatMap((source) => {
    const listed = source.channels.slice(0, most).map(({ channel, contribution, place }) => ({
      kind: "channel" as const,
      source,
      channel,
      place,
      contribution,
    }));
    const others = source.total - listed.reduce((sum, { contribution }) => sum + contribution, 0);
    // What is left by rounding alone is no line of its own.
    const size = listed.reduce((sum, { contribution }) => sum + Math.abs(contribution), Math.abs(source.total));
    return Math.abs(others) <= 1e-5 * size
      ? listed
      : [...listed, { kind: "others" as const, source, channel: undefined, place: undefined, contribution: others }];
  });
  const all = [
    ...lines,
    { kind: "remainder" as const, source: undefined, channel: undefined, place: undefined, contribution: remainder },
  ];
  const channels = lines.filter(({ kind }) => kind === "channel");
  const largest = (channels.length ? channels : all).reduce(
    (far, { contribution }) => Math.max(far, Math.abs(contribution)),
    0,
  );
  return all.map((line) => {
    const share = largest > 0 ? line.contribution / largest : 0;
    return { ...line, share: Math.min(1, Math.max(-1, share)), cut: Math.abs(share) > 1 };
  });
}
