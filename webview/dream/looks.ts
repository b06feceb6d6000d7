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
  /** What was said of it. */
  readonly made: string;
  readonly place: string;
}
