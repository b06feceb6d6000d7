/** A line of a table of facts. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Said behind the value, less loudly. */
  readonly more?: string | undefined;
  readonly warning?: boolean;
  /** Not known as yet: its place is kept, so that nothing moves when it is. */
  readonly pending?: boolean;
  /** Has a line to itself, one only: what it says changes while it is looked at. */
  readonly line?: boolean;
  /** What a click on the value leads to. */
  readonly open?: (() => void) | undefined;
}
