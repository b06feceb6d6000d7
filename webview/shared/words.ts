// How numbers are written, everywhere the same.

import { percent as printed } from "../../src/shared/percent.ts";

export { figure } from "../../src/shared/figure.ts";

/** No line ends between a number and its %. Only in pages: in a terminal's text people search for plain spaces. */
export const unbroken = (text: string): string => text.replaceAll(/(?<=\d) %/g, "\u00a0%");

export const percent = (share: number): string => printed(share).replaceAll(" ", "\u00a0");

/** Two decimals, a true minus sign, and none before a zero. */
export const hundredths = (value: number): string => {
  const text = value.toFixed(2);
  return text === "-0.00" ? "0.00" : text.replace("-", "−");
};

/** "3.7 ms", "120 ms", "1.4 s". */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** The first of a label's names: "tabby" of "tabby, tabby cat". */
export const shortLabel = (label: string): string => label.split(",")[0]?.trim() ?? label;

/** Files by their names alone: where they lie is too long for a small place. */
export const withoutFolders = (text: string): string =>
  text.replace(/(?:\b[A-Za-z]:)?(?<![\w.])[\\/](?:[^\\/:"“”]+[\\/])+(?=[^\\/\s:]+)/g, "");

/** Names come from files: what would turn or hide text is shown as its code instead. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, "0")}`);
