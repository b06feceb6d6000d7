import type { Term } from "../../shared/synthesis.ts";
import type { Tensor } from "../../shared/tensor.ts";
import type { NamedTerm } from "./objectives.ts";

/** What an evaluation has of its objective's terms, where there are any. */
interface Told {
  readonly terms?: readonly Term[];
}

/** `values`: as a program found them, without their weights. */
export function told(terms: readonly NamedTerm[], values: readonly (Tensor | undefined)[]): Told {
  if (!terms.length) return {};
  return {
    terms: terms.map(({ name, of, weight }, i) => ({
      name,
      value: weight * Number(values[i]?.data[0]),
      ...(of !== undefined && { of }),
    })),
  };
}

/** Of evaluations of the same objective, whose terms are the same ones. */
export function meanTerms(each: readonly Told[]): Told {
  const [first] = each;
  if (!first?.terms) return {};
  const mean = (i: number) => each.reduce((sum, { terms }) => sum + (terms?.[i]?.value ?? NaN), 0) / each.length;
  return { terms: first.terms.map((term, i) => ({ ...term, value: mean(i) })) };
}
