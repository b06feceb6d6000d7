/** A line of a table of facts. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Said behind the value, less loudly. */
  readonly more?: string | undefined;
  readonly warning?: boolean;
  /** What a click on the value leads to. */
  readonly open?: (() => void) | undefined;
}
