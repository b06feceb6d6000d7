// How numbers are written, everywhere the same.

import { percent as printed } from "../../src/shared/percent.ts";

/** No line ends between a number and its %. Only in pages: in a terminal's text people search for plain spaces. */
export const unbroken = (text: string): string => text.replaceAll(/(?<=\d) %/g, "\u00a0%");

export const percent = (share: number): string => printed(share).replaceAll(" ", "\u00a0");

/** Three significant figures, a true minus sign, powers of ten only where zeros would hide the number: "−9.39×10⁻⁹". */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(Number(value.toPrecision(3))).replace("-", "−");
  const [digits = "", power = ""] = value.toExponential(2).replace("+", "").split("e");
  return `${digits.replace("-", "−")}×10${[...power].map((sign) => raised[sign] ?? sign).join("")}`;
}

const raised: Readonly<Record<string, string>> = Object.fromEntries(
  [..."-0123456789"].map((sign, i) => [sign, [..."⁻⁰¹²³⁴⁵⁶⁷⁸⁹"][i] ?? sign]),
);

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
