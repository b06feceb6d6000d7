import type { Verdict } from "../../../src/shared/inside.ts";

/** "dead 7", "7". */
export const labelOf = (verdict: Verdict, channel: number): string => {
  if (verdict === "fine") return String(channel);
  return `${verdict === "broken" ? "NaN" : verdict} ${channel}`;
};

/** A label as it fits: of a longer one the number stays whole, "nearly d… 30". */
export function fitted(label: string, fits: (text: string) => boolean): string {
  if (fits(label)) return label;
  const space = label.lastIndexOf(" ");
  const [word, number] = [label.slice(0, Math.max(0, space)), label.slice(space + 1)];
  for (let kept = word.length - 1; kept > 0; kept--) {
    const short = `${word.slice(0, kept).trimEnd()}… ${number}`;
    if (fits(short)) return short;
  }
  return number;
}
