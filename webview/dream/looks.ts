export const extents = ["none", "some", "more", "most"] as const;

/**
 * How much of the column what comes of the run takes: none of it, some for a curve, more where the network's view of it is shown,
 * most where there are further pictures.
 */
export type Extent = (typeof extents)[number];

/** What the page keeps of its own over a reload; all else is the host's. */
export interface Looks {
  /** Where the line between original and result stands, of the width; 0 shows the result alone. */
  readonly divide: number;
  /** The frame of which somebody wanted to know what the network says: a page that comes again asks anew. */
  readonly explained?: number;
  /** What was on screen last: a page that comes again shows it until its host has spoken. */
  readonly last?: LastSeen;
}

export interface LastSeen {
  /** As a data URL, no larger than it has to be. */
  readonly picture: string;
  /** Its width over its height. */
  readonly ratio: number;
  /** What was said of it. */
  readonly made: string;
  readonly place: string;
  readonly standing: string;
  /** Of all steps, how many were done. */
  readonly share: number;
  /** How the run stood: the buttons are as it left them. */
  readonly phase: string;
  readonly extent: Extent;
}
