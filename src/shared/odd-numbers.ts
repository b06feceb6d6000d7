// NaN and the infinities are no JSON: on their way to a webview they would become null. They travel by name instead.

const key = "$number";

/** What stands for a number that JSON has not. */
export const named = (value: number): { readonly [key]: string } => ({ [key]: String(value) });

export const isOdd = (value: unknown): value is number => typeof value === "number" && !Number.isFinite(value);

/** The same value with such numbers back in their places; what holds none is given as it is. */
export function restored(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return value;
  if (Array.isArray(value)) {
    const items = value.map(restored);
    return items.some((item, i) => !Object.is(item, value[i])) ? items : value;
  }
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === key) return Number(first[1]);
  const fields = entries.map(([name, field]) => [name, restored(field)] as const);
  return fields.some(([, field], i) => !Object.is(field, entries[i]?.[1])) ? Object.fromEntries(fields) : value;
}
