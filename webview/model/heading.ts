/**
 * Does what gives the right half something else to show. What was pressed goes away with the rest: who goes by the keys goes
 * on from the heading of what has come.
 */
export function lead(go: () => void): void {
  const byKeys = document.activeElement?.matches(":focus-visible") === true;
  go();
  // By then what has come is drawn: that was asked for before.
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(".layer-side:not([hidden]) > .heading > h2")?.focus({ preventScroll: !byKeys }),
  );
}
