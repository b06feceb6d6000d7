import type { WeightCard } from "../../../src/shared/structure.ts";
import { count, figure } from "../../shared/words.ts";
import { bytesText, dimensions, shareText } from "../amounts.ts";
import type { Fact } from "./fact.ts";

/** Type, place and moments of a constant; what is odd among its numbers is counted by kind. */
export function weightFacts(card: WeightCard): readonly Fact[] {
  const { count: all, zeros, nan, infinite, denormal } = card;
  const finite = all - nan - infinite;
  const counted = (name: string, n: number, worrying: boolean): Fact => ({
    name,
    value: n.toLocaleString("en"),
    more: shareText(n, all),
    warning: worrying && n > 0,
  });
  const moment = (value: number) => (finite > 0 ? figure(value) : "none");
  return [
    { name: "Type", value: card.dtype, more: dimensions(card.shape) },
    { name: "Numbers", value: all.toLocaleString("en"), more: bytesText(card.bytes) },
    { name: "Least", value: moment(card.min) },
    { name: "Greatest", value: moment(card.max) },
    { name: "Mean", value: moment(card.mean) },
    { name: "Deviation", value: moment(card.deviation) },
    counted("Zeros", zeros, all > 1 && zeros === all),
    counted("Denormal", denormal, false),
    counted("NaN", nan, true),
    counted("Infinite", infinite, true),
    { name: "Lies in", value: card.where },
  ];
}

/** For a screen reader, once. */
export const weightSentence = ({ name, count: all, nan, infinite }: WeightCard): string =>
  `${name}: ${count(all, "number")}${nan + infinite > 0 ? `, ${nan + infinite} of them not finite` : ""}.`;
