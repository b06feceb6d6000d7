import { amount } from "../../src/shared/amounts.ts";
import { percent } from "../shared/words.ts";
import { shownName } from "./graph/names.ts";

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
