/** "1, 2, 3 and 997 more" */
export function firstOf(items: readonly (string | number)[], most: number): string {
  const rest = items.length - most;
  return `${items.slice(0, most).join(", ")}${rest > 0 ? ` and ${rest.toLocaleString("en")} more` : ""}`;
}
