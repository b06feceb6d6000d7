const bySomeone = ["wheel", "pointerdown", "keydown"] as const;

/** Scrolls to a section, and stays with it while what stands above it still comes, until a person does something. */
export function keepInSight(section: HTMLElement): void {
  const observer = new ResizeObserver(() => section.scrollIntoView());
  for (const each of [section, ...(section.parentElement?.children ?? [])]) observer.observe(each);
  const leave = () => {
    observer.disconnect();
    for (const event of bySomeone) removeEventListener(event, leave, true);
  };
  for (const event of bySomeone) addEventListener(event, leave, true);
}
