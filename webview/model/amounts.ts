import { percent } from "../shared/words.ts";
import { shownName } from "./graph/names.ts";

const units = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** With a letter for its thousands: "960", "86.4 k", "4.65 M". `unit` is written behind it: "387 MMAC". */
export function amount(n: number, unit = ""): string {
  const [scale, letter] = units.find(([scale]) => n >= scale * 0.9995) ?? [1, ""];
  const digits = scale === 1 ? n.toLocaleString("en") : Number((n / scale).toPrecision(3)).toString();
  return `${digits}${letter || unit ? ` ${letter}${unit}` : ""}`;
}

/** "387 MMAC", "387 MMAC + what Einsum costs": `uncounted` are operators whose products nobody counted. Undefined: nothing. */
export function costText(multiplyAdds: number, uncounted: readonly string[] = []): string | undefined {
  const [only, ...more] = new Set(uncounted);
  const counted = multiplyAdds ? amount(multiplyAdds, "MAC") : undefined;
  if (only === undefined) return counted;
  const others = more.length ? `what ${more.length + 1} operators cost` : `what ${shownName(only)} costs`;
  return counted === undefined ? `${others} is not counted` : `${counted} + ${others}`;
}

/** "12 bytes", "4.2 kB", "553 MB". */
export const bytesText = (n: number): string => (n < 1000 ? `${n} bytes` : amount(n, "B"));

/** "(0.70 %)": said behind an amount, its share of the whole network's; nothing of nothing. */
export const shareText = (part: number, all: number): string | undefined =>
  part > 0 && all > 0 ? `(${percent(part / all)})` : undefined;

/** A shape as people write it; what is not known is a question mark. */
export const dimensions = (shape: readonly (number | string | undefined)[]): string =>
  shape.length === 0
    ? "a single number"
    : shape.map((n) => (typeof n === "string" ? shownName(n) : (n ?? "?"))).join(" × ");
