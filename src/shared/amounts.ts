import { shown } from "./shown.ts";

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
  return letter || unit ? `${digits} ${letter}${unit}` : digits;
}

interface Cost {
  readonly multiplyAdds: number;
  readonly uncounted?: readonly string[];
}

/** Of a whole network: of its layers, and of what belongs to none. */
export function wholeCost(layers: readonly Cost[], besideLayers: Cost | undefined): Required<Cost> {
  const all = besideLayers ? [...layers, besideLayers] : layers;
  return {
    multiplyAdds: all.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    uncounted: all.flatMap(({ uncounted = [] }) => uncounted),
  };
}

/**
 * "387 MMAC", "387 MMAC (2.1 %) + what Einsum costs": `uncounted` are operators whose products nobody counted, `share` what
 * is said of those that were. Undefined: nothing.
 */
export function costText(multiplyAdds: number, uncounted: readonly string[] = [], share?: string): string | undefined {
  const [only, ...more] = new Set(uncounted);
  const counted = multiplyAdds ? [amount(multiplyAdds, "MAC"), share].filter(Boolean).join(" ") : undefined;
  if (only === undefined) return counted;
  const others = more.length ? `what ${more.length + 1} operators cost` : `what ${shown(only, 48)} costs`;
  return counted === undefined ? `${others} is not counted` : `${counted} + ${others}`;
}
