import type { Condition, Given, Need, Parameter, Schema } from "./parameters.ts";

// Which parameters have a say, and what a technique looks at, follows from what is declared of them.

const valueOf = (schema: Schema, given: Given, key: string): unknown => given[key] ?? schema[key]?.default;

/** All that has to hold for a parameter to have a say. */
export const conditionsOf = (parameter: Pick<Parameter, "when"> | undefined): readonly Condition[] =>
  [parameter?.when ?? []].flat();

/** Whether a parameter has a say, with these values of the others. */
export const isRelevant = (schema: Schema, given: Given, key: string): boolean =>
  conditionsOf(schema[key]).every(
    (condition) =>
      isRelevant(schema, given, condition.parameter) && holds(condition, valueOf(schema, given, condition.parameter)),
  );

function holds(condition: Condition, value: unknown): boolean {
  if ("is" in condition) return condition.is.some((option) => option === value);
  if ("above" in condition) return typeof value === "number" && value > condition.above;
  return value !== "";
}

/** What has to be chosen before anything can be done with these values, in words. */
export const pathMissing = (schema: Schema, given: Given): string | undefined =>
  Object.entries(schema)
    .filter(([key]) => valueOf(schema, given, key) === "" && isRelevant(schema, given, key))
    .map(([, parameter]) => ("required" in parameter ? parameter.required : undefined))
    .find((words) => words !== undefined);

interface Declared {
  readonly needs: readonly Need[];
  readonly parameters: Schema;
}

/** What it looks at with these values: what some options alone are declared to need holds with them alone. */
export function needsOf({ needs, parameters }: Declared, given: Given): readonly Need[] {
  const optional = new Set(perOption(parameters).flatMap((each) => Object.values(each.needs).flatMap(listed)));
  const always = needs.filter((need) => !optional.has(need));
  return [...new Set([...always, ...demandedBy({ parameters }, given)])];
}

/** What the chosen options are declared to need: they look at one always, where a technique by itself may do without a channel. */
export const demandedBy = ({ parameters }: Pick<Declared, "parameters">, given: Given): readonly Need[] =>
  perOption(parameters).flatMap((each) => listed(each.needs[String(valueOf(parameters, given, each.key))]));

const perOption = (schema: Schema) =>
  Object.entries(schema).flatMap(([key, parameter]) =>
    parameter.kind === "choice" && parameter.needs ? [{ key, needs: parameter.needs }] : [],
  );

const listed = (needs: Need | readonly Need[] | undefined): readonly Need[] =>
  needs === undefined ? [] : typeof needs === "string" ? [needs] : needs;

/** The schema as a network without classes offers it: without the options that need one. */
export function withoutClass(schema: Schema): Schema {
  const entries = Object.entries(schema).map(([key, parameter]) => {
    if (parameter.kind !== "choice" || !parameter.needs) return [key, parameter] as const;
    const { needs } = parameter;
    const options = Object.fromEntries(
      Object.entries(parameter.options).filter(([option]) => !listed(needs[option]).includes("class")),
    );
    const first = Object.keys(options)[0] ?? parameter.default;
    return [key, { ...parameter, options, default: parameter.default in options ? parameter.default : first }] as const;
  });
  return Object.fromEntries(entries);
}
