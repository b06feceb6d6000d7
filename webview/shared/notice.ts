export interface Notice {
  readonly text: string;
  readonly level: "info" | "warning";
}

/** Whoever has something to say. */
export interface Notices {
  notice: Notice | undefined;
  changed(): void;
}
