import { rangeWords } from "../../src/shared/parameters.ts";
import { textField } from "../shared/controls.ts";
import { h } from "../shared/dom.ts";
import { problemOf } from "../shared/problem.ts";
import { visible } from "../shared/words.ts";

export const field = (label: string, control: HTMLElement, help?: string): HTMLElement =>
  h(
    "div",
    { class: "field" },
    h("span", { class: "label" }, label),
    control,
    help === undefined ? undefined : h("p", { class: "help" }, help),
  );

interface Typed {
  /** What the field is called where its problem is told. */
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: number | undefined;
  readonly least: number;
  readonly most: number;
}

interface WholeNumber extends Typed {
  take(value: number | undefined): void;
}

interface AnyNumber extends Typed {
  readonly value: number;
  /** What an arrow key adds. */
  readonly step: number;
  take(value: number): void;
}

/** A number, or nothing; the arrows step. What is neither stays there, marked, and is not taken. */
export function wholeNumber(given: WholeNumber): HTMLElement {
  const { least, most, take } = given;
  return numberField(
    given,
    (typed) => (typed === "" ? undefined : wholeIn(typed, least, most)),
    `a whole number ${rangeWords(least, most)}`,
    (now, direction) => (now === undefined ? least : Math.min(most, Math.max(least, now + direction))),
    take,
  );
}

/** The same for a number that need not be whole, and must be there. */
export function anyNumber(given: AnyNumber): HTMLElement {
  const { least, most, step, take } = given;
  return numberField(
    given,
    (typed) => (typed !== "" && Number(typed) >= least && Number(typed) <= most ? Number(typed) : "no number"),
    `a number ${rangeWords(least, most)}`,
    (now, direction) => Math.min(most, Math.max(least, Number(((now ?? 0) + direction * step).toPrecision(6)))),
    (value) => value !== undefined && take(value),
  );
}

function wholeIn(typed: string, least: number, most: number): number | "no number" {
  const number = Number(typed);
  return Number.isInteger(number) && number >= least && number <= most ? number : "no number";
}

function numberField(
  { name, label, placeholder, value }: Typed,
  read: (typed: string) => number | undefined | "no number",
  expected: string,
  next: (now: number | undefined, direction: 1 | -1) => number,
  take: (value: number | undefined) => void,
): HTMLElement {
  const { field } = textField(label, { class: "number-field", placeholder, title: label });
  const problem = problemOf(name);
  let now = value;
  const show = () => (field.value = now === undefined ? "" : String(now));
  const set = (value: number | undefined) => {
    if (value !== now) take((now = value));
    show();
    problem.show(field, undefined);
  };
  show();
  field.addEventListener("change", () => {
    const typed = read(field.value.trim());
    if (typed !== "no number") return set(typed);
    (field.closest(".layer-row, .place-fields") ?? field).after(problem.line);
    problem.show(field, `expected ${expected}, got “${visible(field.value)}”.`);
  });
  field.addEventListener("keydown", (event) => {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : undefined;
    if (direction === undefined) return;
    event.preventDefault();
    set(next(now, direction));
  });
  return field;
}
