import { complete, InvalidParameter, parse } from "../../src/shared/parameters.ts";
import type {
  ChoiceOrNumberParameter,
  Given,
  NumberParameter,
  Parameter,
  PathKind,
  PathParameter,
  Schema,
} from "../../src/shared/parameters.ts";
import { isRelevant } from "../../src/shared/relevance.ts";
import { dropdown, link, textField, type Field } from "./controls.ts";
import { h } from "./dom.ts";
import { problemOf } from "./problem.ts";
import { clamp } from "./quantized.ts";
import { fileName } from "./relevant.ts";
import { slider } from "./slider.ts";
import { visible } from "./words.ts";

export interface FormEvents {
  /** What differs from the defaults, checked. */
  changed(given: Given): void;
  /** Asks for a file or folder; undefined when the dialog was left. */
  browse(kind: PathKind): Promise<string | undefined>;
}

export interface FormLook {
  /** Numbers have sliders beside them. */
  readonly sliders?: boolean;
}

/** A form for any schema: no technique has a form of its own. What few people change is folded away. */
export function form(schema: Schema, given: Given, events: FormEvents, look: FormLook = {}): HTMLElement {
  let now = given;
  const rows = Object.entries(schema).map(([key, parameter]) => {
    const problem = problemOf(parameter.label);
    const show = (words: string | undefined) => {
      const field = row.querySelector<HTMLElement>(".number-field");
      if (field) problem.show(field, words); // all else is chosen from what there is
    };
    const take = (value: unknown) => {
      try {
        complete({ [key]: typedAs(parameter, value) }, { [key]: value });
      } catch (error) {
        if (!(error instanceof InvalidParameter)) throw error;
        show(problemText(error.message.slice(key.length + 2)));
        return;
      }
      show(undefined);
      const { [key]: _before, ...others } = now;
      now = value === parameter.default ? others : { ...others, [key]: value };
      hideIrrelevant();
      events.changed(now);
    };
    const value = given[key] ?? parameter.default;
    const row = h(
      "div",
      { class: `field ${parameter.kind}${isLong(parameter) ? " long" : ""}`, "data-parameter": key },
      parameter.kind === "toggle" ? undefined : h("span", { class: "label" }, parameter.label),
      control(parameter, value, take, events, look),
      problem.line,
      parameter.help === undefined ? undefined : h("p", { class: "help" }, parameter.help),
    );
    return row;
  });
  const isAdvanced = (row: HTMLElement) => schema[row.dataset["parameter"] ?? ""]?.advanced === true;
  const advanced = rows.filter(isAdvanced);
  const more = h("details", { class: "advanced" }, h("summary", {}, "More"), ...advanced);
  more.open = advanced.some((row) => Object.hasOwn(given, row.dataset["parameter"] ?? ""));
  function hideIrrelevant(): void {
    for (const row of rows) row.hidden = !isRelevant(schema, now, row.dataset["parameter"] ?? "");
    more.hidden = advanced.every((row) => row.hidden);
  }
  hideIrrelevant();
  return h("div", { class: "form", role: "group" }, ...rows.filter((row) => !isAdvanced(row)), more);
}

/** What is not chosen from the options was typed: of that it is said which numbers there are, not what options are called in a file. */
const typedAs = (parameter: Parameter, value: unknown): Parameter =>
  parameter.kind === "choice-or-number" && !Object.hasOwn(parameter.options, String(value))
    ? { ...parameter, kind: "number", default: parameter.min }
    : parameter;

/** Letters that a list shows of an option beside the parameter's name. */
const shortOption = 14;

const isLong = (parameter: Parameter): boolean =>
  (parameter.kind === "choice" || parameter.kind === "choice-or-number") &&
  Object.values(parameter.options).some((text) => text.length > shortOption);

/** What was typed is in quotes. */
const problemText = (problem: string): string => visible(problem.replace(/, got (.*)$/s, ", got “$1”."));

function control(
  parameter: Parameter,
  value: unknown,
  take: (value: unknown) => void,
  events: FormEvents,
  { sliders = false }: FormLook,
): HTMLElement {
  switch (parameter.kind) {
    case "number":
      return sliders ? slidingNumber(parameter, value, take) : numberField(parameter, value, take);
    case "choice": {
      const choices = Object.entries(parameter.options).map(([key, text]) => ({ value: key, text }));
      return dropdown(parameter.label, choices, String(value), take);
    }
    case "choice-or-number": {
      const [only, second] = Object.entries(parameter.options);
      const isMainlyNumber = typeof parameter.default === "number" && only && !second;
      return isMainlyNumber ? numberOr(parameter, only, value, take) : choiceOrNumber(parameter, value, take);
    }
    case "toggle":
      return checkbox(parameter.label, value === true, take);
    case "photo":
    case "folder":
    case "network":
      return pathField(parameter, String(value), take, events);
  }
}

/** A slider, and the number that it stands for, which can be typed as well. */
function slidingNumber(parameter: NumberParameter, value: unknown, take: (value: unknown) => void): HTMLElement {
  const start = typeof value === "number" ? value : parameter.default;
  const field = numberField(parameter, start, (typed) => {
    if (typeof typed === "number") knob.show(typed);
    take(typed);
  });
  const knob = slider(parameter, start, { moving: (now) => (field.value = String(now)), take });
  return h("div", { class: "slide" }, knob.element, field);
}

function numberField(
  { label, min, max, step }: Pick<NumberParameter, "label" | "min" | "max" | "step">,
  value: unknown,
  take: (value: unknown) => void,
): Field {
  const shown = typeof value === "number" ? String(value) : "";
  const { field } = textField(`${label}, from ${min} to ${max}`, {
    class: "number-field",
    value: shown,
    title: `From ${min} to ${max}`,
  });
  field.addEventListener("change", () => {
    const typed = parse({ kind: "number", label, min, max, default: min }, field.value);
    take(Number.isNaN(typed) ? field.value : typed); // what is no number is refused in the words it was typed in
  });
  field.addEventListener("keydown", (event) => {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    const by = step ?? (max - min > 10 ? 1 : 0.1);
    const before = Number(field.value);
    const next = Number.isNaN(before) ? min : Number(clamp(before + direction * by, min, max).toPrecision(6));
    field.value = String(next);
    take(next);
  });
  return field;
}

const own = "a number";

function choiceOrNumber(
  parameter: ChoiceOrNumberParameter,
  value: unknown,
  take: (value: unknown) => void,
): HTMLElement {
  const choices = Object.entries(parameter.options).map(([key, text]) => ({ value: key, text }));
  const isNumber = typeof value === "number";
  const field = numberField(parameter, value, take);
  field.hidden = !isNumber;
  const select = dropdown(
    parameter.label,
    [...choices, { value: own, text: "A number…" }],
    isNumber ? own : String(value),
    (chosen) => {
      field.hidden = chosen !== own;
      if (chosen !== own) return take(chosen);
      field.focus();
      if (field.value !== "") field.dispatchEvent(new Event("change")); // what it shows again counts again
    },
  );
  return h("div", { class: "either" }, select, field);
}

/** A number, or the one choice there is in its place: what the field says while it is empty, and a way to empty it. */
function numberOr(
  parameter: ChoiceOrNumberParameter,
  [option, text]: readonly [string, string],
  value: unknown,
  take: (value: unknown) => void,
): HTMLElement {
  const set = (chosen: unknown) => {
    choose.hidden = chosen === option;
    take(chosen);
  };
  const field = numberField(parameter, value, (typed) => set(typed === "" ? option : typed));
  field.setAttribute("placeholder", text);
  const choose = link(
    text,
    () => {
      field.focus(); // before what has it is hidden
      field.value = "";
      set(option);
    },
    `${parameter.label}: ${text}`,
  );
  choose.hidden = value === option;
  return h("div", { class: "number-or" }, field, choose);
}

function checkbox(label: string, checked: boolean, take: (value: unknown) => void): HTMLElement {
  const element = h("vscode-checkbox", { checked }, label) as HTMLElement & { checked: boolean }; // registered by toolkit.ts
  element.addEventListener("change", () => take(element.checked));
  return element;
}

/** What is chosen by its name alone, a way to choose another, and one to choose none where that will do. */
function pathField(
  { label, kind, required }: PathParameter,
  path: string,
  take: (value: unknown) => void,
  events: FormEvents,
): HTMLElement {
  const name = h("span", { class: "dim name" });
  const none = link("None", () => set(""), `None: ${label}`);
  const set = (chosen: string) => {
    show(chosen);
    take(chosen);
  };
  function show(chosen: string): void {
    name.textContent = chosen !== "" ? fileName(chosen) : required === undefined ? "none" : "required";
    name.title = visible(chosen);
    none.hidden = chosen === "" || required !== undefined;
  }
  const choose = async () => {
    const chosen = await events.browse(kind);
    if (chosen !== undefined) set(chosen);
  };
  show(path);
  return h(
    "div",
    { class: "path-field" },
    name,
    " ",
    link("Choose…", () => void choose(), `Choose ${label}`),
    " ",
    none,
  );
}
