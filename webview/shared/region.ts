/** A part of a page: `update` brings it up to what the session knows, and does nothing where nothing changed. */
export interface Region {
  readonly element: HTMLElement;
  update(): void;
}
